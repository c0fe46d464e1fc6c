#pragma once

#include <cstdint>

#include "nacre/network.hpp"
#include "runtime/kernels/shapes.hpp"
#include "runtime/kernels/vector_functions.hpp"
#include "runtime/kernels/vector_rows.hpp"

namespace nacre {
namespace {  // each instruction set has its own

/// The largest element of a row; NaN where there is one.
template <typename Vector>
inline float largest_of(const float* x, std::uint32_t width) {
  float largest = x[0];
  std::uint32_t i = 0;
  if (width >= Vector::kWidth) {
    typename Vector::Type most = Vector::load(x);
    for (i = Vector::kWidth; i + Vector::kWidth <= width; i += Vector::kWidth) {
      const typename Vector::Type next = Vector::load(x + i);
      most = next > most ? next : (next != next ? next : most);
    }
    largest = Vector::largest(most);
  }
  for (; i < width; ++i) largest = x[i] > largest || x[i] != x[i] ? x[i] : largest;
  return largest;
}

/// kRows rows, whose sums are added up side by side, each in the order of its elements.
template <typename Vector, unsigned kRows>
inline void softmax_rows(const float* x, float* y, std::uint32_t width) {
  using F = typename Vector::Type;
  for (unsigned r = 0; r < kRows; ++r) {
    const F most = Vector::broadcast(largest_of<Vector>(x + r * width, width)), one = Vector::broadcast(1);
    for_each_vector<Vector>(width, [&](std::uint32_t i, auto part) {
      const F each = part.load(x + r * width + i);
      part.store(y + r * width + i, each == most ? one : VectorFunctions<Vector>::exponential_of_negative(each - most));
    });
  }
  float sums[kRows] = {};
  if constexpr (kRows == Vector::kWidth) {
    Vector::store(sums, sums_of_rows<Vector>(y, width, width));
  } else {
    for (std::uint32_t i = 0; i < width; ++i)
#pragma GCC unroll 16
      for (unsigned r = 0; r < kRows; ++r) sums[r] += y[r * width + i];
  }
  for (unsigned r = 0; r < kRows; ++r) {
    const F sum = Vector::broadcast(sums[r]);
    for_each_vector<Vector>(width, [&](std::uint32_t i, auto part) {
      part.store(y + r * width + i, part.load(y + r * width + i) / sum);
    });
  }
}

template <typename Vector>
Status vector_softmax(const Layer& layer) {
  const std::uint32_t width = width_of(layer);
  const float* x = layer.input<float>(0);
  float* y = layer.output<float>(0);
  std::uint32_t rows = rows_of(layer);
  constexpr std::uint32_t kRows = Vector::kWidth;
  for (; rows >= kRows; rows -= kRows, x += kRows * width, y += kRows * width)
    softmax_rows<Vector, kRows>(x, y, width);
  for (; rows > 0; --rows, x += width, y += width) softmax_rows<Vector, 1>(x, y, width);
  return Status::ok;
}

}  // namespace
}  // namespace nacre
