#pragma once

#include <functional>
#include <numeric>

#include "tools/graph/graph.hpp"

namespace nacre::tools {

/// Where the weights of a convolution lie, with any number of spatial axes: float32 [kernel…, channels, outputs], int8
/// [outputs, kernel…, channels]. A tap is a place in the window, counted in row-major order.
struct Filter {
  bool is_int8;
  Dimensions kernel;
  std::int64_t channels, outputs, taps;

  Filter(bool is_int8, Dimensions kernel_shape, std::int64_t channels, std::int64_t outputs)
      : is_int8(is_int8), kernel(std::move(kernel_shape)), channels(channels), outputs(outputs),
        taps(std::accumulate(kernel.begin(), kernel.end(), std::int64_t{1}, std::multiplies<>())) {}

  /// Of weights with at least one spatial axis.
  static Filter of(const TensorType& weights) {
    const Dimensions& s = weights.shape;
    if (weights.type == DataType::int8) return {true, {s.begin() + 1, s.end() - 1}, s.back(), s.front()};
    return {false, {s.begin(), s.end() - 2}, s[s.size() - 2], s.back()};
  }

  std::size_t index(std::int64_t tap, std::int64_t channel, std::int64_t output) const {
    return static_cast<std::size_t>(is_int8 ? (output * taps + tap) * channels + channel
                                            : (tap * channels + channel) * outputs + output);
  }

  Dimensions shape() const {
    Dimensions shape = kernel;
    if (is_int8) shape.insert(shape.begin(), outputs), shape.push_back(channels);
    else shape.insert(shape.end(), {channels, outputs});
    return shape;
  }
};

}  // namespace nacre::tools
