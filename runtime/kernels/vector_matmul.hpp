#pragma once

#include <cstdint>

#include "nacre/network.hpp"
#include "runtime/kernels/broadcast.hpp"
#include "runtime/kernels/reference.hpp"
#include "runtime/kernels/vector_tile.hpp"

namespace nacre {
namespace {  // each instruction set has its own

/// kRows rows of y.
template <typename Vector, unsigned kRows, unsigned kVectors>
inline void multiply_some_rows(const float* a, const float* b, float* y, std::uint32_t depth, std::uint32_t columns) {
  for_each_tile<Vector, kRows, kVectors>(0, columns, [&](auto tile, std::uint32_t n, auto part) {
    typename decltype(tile)::Type sums(part);
    sums.add(a, depth, depth, b + n, columns);
    sums.store(y + n, columns);
  });
}

/// y = a . b of one matrix each: b [depth, columns].
template <typename Vector>
inline void multiply_matrices(const float* a, const float* b, float* y, std::uint32_t rows, std::uint32_t depth,
                              std::uint32_t columns) {
  for_each_block<6>(rows, [&](auto count, std::uint32_t row) {
    constexpr unsigned kRows = decltype(count)::kCount, kVectors = (kRows == 1 ? 2 : 1) * Vector::kVectors;
    multiply_some_rows<Vector, kRows, kVectors>(a + row * std::size_t{depth}, b, y + row * std::size_t{columns}, depth,
                                                columns);
  });
}

/// Columns of a transposed b, side by side: as many as a vector has, of a depth that fits.
template <typename Vector>
struct Columns {
  static constexpr std::uint32_t kLongest = 256;

  void gather(const float* b, std::uint32_t depth, std::uint32_t count) {
    for (std::uint32_t n = 0; n < Vector::kWidth; ++n)
      for (std::uint32_t k = 0; k < depth; ++k) rows[k][n] = n < count ? b[n * std::size_t{depth} + k] : 0;
  }

  float rows[kLongest][Vector::kWidth];
};

/// kRows rows of y by the columns that have been gathered.
template <typename Vector, unsigned kRows, typename Part>
inline void multiply_gathered(const float* a, const Columns<Vector>& b, float* y, std::uint32_t depth,
                              std::uint32_t columns, Part part) {
  Tile<Vector, kRows, 1, Part> sums(part);
  sums.add(a, depth, depth, b.rows[0], Vector::kWidth);
  sums.store(y, columns);
}

/// y = a . b of one matrix each: b [columns, depth], of a depth of at most Columns::kLongest.
template <typename Vector>
inline void multiply_transposed(const float* a, const float* b, float* y, std::uint32_t rows, std::uint32_t depth,
                                std::uint32_t columns) {
  Columns<Vector> gathered;
  for_each_vector<Vector>(columns, [&](std::uint32_t n, auto part) {
    gathered.gather(b + n * std::size_t{depth}, depth, columns - n < Vector::kWidth ? columns - n : Vector::kWidth);
    for_each_block<8>(rows, [&](auto count, std::uint32_t row) {
      multiply_gathered<Vector, decltype(count)::kCount>(a + row * std::size_t{depth}, gathered,
                                                         y + row * std::size_t{columns} + n, depth, columns, part);
    });
  });
}

template <typename Vector>
Status vector_matmul(const Layer& layer) {
  const bool transposed = layer.parameters<parameters::MatMul>().transposed;
  const Shape of_a = layer.input_shape(0), of_b = layer.input_shape(1), to = layer.output_shape(0);
  const std::uint32_t rows = to[to.rank() - 2], depth = of_a.last(), columns = to.last(), step = rows * columns;
  if (transposed && depth > Columns<Vector>::kLongest) return reference::matmul_f32(layer);
  for (std::uint32_t i = 0, count = to.size() / step; i < count; ++i) {
    const float* const a = layer.input<float>(0) + broadcast_place(i, to, of_a, 2, rows * depth);
    const float* const b = layer.input<float>(1) + broadcast_place(i, to, of_b, 2, depth * columns);
    float* const y = layer.output<float>(0) + i * step;
    if (transposed) multiply_transposed<Vector>(a, b, y, rows, depth, columns);
    else multiply_matrices<Vector>(a, b, y, rows, depth, columns);
  }
  return Status::ok;
}

}  // namespace
}  // namespace nacre
