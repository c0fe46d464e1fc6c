#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#include "runtime/kernels/vector_tile.hpp"

namespace nacre {
namespace {  // each instruction set has its own

// Rows whose elements are added up in their order: a vector holds one element of each of kWidth rows.

/// A square of as many vectors as a vector has elements, whose rows become columns.
template <typename Vector>
class Square {
 public:
  using F = typename Vector::Type;
  static constexpr std::uint32_t kWidth = Vector::kWidth;

  template <typename Part>
  Square(const float* x, std::size_t step, Part part) {
#pragma GCC unroll 16
    for (std::uint32_t r = 0; r < kWidth; ++r) rows[r] = part.load(x + r * step);
    exchange<kWidth / 2>(std::make_integer_sequence<int, kWidth>{});
  }

  F rows[kWidth];

 private:
  /// Exchanges what lies kStep columns to the right of a place and what lies as many rows below it; then half as far.
  template <unsigned kStep, int... lane>
  void exchange(std::integer_sequence<int, lane...> lanes) {
    constexpr int kBit = kStep, kOfB = kWidth;
#pragma GCC unroll 16
    for (unsigned r = 0; r < kWidth; ++r) {
      if ((r & kStep) != 0) continue;
      const F a = rows[r], b = rows[r + kStep];
      rows[r] = __builtin_shufflevector(a, b, ((lane & kBit) != 0 ? lane - kBit + kOfB : lane)...);
      rows[r + kStep] = __builtin_shufflevector(a, b, ((lane & kBit) != 0 ? lane + kOfB : lane + kBit)...);
    }
    if constexpr (kStep > 1) exchange<kStep / 2>(lanes);
  }
};

/// The sums of kWidth rows that are `step` apart, each of its `count` elements in ascending order.
template <typename Vector>
inline typename Vector::Type sums_of_rows(const float* x, std::size_t step, std::uint32_t count) {
  typename Vector::Type sums = Vector::broadcast(0);
  for_each_vector<Vector>(count, [&](std::uint32_t n, auto part) {
    const Square<Vector> columns(x + n, step, part);
    const std::uint32_t left = count - n;
#pragma GCC unroll 16
    for (std::uint32_t i = 0; i < Vector::kWidth; ++i)
      if (i < left) sums = n + i == 0 ? columns.rows[i] : sums + columns.rows[i];
  });
  return sums;
}

}  // namespace
}  // namespace nacre
