// Convolutions and poolings, whose channels ONNX has in front of the image.

#include "tools/export/onnx_exporter.hpp"
#include "tools/export/onnx_fixed_point.hpp"
#include "tools/export/onnx_quantized.hpp"
#include "tools/export/onnx_windows.hpp"

namespace nacre::tools {
namespace {

using Integers = std::vector<std::int64_t>;

template <typename Window>
OnnxAttributes conv_attributes(const Window& t, std::int64_t groups, std::int64_t height, std::int64_t width) {
  OnnxAttributes attributes;
  attributes.integers("strides", {t.stride_h, t.stride_w})
      .integers("dilations", {t.dilation_h, t.dilation_w})
      .integers("pads", {t.pad_top, t.pad_left, t.pad_bottom, t.pad_right})
      .integers("kernel_shape", {height, width})
      .integer("group", groups);
  return attributes;
}

/// Weights in another order of their axes: [a, b, c, d] so that axis i is axis `order[i]` of what they were.
std::vector<double> reordered(const std::vector<double>& weights, const Dimensions& shape, const Integers& order) {
  Integers stride(4);
  for (std::int64_t size = 1, i = 3; i >= 0; --i) {
    stride[static_cast<std::size_t>(i)] = size;
    size *= shape[static_cast<std::size_t>(i)];
  }
  const auto length = [&](std::size_t i) { return shape[static_cast<std::size_t>(order[i])]; };
  const auto step = [&](std::size_t i) { return stride[static_cast<std::size_t>(order[i])]; };
  std::vector<double> result;
  result.reserve(weights.size());
  for (std::int64_t a = 0; a < length(0); ++a)
    for (std::int64_t b = 0; b < length(1); ++b)
      for (std::int64_t c = 0; c < length(2); ++c)
        for (std::int64_t d = 0; d < length(3); ++d)
          result.push_back(weights[static_cast<std::size_t>(a * step(0) + b * step(1) + c * step(2) + d * step(3))]);
  return result;
}

void require_float32(OnnxExporter& to, const Node& node) {
  if (to.type(node.inputs[0]).type != DataType::float32)
    to.refuse(node, "has windows of " + to_string(to.type(node.inputs[0])) + ", whose rounding ONNX cannot say");
}

void write_conv_2d(OnnxExporter& to, const Node& node) {
  const auto& t = node.as<parameters::Conv2D>();
  const bool is_int8 = to.type(node.inputs[0]).type == DataType::int8;
  if (!is_int8) require_float32(to, node);
  const Dimensions& shape = to.shape(node.inputs[1]);
  const std::vector<double> weights = to.numbers(node, node.inputs[1]);
  if (is_int8) {
    require_portable(to, node, t.layout);
    const ConvWeights conv{reordered(weights, shape, {0, 3, 1, 2}), {shape[0], shape[3], shape[1], shape[2]}};
    return write_conv_int8(to, node, t, conv, conv_attributes(t, t.groups, shape[1], shape[2]));
  }
  const std::string kernel = to.constant(OnnxType::float32, {shape[3], shape[2], shape[0], shape[1]},
                                         reordered(weights, shape, {3, 2, 0, 1}));
  const std::string sum = to.add("Conv", {channels_first(to, to.flat(node.inputs[0])), kernel, to.flat(node.inputs[2])},
                                 conv_attributes(t, t.groups, shape[0], shape[1]));
  to.define(node.outputs[0], to.clamped(channels_last(to, sum), OnnxType::float32, static_cast<double>(t.minimum),
                                        static_cast<double>(t.maximum)));
}

void write_depthwise(OnnxExporter& to, const Node& node) {
  const auto& t = node.as<parameters::DepthwiseConv2D>();
  const bool is_int8 = to.type(node.inputs[0]).type == DataType::int8;
  if (!is_int8) require_float32(to, node);
  if (is_int8) require_portable(to, node, t.layout);
  const Dimensions& shape = to.shape(node.inputs[1]);  // height, width, outputs
  const std::vector<double> weights = reordered(to.numbers(node, node.inputs[1]), {shape[0], shape[1], shape[2], 1},
                                                {2, 3, 0, 1});
  const Dimensions turned{shape[2], 1, shape[0], shape[1]};
  const OnnxAttributes attributes = conv_attributes(t, to.shape(node.inputs[0])[3], shape[0], shape[1]);
  if (is_int8) return write_conv_int8(to, node, t, {weights, turned}, attributes);
  const std::string kernel = to.constant(OnnxType::float32, turned, weights);
  const std::string sum = to.add(
      "Conv", {channels_first(to, to.flat(node.inputs[0])), kernel, to.flat(node.inputs[2])}, attributes);
  to.define(node.outputs[0], to.clamped(channels_last(to, sum), OnnxType::float32, static_cast<double>(t.minimum),
                                        static_cast<double>(t.maximum)));
}

template <typename Window>
OnnxAttributes pool_attributes(const Window& t) {
  OnnxAttributes attributes;
  attributes.integers("kernel_shape", {t.kernel_h, t.kernel_w})
      .integers("strides", {t.stride_h, t.stride_w})
      .integers("pads", {t.pad_top, t.pad_left, t.pad_bottom, t.pad_right});
  return attributes;
}

void write_max_pool(OnnxExporter& to, const Node& node) {
  const auto& t = node.as<parameters::MaxPool2D>();
  const DataType type = to.type(node.inputs[0]).type;
  if (type == DataType::int16) require_float32(to, node);
  const bool is_int8 = type == DataType::int8;
  const std::string y = channels_last(
      to, to.add("MaxPool", {channels_first(to, to.flat(node.inputs[0]))}, pool_attributes(t)));
  to.define(node.outputs[0],
            is_int8 ? clamped_int8(to, y, t.output_minimum, t.output_maximum)
                    : to.clamped(y, OnnxType::float32, static_cast<double>(t.minimum), static_cast<double>(t.maximum)));
}

void write_average_pool(OnnxExporter& to, const Node& node) {
  const auto& t = node.as<parameters::AveragePool2D>();
  const DataType type = to.type(node.inputs[0]).type;
  const bool is_int8 = type == DataType::int8;
  if (!is_int8) require_float32(to, node);
  std::string x = to.flat(node.inputs[0]);
  if (is_int8) x = to.cast(x, OnnxType::float32);
  const std::string y = channels_last(to, to.add("AveragePool", {channels_first(to, x)},
                                                 pool_attributes(t).integer("count_include_pad", 0)));
  if (is_int8) return write_mean_int8(to, node, y, t.output_minimum, t.output_maximum, t.kernel_h * t.kernel_w);
  to.define(node.outputs[0],
            to.clamped(y, OnnxType::float32, static_cast<double>(t.minimum), static_cast<double>(t.maximum)));
}

}  // namespace

std::string channels_first(OnnxExporter& to, const std::string& x) { return to.transpose(x, {0, 3, 1, 2}); }
std::string channels_last(OnnxExporter& to, const std::string& x) { return to.transpose(x, {0, 2, 3, 1}); }

std::vector<OnnxExportRow> onnx_export_windows() {
  return {{Operator::conv_2d, write_conv_2d},
          {Operator::depthwise_conv_2d, write_depthwise},
          {Operator::max_pool_2d, write_max_pool},
          {Operator::average_pool_2d, write_average_pool}};
}

}  // namespace nacre::tools
