#pragma once

#include <cstdint>

#include "nacre/network.hpp"
#include "runtime/kernels/shapes.hpp"
#include "runtime/kernels/vector_tile.hpp"

namespace nacre {
namespace {  // each instruction set has its own

/// kRows rows of a fully connected layer.
template <typename Vector, unsigned kRows, unsigned kVectors>
inline void multiply_rows(const Layer& layer, const float* x, std::uint32_t depth, std::uint32_t units, float* y) {
  const auto& p = layer.parameters<parameters::FullyConnected>();
  const float *const weights = layer.input<float>(1), *const bias = layer.input<float>(2);
  const float* from[kRows];
  for (unsigned r = 0; r < kRows; ++r) from[r] = x + r * std::size_t{depth};
  for_each_tile<Vector, kRows, kVectors>(0, units, [&](auto tile, std::uint32_t o, auto part) {
    typename decltype(tile)::Type sums(bias + o, part);
    sums.add(from, depth, weights + o, units);
    float* to[kRows];
    for (unsigned r = 0; r < kRows; ++r) to[r] = y + r * std::size_t{units} + o;
    sums.store(to, p.minimum, p.maximum);
  });
}

/// Rows are taken six at a time, for which each weight is loaded once.
template <typename Vector>
Status vector_fully_connected(const Layer& layer) {
  const std::uint32_t depth = width_of(layer), units = output_width_of(layer);
  std::uint32_t rows = rows_of(layer);
  const float* x = layer.input<float>(0);
  float* y = layer.output<float>(0);
  for (; rows >= 6; rows -= 6, x += 6 * std::size_t{depth}, y += 6 * std::size_t{units})
    multiply_rows<Vector, 6, Vector::kVectors>(layer, x, depth, units, y);
  for (; rows > 0; --rows, x += depth, y += units)
    multiply_rows<Vector, 1, 2 * Vector::kVectors>(layer, x, depth, units, y);
  return Status::ok;
}

}  // namespace
}  // namespace nacre
