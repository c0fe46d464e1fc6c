// Products of two tensors that a model computes: Dot, Attention, AdditiveAttention; and EinsumDense.

#include <fmt/format.h>

#include <algorithm>

#include "tools/graph/compositions.hpp"
#include "tools/graph/moves.hpp"
#include "tools/keras/attention.hpp"
#include "tools/keras/fragment.hpp"

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
  for (const ValueId input : inputs) layer.require_rank(input, 3);
  Blocked blocked;
  if (layer.all_skipped[1]) blocked.keys.push_back(*layer.all_skipped[1]);
  const ValueId shares = add_shares(layer, scores(layer, inputs[0], inputs.back()), blocked);
  const ValueId y = multiplied(layer, shares, inputs[1], false, "");
  return {layer.skipped ? without_skipped(layer, y, *layer.skipped) : y, shares};
}

namespace {

/// "abc,cd->abd", with letters in the place of an ellipsis.
struct Equation {
  std::string input, kernel, output;
};

/// Whether input and kernel make a dense layer: each letter of the input is summed up or kept, each of the kernel
/// summed up or added.
bool is_dense(const Equation& e) {
  const auto in = [](const std::string& text, char letter) { return text.find(letter) != std::string::npos; };
  for (const char letter : e.output)
    if (in(e.input, letter) == in(e.kernel, letter)) return false;
  for (const char letter : e.input + e.kernel)
    if (!in(e.output, letter) && (!in(e.input, letter) || !in(e.kernel, letter))) return false;
  return true;
}

Equation equation_of(const KerasLayer& layer, std::size_t rank) {
  const std::string text = layer.text("equation", "");
  const std::size_t comma = text.find(','), arrow = text.find("->");
  const auto refuse = [&] { layer.refuse("has the equation " + text + ", which Nacre does not read"); };
  if (comma == std::string::npos || arrow == std::string::npos || comma > arrow) refuse();
  Equation result{text.substr(0, comma), text.substr(comma + 1, arrow - comma - 1), text.substr(arrow + 2)};
  std::string open;  // what an ellipsis stands for
  const std::size_t stated = static_cast<std::size_t>(
      std::ranges::count_if(result.input, [](char c) { return c != '.' && c != ' '; }));
  for (std::size_t i = stated; i < rank; ++i) open += static_cast<char>('\x80' + i);
  for (std::string* side : {&result.input, &result.kernel, &result.output}) {
    std::erase(*side, ' ');
    if (const std::size_t dots = side->find("..."); dots != std::string::npos) side->replace(dots, 3, open);
    for (const char letter : *side)
      if (letter == '.' || std::ranges::count(*side, letter) != 1) refuse();
  }
  if (result.input.size() != rank || result.input.empty() || result.output.empty() ||
      result.output[0] != result.input[0] || result.kernel.find(result.input[0]) != std::string::npos)
    refuse();  // the first axis is the batch
  return result;
}

std::vector<std::size_t> places(const std::string& letters, const std::string& among) {
  std::vector<std::size_t> result;
  for (const char letter : letters) result.push_back(among.find(letter));
  return result;
}

ValueId permuted(const KerasLayer& layer, ValueId x, const std::vector<std::size_t>& order) {
  if (std::ranges::is_sorted(order)) return x;
  parameters::Permute table;
  for (std::size_t i = 0; i < order.size(); ++i) table.permutation[i] = static_cast<std::uint8_t>(order[i]);
  return layer.graph.add(table, {x}, layer.name + ".axes");
}

/// A constant with its axes in another order.
Array reordered(const Array& array, const std::vector<std::size_t>& order) {
  const Dimensions& shape = array.shape();
  Dimensions to;
  for (const std::size_t axis : order) to.push_back(shape[axis]);
  const std::vector<double> values = array.to<double>();
  std::vector<double> result(values.size());
  for (std::size_t i = 0; i < result.size(); ++i) {
    std::size_t rest = i, from = 0;
    for (std::size_t place = order.size(); place-- > 0;) {
      std::size_t stride = 1;
      for (std::size_t axis = order[place] + 1; axis < shape.size(); ++axis)
        stride *= static_cast<std::size_t>(shape[axis]);
      from += rest % static_cast<std::size_t>(to[place]) * stride;
      rest /= static_cast<std::size_t>(to[place]);
    }
    result[i] = values[from];
  }
  return Array::of(array.type(), to, result);
}

}  // namespace

namespace {

/// A product of any other kind. Letters of an ellipsis become those of ONNX.
ValueId other_product(const KerasLayer& layer, ValueId x, Equation e) {
  std::string letters = "abcdefghijklmnopqrstuvwxyz";
  std::erase_if(letters, [&](char c) { return (e.input + e.kernel + e.output).find(c) != std::string::npos; });
  for (std::string* side : {&e.input, &e.kernel, &e.output})
    for (char& letter : *side)
      if (static_cast<unsigned char>(letter) >= 0x80) letter = letters.at(static_cast<unsigned char>(letter) - 0x80u);
  const ValueId kernel = layer.constant(layer.weight(0, e.kernel.size()));
  OnnxFragment fragment(layer.graph, layer.name);
  return fragment.finish({fragment.add("Einsum", {fragment.tensor(x), fragment.tensor(kernel)},
                                       {{"equation", e.input + "," + e.kernel + "->" + e.output}})})[0];
}

/// Refuses a bias that is a vector along an axis which require_bias_along refuses.
void require_own_axis(const KerasLayer& layer, const Dimensions& y, const Dimensions& bias) {
  const auto is_long = [](std::int64_t length) { return length != 1; };
  if (std::ranges::count_if(bias, is_long) != 1) return;
  const auto own = static_cast<std::size_t>(std::ranges::find_if(bias, is_long) - bias.begin());
  require_bias_along(layer, y, y.size() - bias.size() + own);
}

}  // namespace

/// A dense layer along any axes: those that input and kernel share are summed up.
ValueId import_einsum_dense(const KerasLayer& layer, const Ids& inputs) {
  Graph& graph = layer.graph;
  const Equation e = equation_of(layer, graph.shape(inputs[0]).size());
  const auto biased = [&](ValueId y) {
    const auto bias = layer.config.find("bias_axes");
    if (bias == layer.config.end() || bias->is_null()) return layer.activated(y);
    if (layer.weights.size() < 2) layer.refuse("lacks its bias", "save the whole model again, with its weights");
    require_own_axis(layer, graph.shape(y), layer.weights[1].shape());
    return layer.activated(
        add_functions(graph, {MapFunction::add}, {y, layer.constant(layer.weights[1])}, layer.name + ".bias"));
  };
  if (!is_dense(e)) return biased(other_product(layer, inputs[0], e));
  std::string kept, added, summed;
  for (const char letter : e.input) (e.kernel.find(letter) == std::string::npos ? kept : summed) += letter;
  for (const char letter : e.output)
    if (e.input.find(letter) == std::string::npos) added += letter;
  const Array kernel = reordered(layer.weight(0, e.kernel.size()), places(summed + added, e.kernel));
  std::int64_t depth = 1, width = 1;
  for (std::size_t i = 0; i < kernel.shape().size(); ++i) (i < summed.size() ? depth : width) *= kernel.shape()[i];
  const ValueId x = permuted(layer, inputs[0], places(kept + summed, e.input));
  Dimensions shape = graph.shape(x);
  shape.resize(kept.size());
  Dimensions rows(shape.begin() + 1, shape.end());
  rows.push_back(depth);
  const ValueId zeros = graph.add_constant({width}, std::vector<double>(static_cast<std::size_t>(width), 0.0));
  const ValueId y = graph.add(parameters::FullyConnected{},
                        {add_reshape(graph, x, rows, ""), layer.constant(kernel.reshaped({depth, width})), zeros},
                        layer.name);
  Dimensions made(shape.begin() + 1, shape.end());
  made.insert(made.end(), kernel.shape().begin() + static_cast<std::ptrdiff_t>(summed.size()), kernel.shape().end());
  return biased(permuted(layer, add_reshape(graph, y, made, ""), places(e.output, kept + added)));
}

}  // namespace nacre::tools
