// Convolutions. The device has channels last: what is turned for it and back is dropped where two such turns meet.

#include <fmt/format.h>

#include <algorithm>

#include "tools/graph/moves.hpp"
#include "tools/onnx/windows.hpp"

namespace nacre::tools {
namespace {

using F = MapFunction;
using Integers = std::vector<std::int64_t>;

/// Weights [outputs, channels, kernel…] as [kernel…, channels, outputs].
ValueId turned_weights(const OnnxCall& call, ValueId w) {
  const std::size_t rank = call.graph().shape(w).size();
  std::vector<std::size_t> order = axes_from(2, rank);
  order.insert(order.end(), {1, 0});
  return permuted(call, w, order);
}

ValueId zeros(const OnnxCall& call, std::int64_t count, DataType type) {
  return real_constant(call, {count}, std::vector<double>(static_cast<std::size_t>(count), 0.0), type);
}

ValueId bias_of(const OnnxCall& call, std::size_t i, std::int64_t outputs) {
  return call.has_input(i) ? call.value(i) : zeros(call, outputs, DataType::float32);
}

/// Padding that is as long as a window is made of elements: tables hold less.
ValueId with_long_padding(const OnnxCall& call, ValueId x, OnnxWindow& window) {
  bool is_long = false;
  for (std::size_t axis = 0; axis < window.axes(); ++axis)
    is_long = is_long || window.before[axis] >= window.reach(axis) || window.after[axis] >= window.reach(axis);
  if (!is_long) return x;
  x = padded(call, x, window.before, window.after, 0);
  window.before.assign(window.axes(), 0), window.after.assign(window.axes(), 0);
  return x;
}

/// x [batch, height, width, channels] convolved with weights [outputs, channels of a group, kernel…].
ValueId convolved(const OnnxCall& call, ValueId x, ValueId w, ValueId bias, OnnxWindow window, std::int64_t groups) {
  Graph& graph = call.graph();
  x = with_long_padding(call, x, window);
  const std::int64_t channels = graph.shape(x)[3], outputs = graph.shape(w)[0];
  if (groups == channels && groups > 1 && graph.shape(w)[1] == 1) {
    parameters::DepthwiseConv2D table;
    set_strides(call, table, window);
    table.dilation_h = narrow(call, window.dilation[0]), table.dilation_w = narrow(call, window.dilation[1]);
    const ValueId turned =
        reshaped_to(call, turned_weights(call, w), {window.kernel[0], window.kernel[1], outputs});
    return graph.add(table, {x, turned, bias}, call.name());
  }
  parameters::Conv2D table;
  set_strides(call, table, window);
  table.dilation_h = narrow(call, window.dilation[0]), table.dilation_w = narrow(call, window.dilation[1]);
  table.groups = narrow(call, groups);
  return graph.add(table, {x, turned_weights(call, w), bias}, call.name());
}

ValueId convolved_3d(const OnnxCall& call, ValueId x, ValueId w, ValueId bias, const OnnxWindow& window,
                     std::int64_t groups) {
  parameters::Conv3D table;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    table.stride[axis] = narrow(call, window.stride[axis]), table.dilation[axis] = narrow(call, window.dilation[axis]);
    table.pad_before[axis] = narrow(call, window.before[axis]);
    table.pad_after[axis] = narrow(call, window.after[axis]);
  }
  table.groups = narrow(call, groups);
  return call.graph().add(table, {x, turned_weights(call, w), bias}, call.name());
}

/// Input, weights and bias as values: of another type than float32 where the caller has made them so.
ValueId convolution(const OnnxCall& call, ValueId given, ValueId w, ValueId bias) {
  const Dimensions shape = call.graph().shape(w), image = image_of(call);
  const std::int64_t groups = call.integer("group", 1);
  if (shape.size() != image.size() + 2 || groups < 1 || shape[1] * groups != call.shape(0)[1] || shape[0] % groups != 0)
    call.refuse("has weights that do not fit its input");
  const OnnxWindow window = window_of(call, kernel_of(call, {shape.begin() + 2, shape.end()}), image);
  const ValueId x = channels_last(call, given);
  if (image.size() == 1)
    return channels_first(call, without_rows(call, convolved(call, with_rows(call, x, 1), with_rows(call, w, 2), bias,
                                                             with_rows(window), groups)));
  if (image.size() == 2) return channels_first(call, convolved(call, x, w, bias, window, groups));
  if (image.size() != 3) call.refuse("convolves more than three axes");
  if (!call.graph().values[w].constant) call.refuse("computes the weights of a convolution in three dimensions");
  return channels_first(call, convolved_3d(call, x, w, bias, window, groups));
}

void import_conv(const OnnxCall& call) {
  if (call.type() == OnnxType::float64) call.refuse("convolves float64", "export the model in float32");
  call.define(convolution(call, call.value(0), call.value(1), bias_of(call, 2, call.shape(1).at(0))));
}

/// x less its zero point: one number, or one for each place along its first axis.
ValueId centred(const OnnxCall& call, std::size_t i, std::size_t zero_point) {
  const ValueId x = as_type(call, call.value(i), DataType::float32);
  if (!call.has_input(zero_point)) return x;
  const ValueId zero = as_type(call, call.value(zero_point), DataType::float32);
  Dimensions along(call.graph().shape(x).size(), 1);
  const std::int64_t count = call.graph().type(zero).size();
  if (count != 1 && count != call.graph().shape(x)[0]) call.refuse("has zero points that do not fit its tensors");
  along[0] = count;
  return apply(call, F::subtract, {x, reshaped_to(call, zero, along)});
}

/// Sums of products of integers: exact in float32 below 2^24, which a window of bytes stays below with 256 taps.
void import_conv_integer(const OnnxCall& call) {
  ValueId x = centred(call, 0, 2), w = centred(call, 1, 3);
  const Dimensions shape = call.shape(1);
  std::int64_t products = 1;
  for (std::size_t i = 1; i < shape.size(); ++i) products *= shape[i];
  if (products > 256) call.refuse("adds more than 256 products of integers, which float32 does not hold exactly");
  const ValueId y = convolution(call, x, w, zeros(call, shape.at(0), DataType::float32));
  call.define(as_type(call, y, call.device_type(OnnxType::int32)), OnnxType::int32);
}

/// Input, weights and output are quantised; the bias is in units of the products.
void import_qlinear_conv(const OnnxCall& call) {
  const std::int64_t outputs = call.shape(3).at(0);
  const ValueId bias = call.has_input(8) ? as_type(call, call.value(8), DataType::float32)
                                         : zeros(call, outputs, DataType::float32);
  const ValueId sums = convolution(call, centred(call, 0, 2), centred(call, 3, 5), bias);
  ValueId scale = call.value(4);
  Dimensions along(call.shape(0).size() - 1, 1);
  along[0] = call.graph().type(scale).size();
  scale = apply(call, F::multiply, {reshaped_to(call, call.value(1), {}), reshaped_to(call, scale, along)});
  call.define(quantized_output(call, apply(call, F::multiply, {sums, scale}), 6, 7), call.type(7));
}

/// What the windows of a transposed convolution need: its size and the padding before it.
struct Extent {
  std::int64_t size, before;
};

Extent extent_of(const OnnxCall& call, const OnnxWindow& window, std::size_t axis, std::int64_t input,
                 std::int64_t output_padding, const std::optional<Integers>& output_shape, const std::string& mode) {
  const std::int64_t whole = (input - 1) * window.stride[axis] + window.reach(axis) + output_padding;
  std::optional<std::int64_t> size;
  if (output_shape) size = output_shape->at(axis);
  else if (mode == "SAME_UPPER" || mode == "SAME_LOWER") size = input * window.stride[axis];
  if (!size) {
    const auto pads = call.integers("pads").value_or(Integers(2 * window.axes(), 0));
    return {whole - (mode == "VALID" ? 0 : pads.at(axis) + pads.at(window.axes() + axis)),
            mode == "VALID" ? 0 : pads.at(axis)};
  }
  const std::int64_t total = whole - *size;
  if (total < 0) return {*size, 0};
  return {*size, mode == "SAME_UPPER" ? total / 2 : total - total / 2};
}

/// Zeros between the elements of an axis of x, as many as a stride leaves.
ValueId spread_axis(const OnnxCall& call, ValueId x, std::size_t axis, std::int64_t stride) {
  if (stride == 1) return x;
  Dimensions shape = call.graph().shape(x);
  const std::int64_t length = shape[axis];
  if (shape.size() == 8) call.refuse("has more axes than the device can spread");
  Dimensions apart = shape;
  apart.insert(apart.begin() + static_cast<std::ptrdiff_t>(axis) + 1, 1);
  parameters::Pad table;
  table.after[axis + 1] = narrow(call, stride - 1);
  const ValueId wide = call.graph().add(table, {reshaped_to(call, x, apart)}, call.name());
  shape[axis] = length * stride;
  return sliced(call, reshaped_to(call, wide, shape), axis, 0, (length - 1) * stride + 1);
}

/// With weights that are computed: a convolution of what is spread apart, with the window turned round.
ValueId transposed_by_convolution(const OnnxCall& call, ValueId x, ValueId w, ValueId bias, OnnxWindow window,
                                  const std::vector<Extent>& extents) {
  for (std::size_t axis = 0; axis < 2; ++axis) {
    x = spread_axis(call, x, axis + 1, window.stride[axis]);
    const std::int64_t edge = window.reach(axis) - 1, length = call.graph().shape(x)[axis + 1];
    const std::int64_t before = edge - extents[axis].before;
    const std::int64_t after = extents[axis].size - 1 + window.reach(axis) - before - length;
    if (before < 0) x = sliced(call, x, axis + 1, -before, length + before);
    if (after < 0) x = sliced(call, x, axis + 1, 0, call.graph().shape(x)[axis + 1] + after);
    window.before[axis] = std::max<std::int64_t>(before, 0), window.after[axis] = std::max<std::int64_t>(after, 0);
    w = sliced(call, w, axis + 2, window.kernel[axis] - 1, window.kernel[axis], -1);
  }
  x = padded(call, x, window.before, window.after, 0);
  window.stride.assign(2, 1), window.before.assign(2, 0), window.after.assign(2, 0);
  return convolved(call, x, permuted(call, w, {1, 0, 2, 3}), bias, window, 1);
}

/// One group, [batch, channels, axes…] with weights [channels, outputs, kernel…].
ValueId transposed_group(const OnnxCall& call, ValueId x, ValueId w, ValueId bias, const OnnxWindow& window,
                         const std::vector<Extent>& extents) {
  Graph& graph = call.graph();
  if (!graph.values[w].constant || !graph.values[bias].constant) {
    if (window.axes() == 2) return transposed_by_convolution(call, x, w, bias, window, extents);
    if (window.axes() != 1) call.refuse("computes the weights of a transposed convolution in three dimensions");
    std::vector<Extent> image{{1, 0}, extents[0]};
    return without_rows(call, transposed_by_convolution(call, with_rows(call, x, 1), with_rows(call, w, 2), bias,
                                                        with_rows(window), image));
  }
  parameters::ConvTransposed table;
  const bool is_sequence = window.axes() == 1;
  const OnnxWindow own = is_sequence ? with_rows(window) : window;
  std::vector<Extent> all = extents;
  if (is_sequence) all.insert(all.begin(), {1, 0});
  for (std::size_t axis = 0; axis < own.axes(); ++axis) {
    table.size[axis] = static_cast<std::int32_t>(all[axis].size);
    table.pad_before[axis] = narrow(call, all[axis].before);
    table.stride[axis] = narrow(call, own.stride[axis]), table.dilation[axis] = narrow(call, own.dilation[axis]);
  }
  const ValueId shaped = is_sequence ? with_rows(call, w, 2) : w;
  std::vector<std::size_t> order = axes_from(2, graph.shape(shaped).size());
  order.insert(order.end(), {0, 1});
  const ValueId y = graph.add(table, {is_sequence ? with_rows(call, x, 1) : x, permuted(call, shaped, order), bias},
                              call.name());
  return is_sequence ? without_rows(call, y) : y;
}

void import_conv_transpose(const OnnxCall& call) {
  if (call.type() == OnnxType::float64) call.refuse("convolves float64", "export the model in float32");
  const Dimensions image = image_of(call), shape = call.shape(1);
  const std::int64_t groups = call.integer("group", 1);
  if (shape.size() != image.size() + 2 || image.size() > 3 || groups < 1 || shape[0] != call.shape(0)[1] ||
      shape[0] % groups != 0)
    call.refuse("has weights that do not fit its input");
  const std::string mode = call.text("auto_pad", "NOTSET");
  const auto output_padding = call.integers("output_padding").value_or(Integers(image.size(), 0));
  const auto output_shape = call.integers("output_shape");
  OnnxWindow window{kernel_of(call, {shape.begin() + 2, shape.end()}),
                    call.integers("strides").value_or(Integers(image.size(), 1)),
                    call.integers("dilations").value_or(Integers(image.size(), 1)),
                    Integers(image.size(), 0), Integers(image.size(), 0), Integers(image.size(), 0)};
  (void)call.integers("pads");
  if (window.stride.size() != image.size() || window.dilation.size() != image.size() ||
      output_padding.size() != image.size())
    call.refuse("has lists of another length than its image has axes");
  for (const Integers* numbers : {&window.stride, &window.dilation})
    for (const std::int64_t number : *numbers) (void)narrow(call, number - 1);
  std::vector<Extent> extents;
  for (std::size_t axis = 0; axis < image.size(); ++axis) {
    extents.push_back(extent_of(call, window, axis, image[axis], output_padding[axis], output_shape, mode));
    if (extents[axis].size < 1 || extents[axis].size > INT32_MAX || extents[axis].before < 0)
      call.refuse("has an output or a padding that does not fit its input");
  }
  const ValueId x = channels_last(call, call.value(0));
  const std::int64_t each = shape[0] / groups, outputs = shape[1];
  const ValueId bias = bias_of(call, 2, outputs * groups);
  std::vector<ValueId> parts;
  for (std::int64_t group = 0; group < groups; ++group) {
    const auto part_of = [&](ValueId v, std::size_t axis, std::int64_t size) {
      if (groups == 1) return v;
      const GraphValue& value = call.graph().values[v];
      if (!value.constant) return sliced(call, v, axis, group * size, size);
      Dimensions own = value.type.shape;  // a constant's first axis
      std::int64_t row = 1;
      for (std::size_t i = 1; i < own.size(); ++i) row *= own[i];
      own[0] = size;
      const std::vector<double> numbers = value.constant->to<double>();
      const auto first = numbers.begin() + group * size * row;
      return real_constant(call, own, {first, first + size * row}, DataType::float32);
    };
    parts.push_back(transposed_group(call, part_of(x, image.size() + 1, each), part_of(call.value(1), 0, each),
                                     part_of(bias, 0, outputs), window, extents));
  }
  call.define(channels_first(call, concatenated(call, parts, image.size() + 1)));
}

}  // namespace

std::vector<OnnxOperator> onnx_window_operators() {
  return {
      {"Conv", 7, import_conv},
      {"ConvInteger", 10, import_conv_integer},
      {"QLinearConv", 10, import_qlinear_conv},
      {"ConvTranspose", 7, import_conv_transpose},
  };
}

}  // namespace nacre::tools
