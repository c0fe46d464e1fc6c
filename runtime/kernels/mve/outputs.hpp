#pragma once

#include <cstdint>

#include "runtime/kernels/mve/rescale.hpp"
#include "runtime/kernels/mve/short_rows.hpp"
#include "runtime/kernels/mve/sums.hpp"

namespace nacre::mve {

/// What a layer computes from each vector of `depth` inputs: its rows of weights, one for each output.
struct Matrix {
  Rows rows;
  const Pairs& pairs;
  std::uint32_t outputs;
};

/// Sums of `count` outputs from `first` on, one by one.
[[gnu::noinline]] inline void rescale_each(const Pairs& pairs, const std::int32_t* sums0, const std::int32_t* sums1,
                                           std::uint32_t first, std::uint32_t count, std::int8_t* y0,
                                           std::int8_t* y1) {
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::int32_t* const pair = pairs.rescale + (first + i) * pairs.step;
    const auto rescaled = [&](std::int32_t sum) {
      return rescale_to_int8(static_cast<std::uint32_t>(sum), pair, pairs.zero_point, INT8_MIN, INT8_MAX);
    };
    y0[i] = rescaled(sums0[i]), y1[i] = rescaled(sums1[i]);
  }
}

/// The outputs of `count` vectors, one behind the other at y. next(0) and next(1) say where the next ones lie, of which
/// two are read at a time.
template <typename Next>
[[gnu::noinline]] void compute(const Matrix& matrix, std::uint32_t count, std::int8_t* y, Next next) {
  std::int32_t sums[2 * kRows];
  Operands o(matrix.rows);
  const std::uint32_t outputs = matrix.outputs, last = (outputs - 1) % kRows + 1, blocks_of_last = last / 3 * 3;
  const bool is_short = has_short_rows(matrix.rows, outputs);
  for (; count > 0; y += 2 * outputs) {
    const bool is_one = count == 1;  // as if it were two
    o.first = next(0), o.second = is_one ? o.first : next(1);
    count -= is_one ? 1 : 2;
    const std::uint32_t to_second = is_one ? 0 : outputs;
    const std::int32_t* const sums_of_second = is_one ? sums : sums + kRows;
    const std::int8_t* weights = matrix.rows.weights;
    const std::int32_t *bias = matrix.rows.bias, *rescale = matrix.pairs.eights;
    for (std::uint32_t done = 0; done < outputs;) {
      const bool is_last = outputs - done <= kRows;
      const std::uint32_t rows = is_last ? last : kRows;
      std::int32_t* to = sums;
      if (is_short) {
        add_short_rows(o.first, o.depth, weights, bias, rows / 4, sums);
        if (!is_one) add_short_rows(o.second, o.depth, weights, bias, rows / 4, sums + kRows);
        weights += rows * o.depth, bias += rows;
      } else {
        o.end = sums + rows, o.end_of_blocks = sums + (is_last ? blocks_of_last : kRows);
        if (is_one) {
          o.end_of_blocks = sums + rows / 4 * 4;
          if (rows >= 4) to = add_to_one(o, weights, bias, to);
        }
        if (o.turns != 0) add_to_both<true>(o, weights, bias, to);
        else add_to_both<false>(o, weights, bias, to);
      }
      const std::uint32_t eights = matrix.pairs.is_usual ? rows / 8 : 0;
      std::int8_t* const at = y + done;
      if (eights != 0)
        rescale = rescale_eights(sums, sums_of_second, rescale, matrix.pairs, eights, at, at + to_second);
      if (8 * eights != rows)
        rescale_each(matrix.pairs, sums + 8 * eights, sums_of_second + 8 * eights, done + 8 * eights, rows - 8 * eights,
                     at + 8 * eights, at + to_second + 8 * eights);
      done += rows;
    }
  }
}

}  // namespace nacre::mve
