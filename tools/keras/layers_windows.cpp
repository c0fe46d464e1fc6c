// Transposed convolutions, and convolutions and poolings in three dimensions.

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "tools/keras/windows.hpp"

namespace nacre::tools {
namespace {

using Ids = std::vector<ValueId>;
using Numbers64 = std::vector<std::int64_t>;

void require_positive(const KerasLayer& layer, const Numbers64& strides, const Numbers64& dilation) {
  for (const Numbers64& numbers : {strides, dilation})
    if (std::ranges::count(numbers, 0) != 0) layer.refuse("has a stride or dilation of 0");
}

/// [axes…, outputs, channels] as the operator has it, channels before outputs.
Array outputs_last(const Array& kernel) {
  Dimensions shape = kernel.shape();
  const auto outputs = static_cast<std::size_t>(shape.end()[-2]), channels = static_cast<std::size_t>(shape.back());
  const std::vector<double> given = kernel.to<double>();
  std::vector<double> turned(given.size());
  for (std::size_t i = 0; i < given.size(); ++i) {
    const std::size_t tap = i / (outputs * channels), o = i / channels % outputs, c = i % channels;
    turned[(tap * channels + c) * outputs + o] = given[i];
  }
  std::swap(shape.end()[-2], shape.back());
  return Array::from(shape, turned);
}

/// Elements of the output along one axis, and of the windows before it.
struct Extent {
  std::int64_t size, before;
};

Extent extent_of(const KerasLayer& layer, std::int64_t input, std::int64_t kernel, std::int64_t stride,
                 std::int64_t dilation, std::optional<std::int64_t> output_padding) {
  const std::string mode = layer.text("padding", "valid");
  const std::int64_t reach = (kernel - 1) * dilation + 1, between = (input - 1) * stride;
  if (mode == "valid") return {between + (output_padding ? reach + *output_padding : std::max(reach, stride)), 0};
  if (mode != "same") layer.refuse("has the padding " + mode);
  const std::int64_t size = output_padding ? between + reach % 2 + *output_padding : input * stride;
  if (size <= between || size > input * stride)
    layer.refuse(fmt::format("has an output padding of {}, with which its library has no answer", *output_padding),
                 "build the model with another");
  return {size, std::max<std::int64_t>(between + reach - size, 0) / 2};
}

ValueId transposed(const KerasLayer& layer, ValueId x, std::size_t axes) {
  const Array kernel = image_kernel(layer, 0, axes);
  const Dimensions k = kernel.shape(), shape = layer.graph.shape(x);
  const Numbers64 strides = spatial(layer, "strides", axes, 1);
  Numbers64 dilation = spatial(layer, "dilation_rate", axes, 1);
  if (axes == 3 && layer.version.major < 3) dilation = {1, 1, 1};  // it is not heeded
  require_positive(layer, strides, dilation);
  const auto stated = layer.config.find("output_padding");
  const bool pads = stated != layer.config.end() && !stated->is_null();
  const Numbers64 output_padding = pads ? spatial(layer, "output_padding", axes, 0, 0) : Numbers64{};
  parameters::ConvTransposed table;
  for (std::size_t axis = 0; axis + 2 < k.size(); ++axis) {
    const Extent extent = extent_of(layer, shape[axis + 1], k[axis], strides[axis], dilation[axis],
                                    pads ? std::optional(output_padding[axis]) : std::nullopt);
    table.size[axis] = static_cast<std::int32_t>(extent.size);
    table.pad_before[axis] = narrow(extent.before);
    table.stride[axis] = narrow(strides[axis]), table.dilation[axis] = narrow(dilation[axis]);
  }
  return layer.graph.add(table, {x, layer.constant(outputs_last(kernel)), layer.bias(1, k.end()[-2])}, layer.name);
}

}  // namespace

ValueId import_conv_transposed(const KerasLayer& layer, const Ids& inputs) {
  const std::size_t axes = axes_of(layer);
  const auto import = [&](ValueId x) { return transposed(layer, x, axes); };
  return layer.activated(biased_along_channels(layer, on_image(layer, inputs[0], axes, import)));
}

ValueId import_conv_3d(const KerasLayer& layer, const Ids& inputs) {
  const auto import = [&](ValueId x) {
    const Array kernel = image_kernel(layer, 0, 3);
    const Dimensions k = kernel.shape(), shape = layer.graph.shape(x);
    const Numbers64 strides = layer.integers("strides", 3, 1), dilation = layer.integers("dilation_rate", 3, 1);
    require_positive(layer, strides, dilation);
    parameters::Conv3D table;
    table.groups = narrow(layer.integers("groups", 1, 1)[0]);
    for (std::size_t axis = 0; axis < 3; ++axis) {
      const KerasPadding padding = padding_of(layer, shape[axis + 1], k[axis], strides[axis], dilation[axis]);
      table.stride[axis] = narrow(strides[axis]), table.dilation[axis] = narrow(dilation[axis]);
      table.pad_before[axis] = padding.before, table.pad_after[axis] = padding.after;
    }
    return layer.graph.add(table, {x, layer.constant(kernel), layer.bias(1, k[4])}, layer.name);
  };
  return layer.activated(biased_along_channels(layer, on_image(layer, inputs[0], 3, import)));
}

ValueId import_pool_3d(const KerasLayer& layer, const Ids& inputs) {
  const Numbers64 kernel = layer.integers("pool_size", 3, 2), strides = pool_strides(layer, 3);
  require_positive(layer, strides, kernel);
  return on_image(layer, inputs[0], 3, [&](ValueId x) {
    const Dimensions shape = layer.graph.shape(x);
    parameters::Pool3D table;
    table.function = layer.class_name.starts_with("Max") ? PoolFunction::maximum : PoolFunction::average;
    for (std::size_t axis = 0; axis < 3; ++axis) {
      const KerasPadding padding = padding_of(layer, shape[axis + 1], kernel[axis], strides[axis], 1);
      table.kernel[axis] = narrow(kernel[axis]), table.stride[axis] = narrow(strides[axis]);
      table.pad_before[axis] = padding.before, table.pad_after[axis] = padding.after;
    }
    return layer.graph.add(table, {x}, layer.name);
  });
}

}  // namespace nacre::tools
