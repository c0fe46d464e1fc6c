// Dense, convolutions, pooling, embedding and LSTM.

#include <fmt/format.h>

#include <stdexcept>

#include "tools/keras/layer.hpp"

namespace nacre::tools {
namespace {

using Ids = std::vector<ValueId>;

std::uint16_t narrow(std::int64_t x) {
  if (x < 0 || x > 0xffff) throw std::out_of_range("a window or padding beyond 65535");
  return static_cast<std::uint16_t>(x);
}

struct Padding {
  std::uint16_t before = 0, after = 0;
};

Padding padding_of(const KerasLayer& layer, std::int64_t input, std::int64_t kernel, std::int64_t stride, std::int64_t dilation) {
  const std::string mode = layer.text("padding", layer.text("border_mode", "valid"));
  const std::int64_t reach = (kernel - 1) * dilation + 1;
  if (mode == "valid") return {};
  if (mode == "causal") return {narrow(reach - 1), 0};
  if (mode != "same") layer.refuse("has the padding " + mode);
  const std::int64_t outputs = (input + stride - 1) / stride;
  const std::int64_t total = std::max<std::int64_t>(0, (outputs - 1) * stride + reach - input);
  return {narrow(total / 2), narrow(total - total / 2)};
}

void require_channels_last(const KerasLayer& layer) {
  const std::string format = layer.text("data_format", layer.text("dim_ordering", "channels_last"));
  if (format != "channels_last" && format != "tf") layer.refuse("has its channels first", "build the model with data_format='channels_last'");
}

/// Sets strides, dilation and padding of a table for a kernel of `height` and `width` on image `x`.
template <typename Table>
void set_window(const KerasLayer& layer, Table& table, const Dimensions& x, std::int64_t height, std::int64_t width,
                const std::vector<std::int64_t>& strides, const std::vector<std::int64_t>& dilation) {
  for (const std::int64_t number : {strides[0], strides[1], dilation[0], dilation[1]})
    if (number < 1) layer.refuse("has a stride or dilation of 0");
  const Padding rows = padding_of(layer, x[1], height, strides[0], dilation[0]);
  const Padding columns = padding_of(layer, x[2], width, strides[1], dilation[1]);
  table.stride_h = narrow(strides[0]), table.stride_w = narrow(strides[1]);
  table.pad_top = rows.before, table.pad_bottom = rows.after;
  table.pad_left = columns.before, table.pad_right = columns.after;
  if constexpr (requires { table.dilation_h; }) table.dilation_h = narrow(dilation[0]), table.dilation_w = narrow(dilation[1]);
}

void require_rank(const KerasLayer& layer, ValueId x, std::size_t rank) {
  if (layer.graph.shape(x).size() != rank) layer.refuse("needs an input of " + std::to_string(rank) + " dimensions, it gets " + to_string(layer.graph.type(x)));
}

/// [batch, time, channels] as an image of height 1, and back.
ValueId as_image(const KerasLayer& layer, ValueId x) {
  require_rank(layer, x, 3);
  const Dimensions shape = layer.graph.shape(x);
  return add_reshape(layer.graph, x, {1, shape[1], shape[2]}, "");
}
ValueId as_sequence(const KerasLayer& layer, ValueId x) {
  const Dimensions shape = layer.graph.shape(x);
  return add_reshape(layer.graph, x, {shape[2], shape[3]}, "");
}

/// With a leading 1 where the layer has one spatial axis.
std::vector<std::int64_t> spatial(const KerasLayer& layer, const char* key, std::size_t axes, std::int64_t otherwise, std::int64_t leading = 1) {
  std::vector<std::int64_t> numbers = layer.integers(key, axes, otherwise);
  if (axes == 1) numbers.insert(numbers.begin(), leading);
  return numbers;
}

ValueId convolve(const KerasLayer& layer, ValueId x, const Array& kernel, std::size_t axes, ValueId bias) {
  schema::Conv2DT table;
  table.groups = narrow(layer.integers("groups", 1, 1)[0]);
  const Dimensions& k = kernel.shape();
  set_window(layer, table, layer.graph.shape(x), k[0], k[1], spatial(layer, "strides", axes, 1), spatial(layer, "dilation_rate", axes, 1));
  return layer.graph.add(std::move(table), {x, layer.constant(kernel), bias}, layer.name);
}

}  // namespace

ValueId import_dense(const KerasLayer& layer, const Ids& inputs) {
  const Array& kernel = layer.weight(0, 2);
  const ValueId y = layer.graph.add(schema::FullyConnectedT{}, {inputs[0], layer.constant(kernel), layer.bias(1, kernel.shape()[1])}, layer.name);
  return layer.activated(y);
}

ValueId import_conv_2d(const KerasLayer& layer, const Ids& inputs) {
  require_channels_last(layer);
  require_rank(layer, inputs[0], 4);
  const Array& kernel = layer.weight(0, 4);
  return layer.activated(convolve(layer, inputs[0], kernel, 2, layer.bias(1, kernel.shape()[3])));
}

ValueId import_conv_1d(const KerasLayer& layer, const Ids& inputs) {
  require_channels_last(layer);
  const Array& kernel = layer.weight(0, 3);
  const Dimensions k = kernel.shape();
  const ValueId y = convolve(layer, as_image(layer, inputs[0]), kernel.reshaped({1, k[0], k[1], k[2]}), 1, layer.bias(1, k[2]));
  return layer.activated(as_sequence(layer, y));
}

namespace {

ValueId depthwise(const KerasLayer& layer, ValueId x, const Array& kernel, ValueId bias) {
  const Dimensions k = kernel.shape();  // height, width, channels, multiplier: the last two are one axis
  schema::DepthwiseConv2DT table;
  set_window(layer, table, layer.graph.shape(x), k[0], k[1], layer.integers("strides", 2, 1), layer.integers("dilation_rate", 2, 1));
  return layer.graph.add(std::move(table), {x, layer.constant(kernel.reshaped({k[0], k[1], k[2] * k[3]})), bias}, layer.name);
}

}  // namespace

ValueId import_depthwise_conv_2d(const KerasLayer& layer, const Ids& inputs) {
  require_channels_last(layer);
  require_rank(layer, inputs[0], 4);
  const Array& kernel = layer.weight(0, 4);
  return layer.activated(depthwise(layer, inputs[0], kernel, layer.bias(1, kernel.shape()[2] * kernel.shape()[3])));
}

ValueId import_separable_conv_2d(const KerasLayer& layer, const Ids& inputs) {
  require_channels_last(layer);
  require_rank(layer, inputs[0], 4);
  const Array &kernel = layer.weight(0, 4), &pointwise = layer.weight(1, 4);
  const std::int64_t channels = kernel.shape()[2] * kernel.shape()[3];
  const ValueId zeros = layer.graph.add_constant({channels}, std::vector<double>(static_cast<std::size_t>(channels), 0.0));
  const ValueId x = depthwise(layer, inputs[0], kernel, zeros);
  const ValueId y = layer.graph.add(schema::Conv2DT{}, {x, layer.constant(pointwise), layer.bias(2, pointwise.shape()[3])}, layer.name + ".pointwise");
  return layer.activated(y);
}

ValueId import_pool(const KerasLayer& layer, const Ids& inputs) {
  require_channels_last(layer);
  const bool one = layer.class_name.ends_with("1D");
  const ValueId x = one ? as_image(layer, inputs[0]) : inputs[0];
  require_rank(layer, x, 4);
  const std::size_t axes = one ? 1 : 2;
  const auto kernel = spatial(layer, one && layer.config.contains("pool_length") ? "pool_length" : "pool_size", axes, 2);
  const auto strides = layer.config.contains("strides") && !layer.config["strides"].is_null() ? spatial(layer, "strides", axes, 1) : kernel;
  const auto add = [&](auto table) {
    table.kernel_h = narrow(kernel[0]), table.kernel_w = narrow(kernel[1]);
    set_window(layer, table, layer.graph.shape(x), kernel[0], kernel[1], strides, {1, 1});
    return layer.graph.add(std::move(table), {x}, layer.name);
  };
  const ValueId y = layer.class_name.starts_with("Max") ? add(schema::MaxPool2DT{}) : add(schema::AveragePool2DT{});
  return one ? as_sequence(layer, y) : y;
}

ValueId import_global_pool(const KerasLayer& layer, const Ids& inputs) {
  require_channels_last(layer);
  schema::ReduceT table;
  const bool one = layer.class_name.ends_with("1D");
  require_rank(layer, inputs[0], one ? 3 : 4);
  table.function = layer.class_name.starts_with("GlobalMax") ? schema::ReduceFunction::maximum : schema::ReduceFunction::mean;
  table.axes = one ? 0b010 : 0b0110;
  table.keep_dims = layer.flag("keepdims", false);
  return layer.graph.add(std::move(table), {inputs[0]}, layer.name);
}

ValueId import_embedding(const KerasLayer& layer, const Ids& inputs) {
  if (layer.flag("mask_zero", false)) layer.refuse("masks the index 0", "build it with mask_zero=False");
  return layer.graph.add(schema::EmbeddingT{}, {inputs[0], layer.constant(layer.weight(0, 2))}, layer.name);
}

ValueId import_lstm(const KerasLayer& layer, const Ids& inputs) {
  if (inputs.size() != 1) layer.refuse("gets its initial state from another layer");
  if (layer.flag("return_state", false)) layer.refuse("returns its state", "build it with return_state=False");
  require_rank(layer, inputs[0], 3);
  schema::LSTMT table;
  const auto function = [&](const char* key, const char* otherwise, float* alpha, float* beta) {
    const std::string name = layer.text(key, otherwise);
    if (name == "linear") return schema::ActivationFunction::linear;
    const auto found = keras_activation(name, layer.keras_version, 1);
    if (!found || (found->function == schema::ActivationFunction::relu && (found->alpha != 0 || found->maximum < 1e30f)))
      layer.refuse("has the activation " + name, "use tanh, sigmoid, hard_sigmoid, relu or linear");
    if (found->function == schema::ActivationFunction::hard_sigmoid) *alpha = found->alpha, *beta = found->beta;
    return found->function;
  };
  table.activation = function("activation", "tanh", &table.alpha, &table.beta);
  table.recurrent_activation = function("recurrent_activation", layer.keras_version >= 2 ? "sigmoid" : "hard_sigmoid", &table.alpha, &table.beta);
  table.return_sequences = layer.flag("return_sequences", false);
  table.go_backwards = layer.flag("go_backwards", false);
  table.stateful = layer.flag("stateful", false);
  const Array &kernel = layer.weight(0, 2), &recurrent = layer.weight(1, 2);
  return layer.graph.add(std::move(table), {inputs[0], layer.constant(kernel), layer.constant(recurrent), layer.bias(2, kernel.shape()[1])}, layer.name);
}

}  // namespace nacre::tools
