// Tables: Embedding, and ReversibleEmbedding, which scores the rows of its table too.

#include "tools/graph/compositions.hpp"
#include "tools/graph/moves.hpp"
#include "tools/keras/quantized.hpp"

namespace nacre::tools {

ValueId import_embedding(const KerasLayer& layer, const std::vector<ValueId>& inputs) {
  if (!keras_quantization_mode(layer.config).empty()) return QuantizedKeras(layer).looked_up(inputs[0]);
  return add_lookup(layer.graph, layer.constant(layer.weight(0, 2)), inputs[0], layer.name);
}

namespace {

/// x . table transposed, or by a table of its own.
ValueId scores_of_rows(const KerasLayer& layer, ValueId x) {
  if (!keras_quantization_mode(layer.config).empty()) return QuantizedKeras(layer).looked_up_backwards(x);
  const Array& own = layer.weight(layer.flag("tie_weights", true) ? 0 : 1, 2);
  const Array table = layer.flag("tie_weights", true) ? transposed(own) : own;
  return layer.dense(x, table);
}

}  // namespace

/// The other way round: a score for each row of the table.
ValueId import_reversible_embedding(const KerasLayer& layer, const std::vector<ValueId>& inputs) {
  if (!layer.flag("reverse", false)) return import_embedding(layer, inputs);
  Graph& graph = layer.graph;
  const ValueId y = scores_of_rows(layer, inputs[0]);
  const double cap = layer.number("logit_soft_cap", 0);
  if (cap == 0) return y;
  Program program;
  program.then(MapFunction::divide, DataType::float32,
               {input_of_program(0), program.literal(cap, DataType::float32)});
  program.then(MapFunction::tanh, DataType::float32, {kOutputOfProgram});
  program.then(MapFunction::multiply, DataType::float32,
               {kOutputOfProgram, program.literal(cap, DataType::float32)});
  return graph.add_map(program, {y}, layer.name + ".capped");
}

}  // namespace nacre::tools
