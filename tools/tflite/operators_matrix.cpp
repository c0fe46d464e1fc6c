// FULLY_CONNECTED, CONV_2D, DEPTHWISE_CONV_2D and BATCH_MATMUL.

#include <fmt/format.h>

#include <cmath>

#include "tools/graph/moves.hpp"
#include "tools/operators/rescale.hpp"
#include "tools/tflite/hybrid.hpp"
#include "tools/tflite/operators.hpp"
#include "tools/tflite/programs.hpp"
#include "tools/tflite/release.hpp"
#include "tools/tflite/types.hpp"

namespace nacre::tools {
namespace {

using Call = TfliteImporter::Call;

/// The scales of the weights: one for all output channels, or one each.
const std::vector<float>& weight_scales(const Call& call, std::int64_t channels) {
  const Quantization &x = call.quantization(call.row.data), &w = call.quantization(1), &y = call.output_quantization();
  if (x.scale.empty() || w.scale.empty() || y.scale.empty()) call.refuse("lacks quantisation parameters");
  for (const std::int32_t zero_point : w.zero_point)
    if (zero_point != 0) call.refuse("has weights with a zero point other than 0");
  const auto rows = static_cast<std::int64_t>(w.scale.size());
  if (rows != 1 && rows != channels) call.refuse("has scales for another number of channels");
  return w.scale;
}

/// The bias (zeros where there is none), less the input's zero point times each channel's weights.
ValueId add_folded_bias(const Call& call, std::int64_t channels, const std::vector<std::int64_t>& weight_sums) {
  std::vector<std::int64_t> bias(static_cast<std::size_t>(channels), 0);
  if (call.has_input(2)) bias = call.importer.integer_constant(call.input(2));
  if (bias.size() != weight_sums.size()) call.refuse("has a bias of another length");
  for (std::size_t c = 0; c < bias.size(); ++c) {
    if (__builtin_sub_overflow(bias[c], call.quantization(0).zero_point.at(0) * weight_sums[c], &bias[c]) ||
        bias[c] != static_cast<std::int32_t>(bias[c]))
      call.refuse("has a bias that overflows 32 bits");
  }
  return call.graph().add_constant(Array::of(ElementType::int32, {channels}, bias), DataType::int32);
}

ValueId add_real_bias(const Call& call, std::int64_t channels) {
  std::vector<double> bias(static_cast<std::size_t>(channels), 0.0);
  if (call.has_input(2)) bias = call.importer.real_constant(call.input(2));
  return call.graph().add_constant(Array::of(ElementType::float32, {channels}, bias));
}

/// Inputs of the node: x, weights in the device's layout, bias and, where int8 channels are rescaled
/// one by one, rescale.
/// `source(i)` is the index in the file of the device's element i of float weights, whose last axis
/// is the output channel; int8 weights stay as they are, `channel(i)` being the channel of element i.
template <typename Source, typename Channel>
std::vector<ValueId> weight_inputs(const Call& call, ValueId x, const Dimensions& float_shape,
                                   const Dimensions& int8_shape, std::int64_t channels, Source source,
                                   Channel channel, bool rescale_each = true) {
  Graph& graph = call.graph();
  if (!call.is_quantised()) {
    const std::vector<double> stored = call.importer.real_constant(call.input(1));
    std::vector<double> weights(stored.size());
    for (std::size_t i = 0; i < weights.size(); ++i) weights[i] = stored[source(i)];
    return {x, graph.add_constant(Array::of(ElementType::float32, float_shape, weights)),
            add_real_bias(call, channels)};
  }
  if (call.type(1).type != DataType::int8) call.refuse("has weights of another type than its input");
  if (!call.is_int8() && packed_bits(call.importer.tensor(call.input(1)).type()) < 8)
    call.refuse("has weights of 4 bits beside int16, which the interpreter does not unpack",
                "convert with int8 activations, or with int8 weights");
  const std::vector<std::int64_t> weights = call.importer.integer_constant(call.input(1));
  std::vector<std::int64_t> sums(static_cast<std::size_t>(channels), 0);
  for (std::size_t i = 0; i < weights.size(); ++i) sums[channel(i)] += weights[i];
  std::vector<ValueId> inputs{
      x, graph.add_constant(Array::of(ElementType::int8, int8_shape, weights), DataType::int8),
      add_folded_bias(call, channels, sums)};
  if (rescale_each) inputs.push_back(add_rescale(call, channels));
  return inputs;
}

/// The window of a convolution whose input is in blocks: it has no stride, padding or dilation of its own.
template <typename Table>
void set_dilation(const Call& call, Table& table, const Dilation& dilation) {
  if (table.stride_h * table.stride_w * table.dilation_h * table.dilation_w != 1 ||
      table.pad_top + table.pad_bottom + table.pad_left + table.pad_right != 0)
    call.refuse("has a window of its own on the blocks of an image");
  const bool image = dilation.block.size() == 2;
  const auto narrow = [](std::int64_t x) { return static_cast<std::uint16_t>(x); };
  table.dilation_h = narrow(image ? dilation.block[0] : 1), table.dilation_w = narrow(dilation.block.back());
  table.pad_top = narrow(image ? dilation.padding[0] : 0), table.pad_bottom = narrow(image ? dilation.padding[1] : 0);
  table.pad_left = narrow(dilation.padding.end()[-2]), table.pad_right = narrow(dilation.padding.back());
}

template <typename Table, typename Options>
void set_window(const Call& call, Table& table, const Options& options, const Dimensions& x,
                std::int64_t kernel_h, std::int64_t kernel_w) {
  const int numbers[] = {options.stride_h(), options.stride_w(), options.dilation_h_factor(),
                         options.dilation_w_factor()};
  for (const int number : numbers)
    if (number < 1 || number > 0xffff) call.refuse(fmt::format("has a stride or dilation of {}", number));
  table.stride_h = static_cast<std::uint16_t>(options.stride_h());
  table.stride_w = static_cast<std::uint16_t>(options.stride_w());
  table.dilation_h = static_cast<std::uint16_t>(options.dilation_h_factor());
  table.dilation_w = static_cast<std::uint16_t>(options.dilation_w_factor());
  const AxisPadding rows = tflite_padding(options.padding(), x[1], kernel_h, table.stride_h, table.dilation_h);
  const AxisPadding columns = tflite_padding(options.padding(), x[2], kernel_w, table.stride_w, table.dilation_w);
  table.pad_top = rows.before, table.pad_bottom = rows.after;
  table.pad_left = columns.before, table.pad_right = columns.after;
  if (const Dilation* dilation = call.importer.dilation()) set_dilation(call, table, *dilation);
}

/// The fused activation and, for int8, the zero point of the output.
template <typename Table>
void set_output(const Call& call, Table& table, tflite::ActivationFunctionType function) {
  if (call.is_quantised() && (call.quantization(0).scale.empty() || call.output_quantization().scale.empty()))
    call.refuse("lacks quantisation parameters");
  set_bounds(call, table, function);
  if (call.is_int8()) table.output_zero_point = call.output_quantization().zero_point.at(0);
  else if (call.is_quantised() &&
           (call.quantization(0).zero_point.at(0) | call.output_quantization().zero_point.at(0)) != 0)
    call.refuse("has int16 activations with a zero point");
}

void import_fully_connected(const Call& call) {
  const auto& options = call.options<tflite::FullyConnectedOptions>();
  if (options.weights_format() != 0) call.refuse("has shuffled weights");
  const Dimensions w = call.type(1).shape;
  if (w.size() != 2) call.refuse("has weights that are no matrix");
  const std::int64_t units = w[0], depth = w[1];
  ValueId x = call.value(0);
  if (call.graph().type(x).last() != depth || call.graph().shape(x).size() != 2) {
    x = call.graph().add(reshape_to({-1, depth}, call.name), {x});
  }
  const auto define = [&](ValueId y) {
    Dimensions kept = call.type(0).shape;
    if (options.keep_num_dims() && !kept.empty()) kept.back() = units;
    else kept = call.graph().shape(y);
    call.define(reshaped(call.graph(), y, kept));
  };
  if (is_hybrid(call, 1))
    return define(hybrid_fully_connected(call, x, !options.asymmetric_quantize_inputs(),
                                         fused_bounds(call, options.fused_activation_function())));
  parameters::FullyConnected table;
  set_output(call, table, options.fused_activation_function());
  const auto d = static_cast<std::size_t>(depth), u = static_cast<std::size_t>(units);
  // After 2.18 an int16 layer rounds once: with a multiplier for each unit, of which its kernel takes all bits.
  const bool one_scale = call.is_quantised() && weight_scales(call, units).size() == 1 &&
                         (call.is_int8() || !is_after_2_18(call.importer.model()));
  // TensorFlow Lite takes the product of a layer's scales in float, that of a channel's in double.
  if (one_scale)
    quantize_multiplier(static_cast<double>(call.quantization(0).scale.at(0) * call.quantization(1).scale.at(0)) /
                            call.output_quantization().scale.at(0),
                        &table.multiplier, &table.shift);
  std::vector<ValueId> inputs = weight_inputs(call, x, {depth, units}, {units, depth}, units,
                                              [=](std::size_t i) { return i % u * d + i / u; },
                                              [=](std::size_t i) { return i / d; }, false);
  if (call.is_quantised() && !one_scale) inputs.push_back(add_rescale(call, units));
  define(call.graph().add(table, inputs, call.name));
}

void import_conv_2d(const Call& call) {
  const auto& options = call.options<tflite::Conv2DOptions>();
  const Dimensions w = call.type(1).shape, x = call.type(0).shape;  // w: output, height, width, input
  if (w.size() != 4 || x.size() != 4 || w[3] <= 0 || x[3] % w[3] != 0)
    call.refuse("has weights that do not fit its input");
  parameters::Conv2D table;
  set_window(call, table, options, x, w[1], w[2]);
  set_output(call, table, options.fused_activation_function());
  table.groups = static_cast<std::uint16_t>(x[3] / w[3]);
  if (is_hybrid(call, 1)) return call.define(hybrid_conv_2d(call, table));
  if (call.is_int8()) table.input_zero_point = call.quantization(0).zero_point.at(0);
  const auto outputs = static_cast<std::size_t>(w[0]), window = static_cast<std::size_t>(w[1] * w[2] * w[3]);
  call.define(call.graph().add(
      table,
      weight_inputs(call, call.value(0), {w[1], w[2], w[3], w[0]}, w, w[0],
                    [=](std::size_t i) { return i % outputs * window + i / outputs; },
                    [=](std::size_t i) { return i / window; }),
      call.name));
}

void import_depthwise_conv_2d(const Call& call) {
  const auto& options = call.options<tflite::DepthwiseConv2DOptions>();
  const Dimensions w = call.type(1).shape, x = call.type(0).shape;  // w: 1, height, width, output
  if (w.size() != 4 || x.size() != 4 || w[0] != 1 || x[3] <= 0 || w[3] % x[3] != 0)
    call.refuse("has weights that do not fit its input");
  parameters::DepthwiseConv2D table;
  set_window(call, table, options, x, w[1], w[2]);
  set_output(call, table, options.fused_activation_function());
  if (call.is_int8()) table.input_zero_point = call.quantization(0).zero_point.at(0);
  if (is_hybrid(call, 1)) return call.define(hybrid_depthwise_conv_2d(call, table));
  const Dimensions shape{w[1], w[2], w[3]};
  const auto outputs = static_cast<std::size_t>(w[3]);
  call.define(call.graph().add(
      table,
      weight_inputs(call, call.value(0), shape, shape, w[3], [](std::size_t i) { return i; },
                    [=](std::size_t i) { return i % outputs; }),
      call.name));
}

/// A product of matrices of int16 by the rule for activations of 16 bits: exact in float64, whose 53 bits hold a sum of
/// so many products times 15 bits.
void import_int16_matmul(const Call& call, const parameters::MatMul& table, ValueId a, ValueId b) {
  constexpr DataType kWide = DataType::float64;
  constexpr std::int64_t kMostDepth = 256;
  Graph& graph = call.graph();
  if (graph.type(a).last() > kMostDepth) call.refuse("multiplies int16 matrices of more than 256 columns");
  const float scales = call.quantization(0).scale.at(0) * call.quantization(1).scale.at(0);
  std::int32_t multiplier = 0, shift = 0;
  quantize_multiplier(static_cast<double>(scales) / call.output_quantization().scale.at(0), &multiplier, &shift);
  if (shift > 7 || call.output_quantization().zero_point.at(0) != 0)
    call.refuse("has an output scale out of proportion");
  const double kept = multiplier < 0x7fff0000 ? (multiplier + (1 << 15)) >> 16 : 0x7fff, bits = 15 - shift;
  const ValueId wide_a = cast_to(graph, a, kWide, call.name + "_a");
  const ValueId wide_b = cast_to(graph, b, kWide, call.name + "_b");
  const ValueId sum = graph.add(table, {wide_a, wide_b}, call.name + "_sum");
  Program program;
  program.then(MapFunction::multiply, kWide, {input_of_program(0), program.literal(kept, kWide)});
  program.then(MapFunction::add, kWide, {kOutputOfProgram, program.literal(std::exp2(bits - 1), kWide)});
  program.then(MapFunction::multiply, kWide, {kOutputOfProgram, program.literal(std::exp2(-bits), kWide)});
  program.then(MapFunction::floor, kWide, {kOutputOfProgram});
  const ValueId y = graph.add_map(program, {sum}, call.name + "_rescaled");
  call.define(stored_as(graph, cast_to(graph, y, DataType::int32, call.name + "_whole"), DataType::int16, call.name));
}

/// Matrices that both may be computed; the first is turned where it is to be. Those of int8 are multiplied as int32,
/// less their zero points.
void import_batch_matmul(const Call& call) {
  const auto& options = call.options<tflite::BatchMatMulOptions>();
  parameters::MatMul table;
  table.transposed = options.adj_y();
  const bool is_int8 = call.is_int8(), is_stored = call.is_quantised();
  if (is_stored && call.type(1).type != call.type(0).type) call.refuse("multiplies matrices of two types");
  ValueId a = is_stored ? centred_numbers(call, 0) : call.value(0);
  const std::size_t rank = call.graph().shape(a).size();
  if (options.adj_x() && rank >= 2) a = move_axis(call.graph(), a, rank - 1, rank - 2);
  if (is_hybrid(call, 1))
    return call.define(hybrid_batch_matmul(call, a, options.adj_y(), !options.asymmetric_quantize_inputs()));
  if (is_stored && !is_int8) return import_int16_matmul(call, table, a, centred_numbers(call, 1));
  const ValueId y = call.graph().add(table, {a, is_int8 ? centred_numbers(call, 1) : call.value(1)}, call.name);
  if (!is_int8) return call.define(y);
  const float scales = call.quantization(0).scale.at(0) * call.quantization(1).scale.at(0);  // as of other layers
  call.define(rescaled_output(call, y, static_cast<double>(scales) / call.output_quantization().scale.at(0)));
}

}  // namespace

ValueId add_rescale(const Call& call, std::int64_t channels) {
  const std::vector<float>& scales = weight_scales(call, channels);
  std::vector<std::int64_t> rescale;
  for (std::int64_t c = 0; c < channels; ++c) {
    const double scale = scales[scales.size() == 1 ? 0 : static_cast<std::size_t>(c)];
    std::int32_t multiplier = 0, shift = 0;
    quantize_multiplier(call.quantization(call.row.data).scale.at(0) * scale / call.output_quantization().scale.at(0),
                        &multiplier, &shift);
    rescale.insert(rescale.end(), {multiplier, shift});
  }
  return call.graph().add_constant(Array::of(ElementType::int32, {channels, 2}, rescale), DataType::int32);
}

std::vector<TfliteOperator> matrix_operators() {
  using B = tflite::BuiltinOperator;
  using O = Operator;
  return {
      {B::FULLY_CONNECTED, import_fully_connected, nullptr, {O::fully_connected}, 0, 0, {DataType::int16}},
      {B::CONV_2D, import_conv_2d, nullptr, {O::conv_2d}, 0, 0, {DataType::int16}},
      {B::DEPTHWISE_CONV_2D, import_depthwise_conv_2d, nullptr, {O::depthwise_conv_2d}, 0, 0, {DataType::int16}},
      {B::BATCH_MATMUL, import_batch_matmul, nullptr, {O::matmul}, 0, 0, {DataType::int8, DataType::int16}},
  };
}

}  // namespace nacre::tools
