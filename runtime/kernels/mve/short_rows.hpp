#pragma once

#include <arm_mve.h>

#include <cstdint>

#include "runtime/kernels/mve/sums.hpp"

namespace nacre::mve {

// Vectors of 16 to 64 inputs stay in at most four registers while the weights of all outputs pass by. The last register
// holds the last 16 inputs, and zeros in place of those that another one has: so no row of weights is read beyond its
// end.

/// Whether a layer is computed in this way. It is worth its beginning for some outputs.
inline bool has_short_rows(const Rows& rows, std::uint32_t outputs) {
  return rows.depth >= 16 && rows.depth <= 64 && outputs >= 32 && outputs % 4 == 0;
}

/// The sums of one vector with four times `fours` rows of weights.
template <unsigned kVectors, bool kOverlaps>
void add_short_rows(const std::int8_t* x, std::uint32_t depth, const std::int8_t* weights, const std::int32_t* bias,
                    std::uint32_t fours, std::int32_t* sums) {
  const std::uint32_t excess = 16 * kVectors - depth;
  const auto all = static_cast<mve_pred16_t>(0xffff);
  const int8x16_t x0 = vldrbq_z_s8(x, all);
  const int8x16_t x1 = kVectors > 2 ? vldrbq_s8(x + 16) : x0, x2 = kVectors > 3 ? vldrbq_s8(x + 32) : x0;
  const int8x16_t last = vldrbq_z_s8(x + depth - 16, static_cast<mve_pred16_t>(all << excess));
  register std::uint32_t left __asm__("lr") = fours;
#define NACRE_NEXT(sum, x, w) "vldrb.8 " w ", [%[weights]], #16\n vmladava.s8 " sum ", " x ", " w "\n"
#define NACRE_LAST(sum) NACRE_NEXT(sum, "%q[last]", "q7")
#define NACRE_FOUR(row, end) \
  __asm__ volatile("dls lr, lr\n" \
                   "1: ldm %[bias]!, {r0, r2, r4, r6}\n" row("r0") end("r0") row("r2") end("r2") row("r4") end("r4") \
                   row("r6") end("r6") "stm %[sums]!, {r0, r2, r4, r6}\n le lr, 1b\n" \
                   : [weights] "+r"(weights), [bias] "+r"(bias), [sums] "+r"(sums), "+r"(left) \
                   : [x0] "w"(x0), [x1] "w"(x1), [x2] "w"(x2), [last] "w"(last), [excess] "r"(excess) \
                   : "r0", "r2", "r4", "r6", "memory", "q6", "q7")
#define NACRE_NONE(sum) ""
#define NACRE_ONE(sum) NACRE_NEXT(sum, "%q[x0]", "q6")
#define NACRE_TWO(sum) NACRE_ONE(sum) NACRE_NEXT(sum, "%q[x1]", "q7")
#define NACRE_THREE(sum) NACRE_TWO(sum) NACRE_NEXT(sum, "%q[x2]", "q6")
#define NACRE_OVERLAP(sum) "sub %[weights], %[weights], %[excess]\n" NACRE_LAST(sum)
  if constexpr (kVectors == 1) NACRE_FOUR(NACRE_NONE, NACRE_LAST);
  else if constexpr (kVectors == 2 && !kOverlaps) NACRE_FOUR(NACRE_ONE, NACRE_LAST);
  else if constexpr (kVectors == 2) NACRE_FOUR(NACRE_ONE, NACRE_OVERLAP);
  else if constexpr (kVectors == 3) NACRE_FOUR(NACRE_TWO, NACRE_OVERLAP);
  else if constexpr (kOverlaps) NACRE_FOUR(NACRE_THREE, NACRE_OVERLAP);
  else NACRE_FOUR(NACRE_THREE, NACRE_LAST);
#undef NACRE_NEXT
#undef NACRE_LAST
#undef NACRE_FOUR
#undef NACRE_NONE
#undef NACRE_ONE
#undef NACRE_TWO
#undef NACRE_THREE
#undef NACRE_OVERLAP
}

/// The same, whatever the depth.
[[gnu::noinline]] inline void add_short_rows(const std::int8_t* x, std::uint32_t depth, const std::int8_t* weights,
                                             const std::int32_t* bias, std::uint32_t fours, std::int32_t* sums) {
  if (depth == 64) add_short_rows<4, false>(x, depth, weights, bias, fours, sums);
  else if (depth > 48) add_short_rows<4, true>(x, depth, weights, bias, fours, sums);
  else if (depth > 32) add_short_rows<3, true>(x, depth, weights, bias, fours, sums);
  else if (depth == 32) add_short_rows<2, false>(x, depth, weights, bias, fours, sums);
  else if (depth > 16) add_short_rows<2, true>(x, depth, weights, bias, fours, sums);
  else add_short_rows<1, false>(x, depth, weights, bias, fours, sums);
}

}  // namespace nacre::mve
