#include "tools/tflite/programs.hpp"

#include "tools/tflite/operators.hpp"
#include "tools/tflite/types.hpp"

namespace nacre::tools {

using Call = TfliteImporter::Call;

ValueId condition(const Call& call, unsigned i) {
  if (call.importer.is_known(call.input(i)))
    return call.graph().add_constant(
        Array::of(ElementType::int32, call.type(i).shape, call.importer.integer_constant(call.input(i))),
        DataType::int32);
  const ValueId value = call.value(i);
  if (call.graph().type(value).type != DataType::int32) refuse_type(call, "bool");
  return value;
}

ValueId stored_numbers(const Call& call, unsigned i) {
  parameters::Dequantize table;
  table.scale = 1, table.zero_point = 0;
  return call.graph().add(table, {call.value(i)}, call.name + "_stored");
}

ValueId stored_as_int8(const Call& call, ValueId numbers) {
  parameters::Quantize table;
  table.scale = 1, table.zero_point = 0;
  return call.graph().add_quantized(table, {numbers}, call.name + "_int8", call.output_quantization());
}

ValueId cast_to(Graph& graph, ValueId x, DataType type, const std::string& name) {
  const DataType from = graph.type(x).type;
  if (from == type) return x;
  Program program;
  cast_in(program, from, type, input_of_program(0));
  return graph.add_map(program, {x}, name);
}

void cast_in(Program& program, DataType from, DataType to, Operand x) {
  if (from != to) program.instructions.push_back({MapFunction::cast, from, to, {x}});
}

void refuse_int64(const Call& call) {
  for (unsigned i = 0; i < call.inputs(); ++i)
    if (call.has_input(i) && call.importer.tensor(call.input(i)).type() == tflite::TensorType::INT64)
      refuse_type(call, "int64");
}

}  // namespace nacre::tools
