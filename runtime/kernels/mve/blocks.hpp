#pragma once

#include <arm_mve.h>

#include <cstdint>

#include "runtime/kernels/mve/rescale.hpp"

namespace nacre::mve {

/// Sums of several windows by several outputs, and where they lie.
struct Block {
  static constexpr std::uint32_t kSums = 96;

  std::int32_t sums[kSums];
  std::uint32_t output_step, window_step;  ///< bytes from the sum of one output, or window, to the next

  Block(std::uint32_t words_of_output, std::uint32_t words_of_window)
      : output_step(4 * words_of_output), window_step(4 * words_of_window) {}
};

/// Whether blocks compute a layer: outputs are rescaled by eights.
inline bool fits_blocks(const Pairs& pairs, std::uint32_t outputs) { return pairs.is_usual && outputs % 8 == 0; }

/// Each sum of `count` outputs begins with the bias, for kWindows windows whose sums lie side by side.
template <unsigned kWindows>
void begin_with_bias(Block& block, const std::int32_t* bias, std::uint32_t count) {
  const auto start = static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(block.sums));
  uint32x4_t places = vmlaq_n_u32(vdupq_n_u32(start), vidupq_n_u32(0, 1), 4 * kWindows);
  for (; count > 0; count -= 4, bias += 4, places = vaddq_n_u32(places, 16 * kWindows)) {
    const int32x4_t four = vldrwq_s32(bias);
    vstrwq_scatter_base_s32(places, 0, four);
    vstrwq_scatter_base_s32(places, 4, four);
    vstrwq_scatter_base_s32(places, 8, four);
    if constexpr (kWindows > 3) vstrwq_scatter_base_s32(places, 12, four);
    if constexpr (kWindows > 4) vstrwq_scatter_base_s32(places, 16, four), vstrwq_scatter_base_s32(places, 20, four);
  }
}

/// Rescales the sums of `windows` windows, of `count` outputs each, a multiple of eight, from output `first` on. The
/// outputs of one window begin at y, those of the next one `y_step` bytes behind.
[[gnu::noinline]] inline void rescale_block(const Block& block, const Pairs& pairs, std::uint32_t first,
                                            std::uint32_t count, std::uint32_t windows, std::int8_t* y,
                                            std::uint32_t y_step) {
  const std::int32_t* rescale = pairs.eights + first / 8 * (pairs.eights_step / 4);
  const auto start = static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(block.sums));
  uint32x4_t evens = vmlaq_n_u32(vdupq_n_u32(start), vidupq_n_u32(0, 2), block.output_step);
  const struct {
    std::uint32_t windows, output_step, step_of_eight, y_next;
  } loop{windows, block.output_step, 8 * block.output_step - windows * block.window_step, 8 - windows * y_step};
  std::uint32_t eights = count / 8;
  // Sums of even and odd outputs lie at `evens` and q3. Of pairs q4 and q6 are multipliers, q5 and q7 shifts.
#define NACRE_RESCALE(signs) \
  __asm__ volatile( \
      "2: vld40.32 {q4, q5, q6, q7}, [%[rescale]]\n vld41.32 {q4, q5, q6, q7}, [%[rescale]]\n" \
      "vld42.32 {q4, q5, q6, q7}, [%[rescale]]\n vld43.32 {q4, q5, q6, q7}, [%[rescale]]\n" \
      "ldrd lr, r4, %[loop]\n vadd.i32 q3, %q[evens], r4\n dls lr, lr\n" \
      "1: vldrw.u32 q0, [%q[evens]]\n vldrw.u32 q1, [q3]\n" \
      "vadd.i32 %q[evens], %q[evens], %[step]\n vadd.i32 q3, q3, %[step]\n" \
      "vqrdmulh.s32 q0, q0, q4\n vqrdmulh.s32 q1, q1, q6\n" signs \
      "vrshl.s32 q0, q0, q5\n vrshl.s32 q1, q1, q7\n vqmovnb.s32 q0, q0\n vqmovnt.s32 q0, q1\n" \
      "vqadd.s16 q0, q0, %[zero_point]\n vqmovnb.s16 q0, q0\n vstrb.16 q0, [%[y]]\n add %[y], %[y], %[y_step]\n" \
      "le lr, 1b\n" \
      "ldrd r4, lr, %[next]\n add %[rescale], %[rescale], %[eights_step]\n vadd.i32 %q[evens], %q[evens], r4\n" \
      "add %[y], %[y], lr\n subs %[eights], %[eights], #1\n bne 2b\n" \
      : [evens] "+w"(evens), [rescale] "+r"(rescale), [y] "+l"(y), [eights] "+r"(eights), "=Up"(changed) \
      : [loop] "m"(loop.windows), [next] "m"(loop.step_of_eight), "m"(loop.output_step), "m"(loop.y_next), \
        [step] "r"(block.window_step), [zero_point] "r"(pairs.zero_point), [y_step] "r"(y_step), \
        [eights_step] "r"(pairs.eights_step), [one] "r"(1) \
      : "r4", "lr", "cc", "memory", "q0", "q1", "q3", "q4", "q5", "q6", "q7")
  mve_pred16_t changed;
  if (pairs.needs_signs())
    NACRE_RESCALE("vpt.s32 lt, q0, zr\n vsubt.i32 q0, q0, %[one]\n vpt.s32 lt, q1, zr\n vsubt.i32 q1, q1, %[one]\n");
  else
    NACRE_RESCALE("");
#undef NACRE_RESCALE
}

}  // namespace nacre::mve
