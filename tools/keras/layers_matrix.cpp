// Dense, convolutions and pooling.

#include "tools/graph/compositions.hpp"
#include "tools/keras/quantized.hpp"
#include "tools/keras/windows.hpp"

namespace nacre::tools {
namespace {

using Ids = std::vector<ValueId>;

/// Sets strides, dilation and padding of a table for a kernel of `height` and `width` on image `x`.
template <typename Table>
void set_window(const KerasLayer& layer, Table& table, const Dimensions& x, std::int64_t height, std::int64_t width,
                const std::vector<std::int64_t>& strides, const std::vector<std::int64_t>& dilation) {
  for (const std::int64_t number : {strides[0], strides[1], dilation[0], dilation[1]})
    if (number < 1) layer.refuse("has a stride or dilation of 0");
  const KerasPadding rows = padding_of(layer, x[1], height, strides[0], dilation[0]);
  const KerasPadding columns = padding_of(layer, x[2], width, strides[1], dilation[1]);
  table.stride_h = narrow(strides[0]), table.stride_w = narrow(strides[1]);
  table.pad_top = rows.before, table.pad_bottom = rows.after;
  table.pad_left = columns.before, table.pad_right = columns.after;
  if constexpr (requires { table.dilation_h; })
    table.dilation_h = narrow(dilation[0]), table.dilation_w = narrow(dilation[1]);
}

ValueId zeros(const KerasLayer& layer, std::int64_t size) {
  return layer.graph.add_constant({size}, std::vector<double>(static_cast<std::size_t>(size), 0.0));
}

ValueId convolve(const KerasLayer& layer, ValueId x, std::size_t axes) {
  const Array kernel = image_kernel(layer, 0, axes);
  const Dimensions& k = kernel.shape();
  parameters::Conv2D table;
  table.groups = narrow(layer.integers("groups", 1, 1)[0]);
  set_window(layer, table, layer.graph.shape(x), k[0], k[1], spatial(layer, "strides", axes, 1),
             spatial(layer, "dilation_rate", axes, 1));
  return layer.graph.add(table, {x, layer.constant(kernel), layer.bias(1, k[3])}, layer.name);
}

/// The kernel [height, width, channels, multiplier] has its last two axes as one.
ValueId depthwise(const KerasLayer& layer, ValueId x, std::size_t axes, bool has_bias) {
  const Array kernel = image_kernel(layer, 0, axes);
  const Dimensions& k = kernel.shape();
  const std::int64_t channels = k[2] * k[3];
  parameters::DepthwiseConv2D table;
  set_window(layer, table, layer.graph.shape(x), k[0], k[1], spatial(layer, "strides", axes, 1),
             spatial(layer, "dilation_rate", axes, 1));
  return layer.graph.add(table,
                         {x, layer.constant(kernel.reshaped({k[0], k[1], channels})),
                          has_bias ? layer.bias(1, channels) : zeros(layer, channels)},
                         layer.name);
}

ValueId import_convolution(const KerasLayer& layer, const Ids& inputs, std::size_t axes) {
  const auto import = [&](ValueId x) { return convolve(layer, x, axes); };
  return layer.activated(biased_along_channels(layer, on_image(layer, inputs[0], axes, import)));
}

ValueId import_depthwise(const KerasLayer& layer, const Ids& inputs, std::size_t axes) {
  const auto import = [&](ValueId x) { return depthwise(layer, x, axes, true); };
  return layer.activated(biased_along_channels(layer, on_image(layer, inputs[0], axes, import)));
}

ValueId import_separable(const KerasLayer& layer, const Ids& inputs, std::size_t axes) {
  const Array pointwise = image_kernel(layer, 1, axes);
  const auto import = [&](ValueId x) {
    const ValueId y = depthwise(layer, x, axes, false);
    return layer.graph.add(parameters::Conv2D{}, {y, layer.constant(pointwise), layer.bias(2, pointwise.shape()[3])},
                           layer.name + ".pointwise");
  };
  return layer.activated(biased_along_channels(layer, on_image(layer, inputs[0], axes, import)));
}

}  // namespace

ValueId import_dense(const KerasLayer& layer, const Ids& inputs) {
  if (!keras_quantization_mode(layer.config).empty()) {
    const QuantizedKeras quantized(layer);
    const Dimensions& x = layer.graph.shape(inputs[0]);
    const auto units = static_cast<std::int64_t>(layer.number("units", 0));
    const ValueId y = quantized.product(inputs[0], quantized.kernel({x.back(), units}));
    if (!layer.flag("use_bias", true)) return layer.activated(y);
    return layer.activated(add_functions(layer.graph, {MapFunction::add}, {y, layer.constant(quantized.bias())},
                                         layer.name + ".bias"));
  }
  const Array& kernel = layer.weight(0, 2);
  const ValueId y = layer.graph.add(parameters::FullyConnected{},
                                    {inputs[0], layer.constant(kernel), layer.bias(1, kernel.shape()[1])}, layer.name);
  return layer.activated(y);
}

ValueId import_conv_1d(const KerasLayer& layer, const Ids& inputs) { return import_convolution(layer, inputs, 1); }
ValueId import_conv_2d(const KerasLayer& layer, const Ids& inputs) { return import_convolution(layer, inputs, 2); }
ValueId import_depthwise_conv_1d(const KerasLayer& layer, const Ids& inputs) {
  return import_depthwise(layer, inputs, 1);
}
ValueId import_depthwise_conv_2d(const KerasLayer& layer, const Ids& inputs) {
  return import_depthwise(layer, inputs, 2);
}
ValueId import_separable_conv_1d(const KerasLayer& layer, const Ids& inputs) {
  return import_separable(layer, inputs, 1);
}
ValueId import_separable_conv_2d(const KerasLayer& layer, const Ids& inputs) {
  return import_separable(layer, inputs, 2);
}

ValueId import_pool(const KerasLayer& layer, const Ids& inputs) {
  const std::size_t axes = axes_of(layer);
  const auto kernel = spatial(layer, "pool_size", axes, 2), strides = pool_strides(layer, axes);
  const auto import = [&](auto table, ValueId x) {
    table.kernel_h = narrow(kernel[0]), table.kernel_w = narrow(kernel[1]);
    set_window(layer, table, layer.graph.shape(x), kernel[0], kernel[1], strides, {1, 1});
    return layer.graph.add(table, {x}, layer.name);
  };
  return on_image(layer, inputs[0], axes, [&](ValueId x) {
    return layer.class_name.starts_with("Max") ? import(parameters::MaxPool2D{}, x)
                                               : import(parameters::AveragePool2D{}, x);
  });
}

namespace {

/// The mean of the steps that a mask does not skip.
ValueId masked_average(const KerasLayer& layer, ValueId x) {
  Graph& graph = layer.graph;
  const auto map = [&](MapFunction function, Operand a, Operand b, const Ids& inputs, Program program = {}) {
    program.then(function, DataType::float32, {a, b});
    return graph.add_map(program, inputs, layer.name);
  };
  const Operand first{Operand::Kind::input, 0}, second{Operand::Kind::input, 1};
  Program one;
  const Operand literal = one.literal(1, DataType::float32);
  const std::int64_t time = graph.shape(*layer.skipped)[1];
  const bool channels_first = layer.channels_first();
  const Dimensions shape = channels_first ? Dimensions{1, time} : Dimensions{time, 1};
  const ValueId skipped = add_reshape(graph, *layer.skipped, shape, "");
  const ValueId counts = map(MapFunction::subtract, literal, first, {skipped}, one);
  parameters::Reduce sum;
  sum.function = ReduceFunction::sum;
  sum.axes = channels_first ? 0b100 : 0b010;
  sum.keep_dims = layer.flag("keepdims", false);
  const ValueId total = graph.add(sum, {map(MapFunction::multiply, first, second, {x, counts})}, layer.name);
  return map(MapFunction::divide, first, second, {total, graph.add(sum, {counts}, layer.name)});
}

}  // namespace

ValueId import_global_pool(const KerasLayer& layer, const Ids& inputs) {
  const std::size_t axes = axes_of(layer);
  layer.require_rank(inputs[0], axes + 2);
  if (layer.skipped && layer.class_name == "GlobalAveragePooling1D") return masked_average(layer, inputs[0]);
  parameters::Reduce table;
  table.function =
      layer.class_name.starts_with("GlobalMax") ? ReduceFunction::maximum : ReduceFunction::mean;
  for (std::size_t axis = 1; axis <= axes; ++axis) table.axes |= static_cast<decltype(table.axes)>(1u << axis);
  table.keep_dims = layer.flag("keepdims", false);
  return layer.with_channels_last(inputs[0],
                                  [&](ValueId x) { return layer.graph.add(table, {x}, layer.name); });
}

}  // namespace nacre::tools
