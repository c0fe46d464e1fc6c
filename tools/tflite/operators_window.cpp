// TRANSPOSE_CONV, CONV_3D and CONV_3D_TRANSPOSE.

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "tools/tflite/hybrid.hpp"
#include "tools/tflite/operators.hpp"

namespace nacre::tools {
namespace {

using Call = TfliteImporter::Call;

/// The window of an operator, by spatial axis.
struct WindowOptions {
  tflite::Padding padding;
  std::vector<int> strides, dilations;
};

WindowOptions window_of(const tflite::TransposeConvOptions& options) {
  return {options.padding(), {options.stride_h(), options.stride_w()}, {1, 1}};
}
WindowOptions window_of(const tflite::Conv3DOptions& options) {
  return {options.padding(),
          {options.stride_d(), options.stride_h(), options.stride_w()},
          {options.dilation_d_factor(), options.dilation_h_factor(), options.dilation_w_factor()}};
}

/// Writes stride and dilation to a table; `padding` is told the padding of each axis, whose windows lie on `image`.
template <typename Table, typename Padding>
void set_window(const Call& call, Table& table, const WindowOptions& window, const Dimensions& kernel,
                const Dimensions& image, Padding padding) {
  for (std::size_t axis = 0; axis < kernel.size(); ++axis) {
    for (const int number : {window.strides[axis], window.dilations[axis]})
      if (number < 1 || number > 0xffff) call.refuse(fmt::format("has a stride or dilation of {}", number));
    table.stride[axis] = static_cast<std::uint16_t>(window.strides[axis]);
    table.dilation[axis] = static_cast<std::uint16_t>(window.dilations[axis]);
    padding(axis, tflite_padding(window.padding, image[axis], kernel[axis], window.strides[axis],
                                 window.dilations[axis]));
  }
}

void require_ranks(const Call& call, std::size_t rank) {
  if (call.type(1).shape.size() != rank || call.type(call.row.data).shape.size() != rank)
    call.refuse("has weights that do not fit its input");
}

/// The bias as it is, or zeros.
ValueId add_bias(const Call& call, unsigned input, std::int64_t outputs) {
  const bool is_stored = call.is_quantised();
  const ElementType type = is_stored ? ElementType::int32 : ElementType::float32;
  std::vector<double> bias(static_cast<std::size_t>(outputs), 0.0);
  if (call.has_input(input) && is_stored) {
    const Integers stored = call.importer.integer_constant(call.input(input));
    for (const std::int64_t number : stored)
      if (number != static_cast<std::int32_t>(number)) call.refuse("has a bias that overflows 32 bits");
    bias.assign(stored.begin(), stored.end());
  } else if (call.has_input(input)) {
    bias = call.importer.real_constant(call.input(input));
  }
  return call.graph().add_constant(Array::of(type, {outputs}, bias), is_stored ? DataType::int32 : DataType::float32);
}

/// Constants of input 1 as they are, under another shape.
ValueId add_weights(const Call& call, const Dimensions& shape) {
  if (!call.is_quantised()) {
    const std::vector<double> stored = call.importer.real_constant(call.input(1));
    return call.graph().add_constant(Array::of(ElementType::float32, shape, stored));
  }
  if (call.type(1).type != DataType::int8) call.refuse("has weights of another type than its input");
  const Integers stored = call.importer.integer_constant(call.input(1));
  return call.graph().add_constant(Array::of(ElementType::int8, shape, stored), DataType::int8);
}

/// Float weights [rows, outputs, columns] as [rows, columns, outputs], under a shape of as many.
ValueId add_turned_weights(const Call& call, const Dimensions& shape, std::size_t outputs, std::size_t columns) {
  const std::vector<double> stored = call.importer.real_constant(call.input(1));
  std::vector<double> turned(stored.size());
  for (std::size_t i = 0; i < stored.size(); ++i) {
    const std::size_t row = i / (outputs * columns), o = i / columns % outputs, c = i % columns;
    turned[(row * columns + c) * outputs + o] = stored[i];
  }
  return call.graph().add_constant(Array::of(ElementType::float32, shape, turned));
}

/// Window, size of the output, which is input 0, and bounds.
template <typename Options>
parameters::ConvTransposed transposed(const Call& call, const Options& options, const Dimensions& kernel) {
  if (!call.importer.is_known(call.input(0))) call.refuse("computes the shape of its output from its input");
  const Integers shape = call.importer.integer_constant(call.input(0));
  if (shape.size() != kernel.size() + 2) call.refuse("has an output of another rank than its input");
  const Dimensions image(shape.begin() + 1, shape.end() - 1);
  parameters::ConvTransposed table;
  set_window(call, table, window_of(options), kernel, image, [&](std::size_t axis, const AxisPadding& padding) {
    if (image[axis] < 1 || image[axis] > std::numeric_limits<std::int32_t>::max())
      call.refuse(fmt::format("has an output with an axis of {}", image[axis]));
    table.size[axis] = static_cast<std::int32_t>(image[axis]);
    table.pad_before[axis] = padding.before;
  });
  set_bounds(call, table, options.fused_activation_function());
  return table;
}

/// The zero point of a stored tensor, which is 0 in int16.
std::int8_t narrow_zero_point(const Call& call, const Quantization& q) {
  if (!call.is_int8() && q.zero_point.at(0) != 0) call.refuse("has int16 activations with a zero point");
  return static_cast<std::int8_t>(q.zero_point.at(0));
}

void import_transpose_conv(const Call& call) {
  require_ranks(call, 4);
  const Dimensions w = call.type(1).shape;  // output, height, width, input
  const Dimensions kernel{w[1], w[2]};
  auto table = transposed(call, call.options<tflite::TransposeConvOptions>(), kernel);
  if (is_hybrid(call, 1)) return call.define(hybrid_transpose_conv(call, table));
  std::vector<ValueId> inputs{call.value(2)};
  if (call.is_quantised()) {
    if (call.quantization(2).scale.size() != 1 || call.output_quantization().scale.size() != 1)
      call.refuse("lacks quantisation parameters");
    table.input_zero_point = narrow_zero_point(call, call.quantization(2));
    table.output_zero_point = narrow_zero_point(call, call.output_quantization());
    inputs.insert(inputs.end(), {add_weights(call, w), add_bias(call, 3, w[0]), add_rescale(call, w[0])});
  } else {
    const auto window = static_cast<std::size_t>(w[1] * w[2] * w[3]);
    inputs.insert(inputs.end(), {add_turned_weights(call, {w[1], w[2], w[3], w[0]}, static_cast<std::size_t>(w[0]),
                                                    window), add_bias(call, 3, w[0])});
  }
  call.define(call.graph().add(table, inputs, call.name));
}

void import_conv_3d(const Call& call) {
  require_ranks(call, 5);
  const auto& options = call.options<tflite::Conv3DOptions>();
  const Dimensions w = call.type(1).shape, x = call.type(0).shape;  // w: depth, height, width, input, output
  parameters::Conv3D table;
  set_window(call, table, window_of(options), {w[0], w[1], w[2]}, {x[1], x[2], x[3]},
             [&](std::size_t axis, const AxisPadding& padding) {
               table.pad_before[axis] = padding.before, table.pad_after[axis] = padding.after;
             });
  const FusedBounds bounds = fused_bounds(call, options.fused_activation_function());
  table.minimum = bounds.minimum, table.maximum = bounds.maximum;
  call.define(call.graph().add(table, {call.value(0), add_weights(call, w), add_bias(call, 2, w[4])}, call.name));
}

void import_conv_3d_transpose(const Call& call) {
  require_ranks(call, 5);
  const Dimensions w = call.type(1).shape;  // depth, height, width, output, input
  const auto table = transposed(call, call.options<tflite::Conv3DOptions>(), {w[0], w[1], w[2]});
  const ValueId weights = add_turned_weights(call, {w[0], w[1], w[2], w[4], w[3]}, static_cast<std::size_t>(w[3]),
                                             static_cast<std::size_t>(w[4]));
  call.define(call.graph().add(table, {call.value(2), weights, add_bias(call, 3, w[3])}, call.name));
}

}  // namespace

std::vector<TfliteOperator> window_operators() {
  using B = tflite::BuiltinOperator;
  using O = Operator;
  return {
      {B::TRANSPOSE_CONV, import_transpose_conv, nullptr, {O::conv_transposed}, 0, 2, {DataType::int16}},
      {B::CONV_3D, import_conv_3d, nullptr, {O::conv_3d}},
      {B::CONV_3D_TRANSPOSE, import_conv_3d_transpose, nullptr, {O::conv_3d}, 0, 2},
  };
}

}  // namespace nacre::tools
