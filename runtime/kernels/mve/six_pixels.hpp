#pragma once

#include <arm_mve.h>

#include <cstdint>

#include "runtime/kernels/mve/blocks.hpp"
#include "runtime/kernels/mve/outputs.hpp"

namespace nacre::mve {

// Pixels that lie one behind the other: 16 inputs of six of them stay in registers while the weights of a block of
// outputs pass by, so that each weight that is loaded serves six times.

constexpr std::uint32_t kPixels = 6;

/// Whether a layer can be computed in this way.
inline bool has_sixteens(const Matrix& matrix) {
  return matrix.rows.depth % 16 == 0 && fits_blocks(matrix.pairs, matrix.outputs);
}

/// Adds the products of 16 inputs of six pixels, `depth` bytes apart, with the weights of twice `twos` outputs.
inline void add_sixteen(const std::int8_t* x, const std::int8_t* weights, std::uint32_t depth, std::uint32_t twos,
                        std::int32_t* sums) {
  register std::uint32_t left __asm__("lr") = twos;
#define NACRE_OUTPUT \
  "ldm %[sums], {r0, r2, r4, r6, r8, r10}\n vldrb.8 q7, [%[weights]]\n" \
  "vmladava.s8 r0, q0, q7\n vmladava.s8 r2, q1, q7\n vmladava.s8 r4, q2, q7\n vmladava.s8 r6, q3, q7\n" \
  "vmladava.s8 r8, q4, q7\n vmladava.s8 r10, q5, q7\n add %[weights], %[weights], %[depth]\n" \
  "stm %[sums]!, {r0, r2, r4, r6, r8, r10}\n"
  __asm__ volatile(
      "vldrb.8 q0, [%[x]]\n add %[x], %[x], %[depth]\n vldrb.8 q1, [%[x]]\n add %[x], %[x], %[depth]\n"
      "vldrb.8 q2, [%[x]]\n add %[x], %[x], %[depth]\n vldrb.8 q3, [%[x]]\n add %[x], %[x], %[depth]\n"
      "vldrb.8 q4, [%[x]]\n add %[x], %[x], %[depth]\n vldrb.8 q5, [%[x]]\n dls lr, lr\n"
      "1: " NACRE_OUTPUT NACRE_OUTPUT "le lr, 1b\n"
      : [x] "+r"(x), [weights] "+r"(weights), [sums] "+r"(sums), "+r"(left)
      : [depth] "r"(depth)
      : "r0", "r2", "r4", "r6", "r8", "r10", "memory", "q0", "q1", "q2", "q3", "q4", "q5", "q7");
#undef NACRE_OUTPUT
}

/// The outputs of six pixels.
[[gnu::noinline]] inline void compute_six(const Matrix& matrix, const std::int8_t* x, std::int8_t* y) {
  constexpr std::uint32_t kOutputs = Block::kSums / kPixels;
  Block block(kPixels, 1);
  const std::uint32_t outputs = matrix.outputs, depth = matrix.rows.depth;
  for (std::uint32_t first = 0; first < outputs; first += kOutputs) {
    const std::uint32_t count = outputs - first < kOutputs ? outputs - first : kOutputs;
    begin_with_bias<kPixels>(block, matrix.rows.bias + first, count);
    const std::int8_t* const weights = matrix.rows.weights + first * depth;
    for (std::uint32_t d = 0; d < depth; d += 16) add_sixteen(x + d, weights + d, depth, count / 2, block.sums);
    rescale_block(block, matrix.pairs, first, count, kPixels, y + first, outputs);
  }
}

/// The outputs of `count` vectors that lie one behind the other.
inline void compute_all(const Matrix& matrix, const std::int8_t* x, std::uint32_t count, std::int8_t* y) {
  if (has_sixteens(matrix))
    for (; count >= kPixels; count -= kPixels, x += kPixels * matrix.rows.depth, y += kPixels * matrix.outputs)
      compute_six(matrix, x, y);
  compute(matrix, count, y, [x, depth = matrix.rows.depth](unsigned) mutable {
    const std::int8_t* const vector = x;
    x += depth;
    return vector;
  });
}

}  // namespace nacre::mve
