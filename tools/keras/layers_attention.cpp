// Products of two tensors that a model computes: Dot, Attention, AdditiveAttention.

#include <algorithm>

#include "tools/graph/compositions.hpp"
#include "tools/graph/moves.hpp"
#include "tools/keras/attention.hpp"

namespace nacre::tools {
namespace {

using Ids = std::vector<ValueId>;

ValueId multiplied(const KerasLayer& layer, ValueId a, ValueId b, bool transposed, const char* suffix) {
  parameters::MatMul table;
  table.transposed = transposed;
  return layer.graph.add(table, {a, b}, layer.name + suffix);
}

/// The axes of both inputs that Dot sums over, behind the batch.
std::pair<std::size_t, std::size_t> axes_of_dot(const KerasLayer& layer, const Ids& inputs) {
  nlohmann::json stated = layer.config.value("axes", nlohmann::json(-1));
  if (!stated.is_array()) stated = nlohmann::json::array({stated, stated});
  std::size_t axes[2] = {};
  for (std::size_t i = 0; i < 2; ++i) {
    const auto rank = static_cast<std::int64_t>(layer.graph.shape(inputs[i]).size());
    std::int64_t axis = stated.size() == 2 && stated[i].is_number_integer() ? stated[i].get<std::int64_t>() : 0;
    axis += axis < 0 ? rank : 0;
    if (axis < 1 || axis >= rank)
      layer.refuse("has the axes " + stated.dump() + ", which its inputs lack", "check the shapes of the model");
    axes[i] = static_cast<std::size_t>(axis);
  }
  return {axes[0], axes[1]};
}

/// x divided by its length along an axis, which counts as 1e-6 at least, or since Keras 3 as 1e-7.
ValueId of_unit_length(const KerasLayer& layer, ValueId x, std::size_t axis) {
  Graph& graph = layer.graph;
  const ValueId squares = add_functions(graph, {MapFunction::square}, {x}, layer.name + ".squares");
  const ValueId sum = add_reduced(graph, squares, ReduceFunction::sum, 1u << axis, layer.name + ".sum");
  Program program;
  const double least = layer.version.major < 3 ? 1e-12 : 1e-14;
  program.then(MapFunction::maximum, DataType::float32,
               {input_of_program(0), program.literal(least, DataType::float32)});
  program.then(MapFunction::sqrt, DataType::float32, {kOutputOfProgram});
  return add_functions(graph, {MapFunction::divide}, {x, graph.add_map(program, {sum}, layer.name + ".length")},
                       layer.name + ".unit");
}

/// x [batch, rows, length] with `axis` as its last; `rest` gets the lengths of its other axes.
ValueId as_rows(const KerasLayer& layer, ValueId x, std::size_t axis, Dimensions& rest) {
  const ValueId moved = layer.move_axis(x, axis, layer.last_axis(x));
  const Dimensions shape = layer.graph.shape(moved);
  std::int64_t rows = 1;
  for (std::size_t i = 1; i + 1 < shape.size(); ++i) rest.push_back(shape[i]), rows *= shape[i];
  return add_reshape(layer.graph, moved, {rows, shape.back()}, "");
}

}  // namespace

ValueId import_dot(const KerasLayer& layer, const Ids& inputs) {
  if (inputs.size() != 2) layer.refuse("multiplies another number of inputs than two", "check the layers before it");
  const auto [first, second] = axes_of_dot(layer, inputs);
  if (layer.graph.shape(inputs[0])[first] != layer.graph.shape(inputs[1])[second])
    layer.refuse("multiplies axes of different lengths", "check the shapes of the model");
  ValueId a = inputs[0], b = inputs[1];
  if (layer.flag("normalize", false)) a = of_unit_length(layer, a, first), b = of_unit_length(layer, b, second);
  Dimensions shape;
  a = as_rows(layer, a, first, shape);
  b = as_rows(layer, b, second, shape);
  if (shape.empty()) shape = {1};
  return add_reshape(layer.graph, multiplied(layer, a, b, true, ""), shape, "");
}

namespace {

double number(const KerasLayer& layer, std::size_t i) { return layer.weight(i, 0).to<double>().at(0); }

/// tanh(query + key) of each two steps, [batch, queries, keys, width]; a scale, weight 0, multiplies before the tanh.
ValueId paired(const KerasLayer& layer, ValueId query, ValueId key, bool is_scaled) {
  Graph& graph = layer.graph;
  const Dimensions q = graph.shape(query), k = graph.shape(key);
  const ValueId rows = add_reshape(graph, query, {q[1], 1, q[2]}, ""),
                columns = add_reshape(graph, key, {1, k[1], k[2]}, "");
  ValueId sum = add_functions(graph, {MapFunction::add}, {rows, columns}, layer.name + ".pairs");
  if (is_scaled) sum = add_function_with(graph, MapFunction::multiply, sum, number(layer, 0), layer.name + ".scaled");
  return add_functions(graph, {MapFunction::tanh}, {sum}, layer.name + ".tanh");
}

ValueId summed(const KerasLayer& layer, ValueId pairs) {
  const ValueId sum = add_reduced(layer.graph, pairs, ReduceFunction::sum, 0b1000, layer.name + ".sum");
  const Dimensions shape = layer.graph.shape(sum);
  return add_reshape(layer.graph, sum, {shape[1], shape[2]}, "");
}

ValueId scores(const KerasLayer& layer, ValueId query, ValueId key) {
  Graph& graph = layer.graph;
  const bool has_scale = layer.flag("use_scale", layer.class_name == "AdditiveAttention");
  if (layer.class_name == "AdditiveAttention") {
    const ValueId pairs = paired(layer, query, key, false);
    if (!has_scale) return summed(layer, pairs);
    return summed(layer, add_functions(graph, {MapFunction::multiply}, {pairs, layer.constant(layer.weight(0, 1))},
                                       layer.name + ".weighted"));
  }
  const std::string mode = layer.text("score_mode", "dot");
  if (mode == "concat") {
    return add_function_with(graph, MapFunction::multiply, summed(layer, paired(layer, query, key, has_scale)),
                             number(layer, has_scale ? 1 : 0), layer.name + ".weighted");
  }
  if (mode != "dot") layer.refuse("has the score_mode " + mode);
  const ValueId products = multiplied(layer, query, key, true, ".scores");
  return has_scale ? add_function_with(graph, MapFunction::multiply, products, number(layer, 0), layer.name + ".scaled")
                   : products;
}

/// Zeros for the steps that the mask of the query skips.
ValueId without_skipped(const KerasLayer& layer, ValueId x, ValueId skipped) {
  return add_where(layer, add_reshape(layer.graph, skipped, {layer.graph.shape(x)[1], 1}, ""), 0, x, ".unskipped");
}

}  // namespace

/// softmax(scores of query and key) . value, where the inputs are query, value and, where it is not the value, key;
/// then the softmax, for a call that returns it.
std::vector<ValueId> import_attention(const KerasLayer& layer, const Ids& inputs) {
  if (inputs.size() < 2 || inputs.size() > 3) layer.refuse("needs a query, a value and perhaps a key");
  const std::size_t rank = layer.graph.shape(inputs[0]).size();
  const auto is_some = [](const std::optional<ValueId>& skipped) { return skipped.has_value(); };
  // Sequences of more axes beside the batch are multiplied alike where there is nothing else to compute.
  const bool may_have_more = layer.class_name == "Attention" && layer.text("score_mode", "dot") == "dot" &&
                             !std::ranges::any_of(layer.all_skipped, is_some) && !layer.skipped;
  for (const ValueId input : inputs) layer.require_rank(input, rank == 4 && may_have_more ? 4 : 3);
  Blocked blocked;
  if (layer.all_skipped[1]) blocked.keys.push_back(*layer.all_skipped[1]);
  const ValueId shares = add_shares(layer, scores(layer, inputs[0], inputs.back()), blocked);
  const ValueId y = multiplied(layer, shares, inputs[1], false, "");
  return {layer.skipped ? without_skipped(layer, y, *layer.skipped) : y, shares};
}

}  // namespace nacre::tools
