// Convolutions, poolings and means over images.

#include <limits>

#include "tools/export/keras_limits.hpp"

namespace nacre::tools {
namespace {

/// An axis that a window moves along.
struct Extent {
  std::int64_t size, reach, stride, before, after;

  bool is_same() const {
    const std::int64_t outputs = (size + stride - 1) / stride;
    const std::int64_t total = std::max<std::int64_t>((outputs - 1) * stride + reach - size, 0);
    return before == total / 2 && after == total - total / 2;
  }
};

template <typename Window>
std::pair<Extent, Extent> extents(KerasExporter& to, const Node& node, const Window& t, std::int64_t reach_h,
                                  std::int64_t reach_w) {
  const Dimensions& x = to.shape(node.inputs[0]);
  return {{x[1], reach_h, t.stride_h, t.pad_top, t.pad_bottom}, {x[2], reach_w, t.stride_w, t.pad_left, t.pad_right}};
}

void require_image(KerasExporter& to, const Node& node) {
  if (to.type(node.inputs[0]).type != DataType::float32) to.refuse(node, "computes with quantised numbers");
  if (to.shape(node.inputs[0]).front() != 1) to.refuse(node, "takes several images of one row");
}

/// The layer before a convolution, padded where Keras's own padding is another; and what that is called.
std::pair<std::string, std::string> padded(KerasExporter& to, const Node& node, const std::pair<Extent, Extent>& axes) {
  const std::string from = to.layer_of(node, node.inputs[0]);
  const auto& [h, w] = axes;
  if (h.before + h.after + w.before + w.after == 0) return {from, "valid"};
  if (h.is_same() && w.is_same()) return {from, "same"};
  const KerasJson config{{"padding", {{h.before, h.after}, {w.before, w.after}}}};
  return {to.add_before(node, "ZeroPadding2D", config, {from}), "valid"};
}

template <typename Window>
KerasJson window_config(const Window& t, const std::string& padding) {
  return {{"strides", {t.stride_h, t.stride_w}},
          {"padding", padding},
          {"dilation_rate", {t.dilation_h, t.dilation_w}},
          {"activation", "linear"},
          {"use_bias", true}};
}

void write_conv(KerasExporter& to, const Node& node) {
  require_image(to, node);
  const auto& t = node.as<parameters::Conv2D>();
  const Dimensions& shape = to.shape(node.inputs[1]);
  const auto axes = extents(to, node, t, (shape[0] - 1) * t.dilation_h + 1, (shape[1] - 1) * t.dilation_w + 1);
  const auto [from, padding] = padded(to, node, axes);
  KerasJson config = window_config(t, padding);
  config["filters"] = shape[3], config["kernel_size"] = {shape[0], shape[1]}, config["groups"] = t.groups;
  const std::string name = to.add(node, "Conv2D", config, {from},
                                  {{"kernel", shape, to.numbers(node, node.inputs[1])},
                                   {"bias", {shape[3]}, to.numbers(node, node.inputs[2])}});
  define_limited(to, node, name, t.minimum, t.maximum);
}

void write_depthwise_conv(KerasExporter& to, const Node& node) {
  require_image(to, node);
  const auto& t = node.as<parameters::DepthwiseConv2D>();
  const Dimensions& shape = to.shape(node.inputs[1]);
  if (t.stride_h != t.stride_w) to.refuse(node, "moves by other steps down than right, which Keras's does not");
  const auto axes = extents(to, node, t, (shape[0] - 1) * t.dilation_h + 1, (shape[1] - 1) * t.dilation_w + 1);
  const auto [from, padding] = padded(to, node, axes);
  const std::int64_t channels = to.shape(node.inputs[0])[3];
  KerasJson config = window_config(t, padding);
  config["kernel_size"] = {shape[0], shape[1]}, config["depth_multiplier"] = shape[2] / channels;
  const std::string name = to.add(node, "DepthwiseConv2D", config, {from},
                                  {{"depthwise_kernel", {shape[0], shape[1], channels, shape[2] / channels},
                                    to.numbers(node, node.inputs[1])},
                                   {"bias", {shape[2]}, to.numbers(node, node.inputs[2])}});
  define_limited(to, node, name, t.minimum, t.maximum);
}

template <typename Pool>
void write_pool(KerasExporter& to, const Node& node, const char* class_name) {
  require_image(to, node);
  const auto& t = node.as<Pool>();
  const auto [h, w] = extents(to, node, t, t.kernel_h, t.kernel_w);
  const bool is_valid = h.before + h.after + w.before + w.after == 0;
  if (!is_valid && !(h.is_same() && w.is_same())) to.refuse(node, "pads its windows in a way that Keras has not");
  const KerasJson config{{"pool_size", {t.kernel_h, t.kernel_w}},
                         {"strides", {t.stride_h, t.stride_w}},
                         {"padding", is_valid ? "valid" : "same"}};
  define_limited(to, node, to.add(node, class_name, config, {to.layer_of(node, node.inputs[0])}), t.minimum, t.maximum);
}

void write_max_pool(KerasExporter& to, const Node& node) {
  write_pool<parameters::MaxPool2D>(to, node, "MaxPooling2D");
}
void write_average_pool(KerasExporter& to, const Node& node) {
  write_pool<parameters::AveragePool2D>(to, node, "AveragePooling2D");
}

/// Over all of an image, or of a sequence.
void write_global_pool(KerasExporter& to, const Node& node) {
  const auto& t = node.as<parameters::Reduce>();
  const std::size_t rank = to.shape(node.inputs[0]).size();
  const bool is_mean = t.function == ReduceFunction::mean, is_maximum = t.function == ReduceFunction::maximum;
  const unsigned all = rank == 4 ? 0b0110 : 0b0010;
  if ((rank != 3 && rank != 4) || t.axes != all || (!is_mean && !is_maximum) ||
      to.type(node.inputs[0]).type != DataType::float32 || to.shape(node.inputs[0]).front() != 1)
    to.refuse(node, "reduces axes as no layer of Keras does");
  const std::string name =
      std::string("Global") + (is_mean ? "Average" : "Max") + "Pooling" + (rank == 4 ? "2D" : "1D");
  to.define(node.outputs[0],
            to.add(node, name, {{"keepdims", t.keep_dims}}, {to.layer_of(node, node.inputs[0])}));
}

}  // namespace

std::vector<KerasExportRow> keras_export_windows() {
  return {{Operator::conv_2d, write_conv},
          {Operator::depthwise_conv_2d, write_depthwise_conv},
          {Operator::max_pool_2d, write_max_pool},
          {Operator::average_pool_2d, write_average_pool},
          {Operator::reduce, write_global_pool}};
}

}  // namespace nacre::tools
