// Layers of int8 weights and float32 activations.

#include "tools/tflite/hybrid.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "tools/graph/compositions.hpp"
#include "tools/graph/moves.hpp"
#include "tools/tflite/types.hpp"

namespace nacre::tools {
namespace {

using Call = TfliteImporter::Call;

constexpr const char* kWiden = "convert it with --exact-weights, which widens the weights to float32";

ValueId vector_of(Graph& graph, const std::vector<double>& values) {
  return graph.add_constant(Array::of(ElementType::float32, {std::ssize(values)}, values));
}

/// Refuses bytes without a sign where the interpreter has kernels for int8 alone.
void require_int8(const Call& call, unsigned i) {
  if (call.importer.tensor(call.input(i)).type() == tflite::TensorType::UINT8)
    call.refuse("has weights of uint8 beside floats, for which the interpreter has no kernel");
}

/// The scales of rows, times the one of the weights or each of them, with `rank` axes. The rows come first.
ValueId product_of_scales(Graph& graph, const QuantizedRows& rows, const std::vector<double>& scale, std::size_t rank,
                          const std::string& name) {
  Dimensions shape(rank, 1);
  shape[0] = graph.shape(rows.scale)[0];
  if (scale.size() == 1) {
    const ValueId product = add_function_with(graph, MapFunction::multiply, rows.scale, scale[0], name + ".scale");
    return reshaped(graph, product, shape);
  }
  return add_functions(graph, {MapFunction::multiply}, {reshaped(graph, rows.scale, shape), vector_of(graph, scale)},
                       name + ".scale");
}

bool is_one_scale(const std::vector<double>& scale) {
  return std::ranges::all_of(scale, [&](double one) { return one == scale[0]; });
}

template <typename Window>
parameters::ConvInteger integer_window(const Window& window, std::int64_t groups) {
  parameters::ConvInteger table;
  table.stride_h = window.stride_h, table.stride_w = window.stride_w;
  table.dilation_h = window.dilation_h, table.dilation_w = window.dilation_w;
  table.pad_top = window.pad_top, table.pad_bottom = window.pad_bottom;
  table.pad_left = window.pad_left, table.pad_right = window.pad_right;
  table.groups = static_cast<std::uint16_t>(groups);
  return table;
}

template <typename Window>
FusedBounds bounds_of(const Window& window) {
  return {window.minimum, window.maximum};
}

ValueId integer_conv(const Call& call, const parameters::ConvInteger& table, const QuantizedRows& images,
                     const Dimensions& shape, const std::vector<std::int64_t>& codes) {
  Graph& graph = call.graph();
  const ValueId weights = graph.add_constant(Array::of(ElementType::int8, shape, codes), DataType::int8);
  return graph.add(table, images.beside(weights), call.name + ".sums");
}

}  // namespace

bool is_hybrid(const Call& call, unsigned i) {
  if (call.type(call.row.data).type != DataType::float32 || !call.has_input(i)) return false;
  const auto type = call.importer.tensor(call.input(i)).type();
  const bool is_byte = type == tflite::TensorType::INT8 || type == tflite::TensorType::UINT8 || packed_bits(type) < 8;
  if (!is_byte || !call.importer.is_constant(call.input(i)) || call.quantization(i).scale.empty()) return false;
  if (call.importer.has_exact_weights() && type == tflite::TensorType::UINT8)
    call.refuse("has weights of uint8 beside floats, which stand for int8", "leave out --exact-weights");
  return !call.importer.has_exact_weights();
}

QuantizedRows quantized_rows(Graph& graph, ValueId x, bool symmetric, const std::string& name) {
  graph.add(parameters::QuantizeRows{.symmetric = symmetric}, {x}, name + ".rows");
  const std::vector<ValueId> outputs = graph.nodes.back().outputs;
  return {outputs[0], outputs[1], outputs[2], symmetric};
}

HybridWeights hybrid_weights(const Call& call, unsigned i, std::size_t axis) {
  const Quantization& q = call.quantization(i);
  const Dimensions shape = call.type(i).shape;
  const std::int64_t outputs = shape.at(axis);
  if (std::ranges::any_of(q.zero_point, [](std::int32_t zero_point) { return zero_point != 0; }))
    call.refuse("has weights with a zero point other than 0", kWiden);
  if (q.scale.size() > 1 && (static_cast<std::size_t>(q.axis) != axis || std::ssize(q.scale) != outputs))
    call.refuse("has scales along another axis than its outputs", kWiden);
  HybridWeights weights{call.importer.integer_constant(call.input(i)), {q.scale.begin(), q.scale.end()}};
  for (std::int64_t& code : weights.codes)  // files of before 2020 say uint8, and mean int8
    if (code > 127) code -= 256;
  const Dimensions behind(shape.begin() + 1 + static_cast<std::ptrdiff_t>(axis), shape.end());
  const auto inner = static_cast<std::size_t>(TensorType{DataType::int8, behind}.size());
  std::vector<std::int64_t> magnitudes(static_cast<std::size_t>(outputs));
  for (std::size_t k = 0; k < weights.codes.size(); ++k)
    magnitudes[k / inner % magnitudes.size()] += std::abs(weights.codes[k]);
  constexpr std::int64_t kLargestCode = 255;  // less its zero point
  if (*std::ranges::max_element(magnitudes) > std::numeric_limits<std::int32_t>::max() / kLargestCode)
    call.refuse("has sums of products that 32 bits may not hold", kWiden);
  return weights;
}

ValueId scaled_sums(Graph& graph, ValueId sums, const std::vector<ValueId>& factors, std::optional<ValueId> bias,
                    const FusedBounds& bounds, const std::string& name) {
  const DataType real = DataType::float32;
  Program program;
  program.instructions.push_back({MapFunction::cast, DataType::int32, real, {input_of_program(0)}});
  std::vector<ValueId> inputs{sums};
  const auto with = [&](MapFunction function, ValueId value) {
    program.then(function, real, {kOutputOfProgram, input_of_program(static_cast<std::uint32_t>(inputs.size()))});
    inputs.push_back(value);
  };
  for (const ValueId factor : factors) with(MapFunction::multiply, factor);
  if (bias) with(MapFunction::add, *bias);
  if (std::isfinite(bounds.minimum) || std::isfinite(bounds.maximum))
    program.then(MapFunction::clamp, real,
                 {kOutputOfProgram, program.literal(bounds.minimum, real), program.literal(bounds.maximum, real)});
  return graph.add_map(program, std::move(inputs), name);
}

ValueId scaled_images(const Call& call, Graph& graph, ValueId sums, const QuantizedRows& images,
                      const HybridWeights& weights, std::optional<ValueId> bias, const FusedBounds& bounds) {
  const Dimensions each{graph.shape(images.scale)[0], 1, 1, 1};
  const std::vector<ValueId> factors{vector_of(graph, weights.scale), reshaped(graph, images.scale, each)};
  return scaled_sums(graph, sums, factors, bias, bounds, call.name);
}

ValueId hybrid_product(const Call& call, Graph& graph, const QuantizedRows& rows, unsigned i,
                       std::optional<ValueId> bias, const FusedBounds& bounds, const std::string& name) {
  const HybridWeights weights = hybrid_weights(call, i, 0);
  const ValueId matrix =
      graph.add_constant(Array::of(ElementType::int8, call.type(i).shape, weights.codes), DataType::int8);
  const ValueId sums = graph.add(parameters::MatMul{.transposed = true}, rows.beside(matrix), name + ".sums");
  return scaled_sums(graph, sums, {product_of_scales(graph, rows, weights.scale, 2, name)}, bias, bounds, name);
}

std::optional<ValueId> hybrid_bias(const Call& call, Graph& graph, unsigned i, std::int64_t outputs) {
  if (i == 0 || !call.has_input(i)) return std::nullopt;
  const std::vector<double> values = call.importer.real_constant(call.input(i));
  if (std::ssize(values) != outputs) call.refuse("has a bias of another length");
  return vector_of(graph, values);
}

ValueId hybrid_fully_connected(const Call& call, ValueId x, bool symmetric, const FusedBounds& bounds) {
  return hybrid_product(call, call.graph(), quantized_rows(call.graph(), x, symmetric, call.name), 1,
                        hybrid_bias(call, call.graph(), 2, call.type(1).shape[0]), bounds, call.name);
}

ValueId hybrid_batch_matmul(const Call& call, ValueId x, bool transposed, bool symmetric) {
  require_int8(call, 1);
  Graph& graph = call.graph();
  const Dimensions shape = graph.shape(x);
  Dimensions matrix = call.type(1).shape;
  while (matrix.size() > 2 && matrix.front() == 1) matrix.erase(matrix.begin());
  if (matrix.size() != 2 || shape.size() < 2) call.refuse("has another int8 matrix for each of a batch", kWiden);
  if (call.quantization(1).scale.size() != 1) call.refuse("has a matrix of int8 with several scales", kWiden);
  const HybridWeights weights = hybrid_weights(call, 1, call.type(1).shape.size() - (transposed ? 2 : 1));
  const Dimensions rows{TensorType{DataType::float32, shape}.size() / shape.back(), shape.back()};
  const QuantizedRows codes = quantized_rows(graph, reshaped(graph, x, rows), symmetric, call.name);
  const ValueId w = graph.add_constant(Array::of(ElementType::int8, matrix, weights.codes), DataType::int8);
  const ValueId sums = graph.add(parameters::MatMul{.transposed = transposed}, codes.beside(w), call.name + ".sums");
  const ValueId y = scaled_sums(graph, sums, {product_of_scales(graph, codes, weights.scale, 2, call.name)},
                                std::nullopt, kNoBounds, call.name);
  Dimensions to = shape;
  to.back() = graph.shape(y).back();
  while (to.size() < call.type(1).shape.size()) to.insert(to.begin(), 1);
  return reshaped(graph, y, to);
}

/// Without a scale for each output the interpreter's images are symmetric, and one product is the scale; else each
/// sum is multiplied by the scale of its output, then by that of its image.
ValueId hybrid_conv_2d(const Call& call, const parameters::Conv2D& window) {
  Graph& graph = call.graph();
  const HybridWeights weights = hybrid_weights(call, 1, 0);
  const Dimensions shape = call.type(1).shape;
  const bool has_one_scale = is_one_scale(weights.scale);
  if (has_one_scale && window.groups > 1)
    call.refuse("has groups and one scale for all of them, for which the interpreter has no kernel", kWiden);
  const QuantizedRows images = quantized_rows(graph, call.value(0), has_one_scale, call.name);
  const ValueId sums = integer_conv(call, integer_window(window, window.groups), images, shape, weights.codes);
  const std::optional<ValueId> bias = hybrid_bias(call, graph, 2, shape[0]);
  if (!has_one_scale) return scaled_images(call, graph, sums, images, weights, bias, bounds_of(window));
  const ValueId scale = product_of_scales(graph, images, {weights.scale[0]}, 4, call.name);
  return scaled_sums(graph, sums, {scale}, bias, bounds_of(window), call.name);
}

/// Both scales are multiplied first, and images have zero points.
ValueId hybrid_depthwise_conv_2d(const Call& call, const parameters::DepthwiseConv2D& window) {
  require_int8(call, 1);
  Graph& graph = call.graph();
  const HybridWeights weights = hybrid_weights(call, 1, 3);
  const Dimensions stored = call.type(1).shape;  // 1, height, width, output
  const std::int64_t outputs = stored[3], taps = stored[1] * stored[2];
  if (std::ssize(weights.scale) != outputs)
    call.refuse("has one scale for all channels, for which the interpreter has no kernel", kWiden);
  std::vector<std::int64_t> codes(weights.codes.size());
  for (std::size_t k = 0; k < codes.size(); ++k) {
    const auto o = static_cast<std::int64_t>(k) / taps, tap = static_cast<std::int64_t>(k) % taps;
    codes[k] = weights.codes[static_cast<std::size_t>(tap * outputs + o)];
  }
  const QuantizedRows images = quantized_rows(graph, call.value(0), false, call.name);
  const parameters::ConvInteger table = integer_window(window, call.type(0).shape[3]);
  const ValueId sums = integer_conv(call, table, images, {outputs, stored[1], stored[2], 1}, codes);
  return scaled_sums(graph, sums, {product_of_scales(graph, images, weights.scale, 4, call.name)},
                     hybrid_bias(call, graph, 2, outputs), bounds_of(window), call.name);
}

}  // namespace nacre::tools
