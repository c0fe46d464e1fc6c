#pragma once

#include <arm_mve.h>

#include <cstdint>

#include "runtime/kernels/quantized.hpp"

namespace nacre::mve {

// Rescaling in vectors, with the bits of multiply_by_quantized_multiplier(): VQRDMULH is the product of fractions,
// rounded with ties upwards. VRSHL by -r rounds the quotient by 2^r with ties upwards; where they are to go away from
// zero, what is negative is one less before. This holds for r >= 1, which is usual: other layers are rescaled one
// number after the other. Where the output's zero point is -128, as behind a ReLU, all that is negative becomes -128,
// whichever way it is rounded.

/// Pairs of multiplier and shift, for each output or one for all.
struct Pairs {
  const std::int32_t* rescale;
  std::uint32_t step;           ///< from the pair of one output to the next: 2, or 0
  std::int32_t zero_point;      ///< of the output
  bool is_usual;                ///< all shifts are below 0
  const std::int32_t* eights;   ///< the pairs of the first eight outputs
  std::uint32_t eights_step;    ///< bytes from there to the next eight
  std::int32_t same[16];        ///< the one pair eight times

  bool needs_signs() const { return zero_point != INT8_MIN; }

  Pairs(const std::int32_t* pair_of_each, std::uint32_t count, std::int32_t output_zero_point)
      : rescale(pair_of_each), step(2), zero_point(output_zero_point), eights(pair_of_each), eights_step(64) {
    int32x4_t all = vdupq_n_s32(-1);  // of multipliers and shifts in turn
    const std::int32_t* pair = rescale;
#pragma GCC unroll 1
    for (std::uint32_t twos = count / 2; twos > 0; --twos, pair += 4) all = vandq_s32(all, vldrwq_s32(pair));
    const std::int32_t last = count % 2 == 0 ? -1 : pair[1];
    is_usual = (vgetq_lane_s32(all, 1) & vgetq_lane_s32(all, 3) & last) < 0;
  }
  Pairs(std::int32_t multiplier, std::int32_t shift, std::int32_t output_zero_point)
      : rescale(same), step(0), zero_point(output_zero_point), is_usual(shift < 0), eights(same), eights_step(0) {
    for (unsigned i = 0; i < 16; i += 2) same[i] = multiplier, same[i + 1] = shift;
  }
  Pairs(const Pairs&) = delete;
  Pairs& operator=(const Pairs&) = delete;
};

/// Rescales `eights` times eight sums of each of two vectors with the pairs at `rescale`. Returns where the next pairs
/// are.
inline const std::int32_t* rescale_eights(const std::int32_t* sums0, const std::int32_t* sums1,
                                          const std::int32_t* rescale, const Pairs& pairs, std::uint32_t eights,
                                          std::int8_t* y0, std::int8_t* y1) {
  // Of sums q0 and q1 are the first vector's with even and odd numbers, q2 and q3 the second's; of pairs q4 and q6 are
  // multipliers, q5 and q7 shifts.
#define NACRE_RESCALE(signs) \
  __asm__ volatile( \
      "dls lr, %[eights]\n" \
      "1: vld20.32 {q0, q1}, [%[sums0]]\n vld21.32 {q0, q1}, [%[sums0]]!\n" \
      "vld20.32 {q2, q3}, [%[sums1]]\n vld21.32 {q2, q3}, [%[sums1]]!\n" \
      "vld40.32 {q4, q5, q6, q7}, [%[rescale]]\n vld41.32 {q4, q5, q6, q7}, [%[rescale]]\n" \
      "vld42.32 {q4, q5, q6, q7}, [%[rescale]]\n vld43.32 {q4, q5, q6, q7}, [%[rescale]]\n" \
      "vqrdmulh.s32 q0, q0, q4\n vqrdmulh.s32 q1, q1, q6\n vqrdmulh.s32 q2, q2, q4\n vqrdmulh.s32 q3, q3, q6\n" \
      signs \
      "vrshl.s32 q0, q0, q5\n vrshl.s32 q1, q1, q7\n vrshl.s32 q2, q2, q5\n vrshl.s32 q3, q3, q7\n" \
      "vqmovnb.s32 q4, q0\n vqmovnt.s32 q4, q1\n vqmovnb.s32 q5, q2\n vqmovnt.s32 q5, q3\n" \
      "vqadd.s16 q4, q4, %[zero_point]\n vqadd.s16 q5, q5, %[zero_point]\n" \
      "vqmovnb.s16 q4, q4\n vqmovnb.s16 q5, q5\n" \
      "add %[rescale], %[rescale], %[step]\n vstrb.16 q4, [%[y0]], #8\n vstrb.16 q5, [%[y1]], #8\n le lr, 1b\n" \
      : [sums0] "+r"(sums0), [sums1] "+r"(sums1), [rescale] "+r"(rescale), [y0] "+l"(y0), [y1] "+l"(y1) \
      : [step] "r"(pairs.eights_step), [zero_point] "r"(pairs.zero_point), [eights] "r"(eights) \
      : "lr", "memory", "q0", "q1", "q2", "q3", "q4", "q5", "q6", "q7")
  if (pairs.needs_signs())
    NACRE_RESCALE("vshr.s32 q4, q0, #31\n vadd.i32 q0, q0, q4\n vshr.s32 q6, q1, #31\n vadd.i32 q1, q1, q6\n"
                  "vshr.s32 q4, q2, #31\n vadd.i32 q2, q2, q4\n vshr.s32 q6, q3, #31\n vadd.i32 q3, q3, q6\n");
  else
    NACRE_RESCALE("");
#undef NACRE_RESCALE
  return rescale;
}

/// Limits outputs to a layer's bounds, which most layers do not have.
template <typename Parameters>
void clamp_outputs(const Parameters& p, std::int8_t* y, std::uint32_t count) {
  if (p.output_minimum == INT8_MIN && p.output_maximum == INT8_MAX) return;
  const int8x16_t minimum = vdupq_n_s8(static_cast<std::int8_t>(p.output_minimum));
  const int8x16_t maximum = vdupq_n_s8(static_cast<std::int8_t>(p.output_maximum));
  for (std::uint32_t i = 0; i < count; i += 16) {
    const mve_pred16_t some = vctp8q(count - i);
    vstrbq_p_s8(y + i, vminq_s8(vmaxq_s8(vldrbq_z_s8(y + i, some), minimum), maximum), some);
  }
}

}  // namespace nacre::mve
