// EinsumDense.

#include <algorithm>

#include "tools/graph/compositions.hpp"
#include "tools/graph/moves.hpp"
#include "tools/keras/fragment.hpp"
#include "tools/keras/quantized.hpp"

namespace nacre::tools {
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

namespace {

/// The lengths of the kernel's axes: the input has them, or the configuration, in which what an ellipsis stands for and
/// the batch are missing.
Dimensions shape_of_kernel(const KerasLayer& layer, const Equation& e, const Dimensions& x) {
  nlohmann::json stated = layer.config.value("output_shape", nlohmann::json());
  if (!stated.is_array()) stated = nlohmann::json::array({stated});
  std::string letters = e.output;
  const bool is_left_open = static_cast<unsigned char>(letters[0]) >= 0x80;
  std::erase_if(letters, [](char letter) { return static_cast<unsigned char>(letter) >= 0x80; });
  if (!is_left_open) letters.erase(0, 1);
  Dimensions shape;
  for (const char letter : e.kernel) {
    if (const std::size_t at = e.input.find(letter); at != std::string::npos) {
      shape.push_back(x[at]);
      continue;
    }
    const std::size_t at = letters.find(letter);
    if (at >= stated.size() || !stated[at].is_number_integer() || stated[at].get<std::int64_t>() < 1)
      layer.refuse("has the output_shape " + stated.dump() + ", which its equation does not fit");
    shape.push_back(stated[at].get<std::int64_t>());
  }
  return shape;
}

/// The axes of the output, which are of length 1 where the kernel has not made them.
Dimensions shape_of_scales(const Equation& e, const Dimensions& kernel, const std::string& letters) {
  Dimensions shape;
  for (const char letter : e.output) {
    const std::size_t at = letters.find(letter);
    shape.push_back(at == std::string::npos ? 1 : kernel[at]);
  }
  return shape;
}

}  // namespace

/// A dense layer along any axes: those that input and kernel share are summed up.
ValueId import_einsum_dense(const KerasLayer& layer, const Ids& inputs) {
  Graph& graph = layer.graph;
  const Equation e = equation_of(layer, graph.shape(inputs[0]).size());
  std::optional<QuantizedKeras> quantized;
  if (!keras_quantization_mode(layer.config).empty()) quantized.emplace(layer);
  const auto biased = [&](ValueId y) {
    const auto bias = layer.config.find("bias_axes");
    if (bias == layer.config.end() || bias->is_null()) return layer.activated(y);
    if (layer.weights.size() < 2) layer.refuse("lacks its bias", "save the whole model again, with its weights");
    const Array own = quantized ? quantized->bias() : layer.weights[1];
    require_own_axis(layer, graph.shape(y), own.shape());
    return layer.activated(
        add_functions(graph, {MapFunction::add}, {y, layer.constant(own)}, layer.name + ".bias"));
  };
  if (!is_dense(e)) {
    if (quantized) layer.refuse("is quantised and multiplies axes that its kernel, input and output share",
                                "save the model as it was before quantize()");
    return biased(other_product(layer, inputs[0], e));
  }
  std::string kept, added, summed;
  for (const char letter : e.input) (e.kernel.find(letter) == std::string::npos ? kept : summed) += letter;
  for (const char letter : e.output)
    if (e.input.find(letter) == std::string::npos) added += letter;
  const Array own = quantized ? quantized->kernel(shape_of_kernel(layer, e, graph.shape(inputs[0])))
                              : layer.weight(0, e.kernel.size());
  const Array kernel = reordered(own, places(summed + added, e.kernel));
  std::int64_t depth = 1, width = 1;
  for (std::size_t i = 0; i < kernel.shape().size(); ++i) (i < summed.size() ? depth : width) *= kernel.shape()[i];
  const ValueId x = permuted(layer, inputs[0], places(kept + summed, e.input));
  Dimensions shape = graph.shape(x);
  shape.resize(kept.size());
  Dimensions rows(shape.begin() + 1, shape.end());
  rows.push_back(depth);
  const ValueId flat = add_reshape(graph, x, rows, "");
  const Array matrix = kernel.reshaped({depth, width});
  Dimensions made(shape.begin() + 1, shape.end());
  made.insert(made.end(), kernel.shape().begin() + static_cast<std::ptrdiff_t>(summed.size()), kernel.shape().end());
  if (quantized) quantized->require_scales(shape_of_scales(e, kernel.shape(), summed + added));
  const ValueId y = quantized ? quantized->product(flat, matrix) : layer.dense(flat, matrix);
  return biased(permuted(layer, add_reshape(graph, y, made, ""), places(e.output, kept + added)));
}

}  // namespace nacre::tools
