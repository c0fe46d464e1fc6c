#pragma once

#include <cstdint>

#include "nacre/network.hpp"
#include "runtime/kernels/reference.hpp"
#include "runtime/kernels/shapes.hpp"
#include "runtime/kernels/vector_tile.hpp"

namespace nacre {
namespace {  // each instruction set has its own

/// A dense layer: weights [depth, units].
struct Dense {
  const float *weights, *bias;
  float minimum, maximum;
  std::uint32_t depth, units;
};

/// kRows rows of it.
template <typename Vector, unsigned kRows, unsigned kVectors>
inline void multiply_rows(const Dense& dense, const float* x, float* y) {
  for_each_tile<Vector, kRows, kVectors>(0, dense.units, [&](auto tile, std::uint32_t o, auto part) {
    typename decltype(tile)::Type sums(dense.bias + o, part);
    sums.add(x, dense.depth, dense.depth, dense.weights + o, dense.units);
    sums.store(y + o, dense.units, dense.minimum, dense.maximum);
  });
}

/// Up to kMostRows rows at a time, for which each weight is loaded once.
template <typename Vector, unsigned kMostRows, unsigned kVectors>
inline void multiply_blocks_of_rows(const Dense& dense, const float* x, float* y, std::uint32_t all_rows) {
  for_each_block<kMostRows>(all_rows, [&](auto rows, std::uint32_t row) {
    constexpr unsigned kRows = decltype(rows)::kCount;
    multiply_rows<Vector, kRows, (kRows == 1 ? 2 : 1) * kVectors>(dense, x + row * std::size_t{dense.depth},
                                                                  y + row * std::size_t{dense.units});
  });
}

/// By tiles of as many sums, of more rows where there are: these read the weights less often.
template <typename Vector>
inline void multiply_dense(const Dense& dense, const float* x, float* y, std::uint32_t rows) {
  constexpr unsigned kHalf = Vector::kVectors / 2;
  if (dense.units <= Vector::kWidth) return multiply_blocks_of_rows<Vector, Vector::kRowsOfOne, 1>(dense, x, y, rows);
  if constexpr (kHalf > 1)
    if (rows > 6) return multiply_blocks_of_rows<Vector, 12, kHalf>(dense, x, y, rows);
  multiply_blocks_of_rows<Vector, 6, Vector::kVectors>(dense, x, y, rows);
}

template <typename Vector>
Status vector_fully_connected(const Layer& layer) {
  const auto& p = layer.parameters<parameters::FullyConnected>();
  if (p.minimum > p.maximum) return reference::fully_connected_f32(layer);
  const Dense dense{layer.input<float>(1), layer.input<float>(2), p.minimum, p.maximum, width_of(layer),
                    output_width_of(layer)};
  return multiply_dense<Vector>(dense, layer.input<float>(0), layer.output<float>(0), rows_of(layer)), Status::ok;
}

}  // namespace
}  // namespace nacre
