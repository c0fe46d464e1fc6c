#pragma once

#include <cstdint>

#include "nacre/network.hpp"

namespace nacre {

// What most kernels ask of the shapes of their arguments, once a run. One copy of each serves all kernels that a
// firmware links: none is inlined.

/// Elements of input 0.
[[gnu::noinline]] inline std::uint32_t count_of(const Layer& layer) { return layer.input_shape(0).size(); }

/// Dimensions of input `index`.
[[gnu::noinline]] inline const std::uint32_t* dimensions_of(const Layer& layer, unsigned index) {
  return layer.input_shape(index).data();
}

/// The length of the last axis of input 0, which has one.
[[gnu::noinline]] inline std::uint32_t width_of(const Layer& layer) { return layer.input_shape(0).last(); }

/// The length of the last axis of output 0, which has one.
[[gnu::noinline]] inline std::uint32_t output_width_of(const Layer& layer) { return layer.output_shape(0).last(); }

/// Whether a depthwise layer has more than one output for each channel.
inline bool has_multiplier(const Layer& layer) { return output_width_of(layer) != width_of(layer); }

/// The product of the other axes of input 0.
[[gnu::noinline]] inline std::uint32_t rows_of(const Layer& layer) {
  const Shape shape = layer.input_shape(0);
  return shape.product(0, shape.rank() - 1);
}

}  // namespace nacre
