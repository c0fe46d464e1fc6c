#include "tools/keras/windows.hpp"

#include <algorithm>
#include <stdexcept>

namespace nacre::tools {

std::uint16_t narrow(std::int64_t x) {
  if (x < 0 || x > 0xffff) throw std::out_of_range("a window or padding beyond 65535");
  return static_cast<std::uint16_t>(x);
}

KerasPadding padding_of(const KerasLayer& layer, std::int64_t input, std::int64_t kernel, std::int64_t stride,
                        std::int64_t dilation) {
  const std::string mode = layer.text("padding", "valid");
  const std::int64_t reach = (kernel - 1) * dilation + 1;
  if (mode == "valid") return {};
  if (mode == "causal") return {narrow(reach - 1), 0};
  if (mode != "same") layer.refuse("has the padding " + mode);
  const std::int64_t outputs = (input + stride - 1) / stride;
  const std::int64_t total = std::max<std::int64_t>(0, (outputs - 1) * stride + reach - input);
  return {narrow(total / 2), narrow(total - total / 2)};
}

std::vector<std::int64_t> spatial(const KerasLayer& layer, const char* key, std::size_t axes, std::int64_t otherwise,
                                  std::int64_t leading) {
  std::vector<std::int64_t> numbers = layer.integers(key, axes, otherwise);
  if (axes == 1) numbers.insert(numbers.begin(), leading);
  return numbers;
}

Array image_kernel(const KerasLayer& layer, std::size_t i, std::size_t axes) {
  const Array& kernel = layer.weight(i, axes + 2);
  if (axes != 1) return kernel;
  const Dimensions& k = kernel.shape();
  return kernel.reshaped({1, k[0], k[1], k[2]});
}

ValueId as_image(const KerasLayer& layer, ValueId x) {
  layer.require_rank(x, 3);
  const Dimensions shape = layer.graph.shape(x);
  return add_reshape(layer.graph, x, {1, shape[1], shape[2]}, "");
}

ValueId as_sequence(const KerasLayer& layer, ValueId x) {
  const Dimensions shape = layer.graph.shape(x);
  return add_reshape(layer.graph, x, {shape[2], shape[3]}, "");
}

ValueId biased_along_channels(const KerasLayer& layer, ValueId y) {
  if (layer.channels_first() && layer.flag("use_bias", true)) require_bias_along(layer, layer.graph.shape(y), 1);
  return y;
}

std::size_t axes_of(const KerasLayer& layer) {
  return static_cast<std::size_t>(layer.class_name[layer.class_name.find('D') - 1] - '0');
}

std::vector<std::int64_t> pool_strides(const KerasLayer& layer, std::size_t axes) {
  const auto stated = layer.config.find("strides");
  const bool has_own = stated != layer.config.end() && !stated->is_null();
  return spatial(layer, has_own ? "strides" : "pool_size", axes, has_own ? 1 : 2);
}

}  // namespace nacre::tools
