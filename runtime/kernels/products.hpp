#pragma once

#include <cstdint>

#include "runtime/numerics/fma.hpp"

namespace nacre {

/// Adds to each of `count` sums at y the products of x[0], x[1] … with its column of a matrix, in this order. Rows of
/// the matrix, one for each of `depth` factors, are `step` apart. Eight sums at a time stay in registers.
[[gnu::noinline]] inline void add_products(const float* x, std::uint32_t depth, const float* matrix, std::uint32_t step,
                                           float* y, std::uint32_t count) {
  constexpr std::uint32_t kSums = 8;
  for (; count >= kSums; count -= kSums, y += kSums, matrix += kSums) {
    float sums[kSums];
#pragma GCC unroll 8
    for (std::uint32_t i = 0; i < kSums; ++i) sums[i] = y[i];
    const float* w = matrix;
    for (std::uint32_t d = 0; d < depth; ++d, w += step) {
      const float factor = x[d];
#pragma GCC unroll 8
      for (std::uint32_t i = 0; i < kSums; ++i) sums[i] = numerics::fma(factor, w[i], sums[i]);
    }
#pragma GCC unroll 8
    for (std::uint32_t i = 0; i < kSums; ++i) y[i] = sums[i];
  }
  for (; count > 0; --count, ++y, ++matrix) {
    float sum = *y;
    const float* w = matrix;
    for (std::uint32_t d = 0; d < depth; ++d, w += step) sum = numerics::fma(x[d], *w, sum);
    *y = sum;
  }
}

}  // namespace nacre
