#pragma once

#include <cstdint>

#include "nacre/network.hpp"
#include "runtime/kernels/reference.hpp"
#include "runtime/kernels/shapes.hpp"
#include "runtime/kernels/vector_tile.hpp"

namespace nacre {
namespace {  // each instruction set has its own

/// kRows rows of a fully connected layer.
template <typename Vector, unsigned kRows, unsigned kVectors>
inline void multiply_rows(const Layer& layer, const float* x, std::uint32_t depth, std::uint32_t units, float* y) {
  const auto& p = layer.parameters<parameters::FullyConnected>();
  const float *const weights = layer.input<float>(1), *const bias = layer.input<float>(2);
  for_each_tile<Vector, kRows, kVectors>(0, units, [&](auto tile, std::uint32_t o, auto part) {
    typename decltype(tile)::Type sums(bias + o, part);
    sums.add(x, depth, depth, weights + o, units);
    sums.store(y + o, units, p.minimum, p.maximum);
  });
}

/// Rows are taken up to six at a time, for which each weight is loaded once.
template <typename Vector>
Status vector_fully_connected(const Layer& layer) {
  const auto& p = layer.parameters<parameters::FullyConnected>();
  if (p.minimum > p.maximum) return reference::fully_connected_f32(layer);
  const std::uint32_t depth = width_of(layer), units = output_width_of(layer);
  const float* const x = layer.input<float>(0);
  float* const y = layer.output<float>(0);
  for_each_block<6>(rows_of(layer), [&](auto rows, std::uint32_t row) {
    constexpr unsigned kRows = decltype(rows)::kCount, kVectors = (kRows == 1 ? 2 : 1) * Vector::kVectors;
    multiply_rows<Vector, kRows, kVectors>(layer, x + row * std::size_t{depth}, depth, units,
                                           y + row * std::size_t{units});
  });
  return Status::ok;
}

}  // namespace
}  // namespace nacre
