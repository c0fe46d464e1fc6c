#pragma once

#include <cstdint>

#include "runtime/kernels/mve/rescale.hpp"
#include "runtime/kernels/mve/sums.hpp"

namespace nacre::mve {

/// What a layer computes from each vector of `depth` inputs: its rows of weights, one for each output.
struct Matrix {
  Rows rows;
  const Pairs& pairs;
  std::uint32_t outputs;
};

/// Sums of `count` outputs from `first` on, one by one.
[[gnu::noinline]] inline void rescale_each(const Pairs& pairs, const std::int32_t* sums, std::uint32_t first,
                                           std::uint32_t count, std::int8_t* y0, std::int8_t* y1) {
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::int32_t* const pair = pairs.rescale + (first + i) * pairs.step;
    const auto rescaled = [&](std::int32_t sum) {
      return rescale_to_int8(static_cast<std::uint32_t>(sum), pair, pairs.zero_point, INT8_MIN, INT8_MAX);
    };
    y0[i] = rescaled(sums[2 * i]), y1[i] = rescaled(sums[2 * i + 1]);
  }
}

/// The outputs of two vectors, which may be one: then y0 and y1 are one, too.
[[gnu::noinline]] inline void compute(const Matrix& matrix, const Vectors& x, std::int8_t* y0, std::int8_t* y1) {
  std::int32_t sums[2 * kRows];
  Rows rows = matrix.rows;
  std::uint32_t left = matrix.outputs;
  const std::int32_t* rescale = matrix.pairs.eights;
  for (std::uint32_t first = 0; left > 0;) {
    const std::uint32_t count = left < kRows ? left : kRows;
    add_rows(x, rows, count, sums);
    const std::uint32_t eights = matrix.pairs.is_usual ? count / 8 : 0;
    if (eights != 0) rescale = rescale_eights(sums, rescale, matrix.pairs, eights, y0 + first, y1 + first);
    if (8 * eights != count)
      rescale_each(matrix.pairs, sums + 16 * eights, first + 8 * eights, count - 8 * eights, y0 + first + 8 * eights,
                   y1 + first + 8 * eights);
    first += count, left -= count;
  }
}

/// The outputs of `count` vectors that lie one behind the other.
inline void compute_all(const Matrix& matrix, const std::int8_t* x, std::uint32_t count, std::int8_t* y) {
  const std::uint32_t depth = matrix.rows.depth, outputs = matrix.outputs;
  for (; count >= 2; count -= 2, x += 2 * depth, y += 2 * outputs) compute(matrix, {x, x + depth}, y, y + outputs);
  if (count != 0) compute(matrix, {x, x}, y, y);
}

}  // namespace nacre::mve
