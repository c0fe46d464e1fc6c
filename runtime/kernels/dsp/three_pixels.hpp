#pragma once

#include <cstdint>

#include "runtime/kernels/dsp/products.hpp"
#include "runtime/kernels/dsp/rescale.hpp"

namespace nacre::dsp {

/// Three output pixels, and what all their channels have in common.
struct Pixels {
  /// What lies under their windows: of each pixel in turn two inputs in the lanes of a word, 0 and 2 of four, then 1
  /// and 3.
  const std::uint32_t* words;
  std::uint32_t quads, sum128[3];  ///< sum128: 128 times the sums of each window
  std::int8_t* y[3];
  std::int32_t offset;  ///< 2 zero_point + 1
};

/// Pairs of output channels: their weights as words (products.hpp), biases, and pairs of multiplier and shift.
struct ChannelPairs {
  const std::uint32_t* weights;
  const std::int32_t *bias, *rescale;
  std::uint32_t count;
};

/// Computes channels of three pixels in plain C++, whatever their multipliers and shifts.
[[gnu::noinline]] inline void compute_any(const Pixels& pixels, ChannelPairs pairs) {
  for (unsigned channel = 0; pairs.count > 0; --pairs.count, channel += 2, pairs.bias += 2, pairs.rescale += 4) {
    for (unsigned i = 0; i < 3; ++i) {
      auto a = static_cast<std::uint32_t>(pairs.bias[0]), b = static_cast<std::uint32_t>(pairs.bias[1]);
      a += (b << 8) - pixels.sum128[i];
      for (std::uint32_t word = 0; word < 2 * pixels.quads; ++word)
        add_pair(pixels.words[3 * word + i], pairs.weights[word], a, b);
      a -= b << 8;
      pixels.y[i][channel] = rescaled_any(a, pairs.rescale, pixels.offset);
      pixels.y[i][channel + 1] = rescaled_any(b, pairs.rescale + 2, pixels.offset);
    }
    pairs.weights += 2 * pixels.quads;
  }
}

/// The same where multipliers and shifts are usual (rescale.hpp).
#if NACRE_DSP

#define NACRE_VECTORS(a, b, c, word) \
  "smlad " a ", r4, " word ", " a "\n smlad " b ", r5, " word ", " b "\n smlad " c ", r6, " word ", " c "\n"
#define NACRE_WORD(word) \
  "ldm r0!, {r4, r5, r6}\n" NACRE_VECTORS("r7", "r8", "r9", word) \
  "sxtb16 " word ", " word ", ror #8\n" NACRE_VECTORS("r10", "r11", "r12", word)
#define NACRE_QUAD "ldrd r3, lr, [r1], #8\n" NACRE_WORD("r3") NACRE_WORD("lr")
#define NACRE_RESCALE(sum, twice, bits) \
  "smmlar " sum ", " sum ", " twice ", " sum "\n add " sum ", " sum ", " sum ", asr #31\n" \
  "asr " sum ", " sum ", " bits "\n qadd " sum ", " sum ", r6\n ssat " sum ", #8, " sum ", asr #1\n"

[[gnu::noinline]] inline void compute_usual(const Pixels& pixels, ChannelPairs pairs) {
  struct Two {
    std::uintptr_t first, second;
  };
  const auto address = [](const void* pointer) { return reinterpret_cast<std::uintptr_t>(pointer); };
  const Two x{address(pixels.words), pixels.quads}, sums{pixels.sum128[0], pixels.sum128[1]};
  const std::uint32_t last_sum = pixels.sum128[2];
  const std::int32_t offset = pixels.offset;
  Two y{address(pixels.y[0]), address(pixels.y[1])};
  std::int8_t* last_y = pixels.y[2];
  const std::int8_t* const end = pixels.y[0] + 2 * pairs.count;
  register const std::uint32_t* weights __asm__("r1") = pairs.weights;
  // r7, r8 and r9 are the sums of the first channel and 256 times those of the second, which are r10, r11 and r12.
  __asm__ volatile(
      "1: ldr r3, %[bias]\n ldm r3!, {r4, r10}\n str r3, %[bias]\n"
      "ldrd r0, r2, %[x]\n ldrd r7, r8, %[sums]\n ldr r9, %[last_sum]\n add r4, r4, r10, lsl #8\n"
      "sub r7, r4, r7\n sub r8, r4, r8\n sub r9, r4, r9\n mov r11, r10\n mov r12, r10\n"
      "subs r2, r2, #4\n blo 3f\n"
      "2:\n" NACRE_QUAD NACRE_QUAD NACRE_QUAD NACRE_QUAD "subs r2, r2, #4\n bhs 2b\n"
      "3: adds r2, r2, #4\n beq 5f\n"
      "4:\n" NACRE_QUAD "subs r2, r2, #1\n bne 4b\n"
      "5: ldr r0, %[rescale]\n ldm r0!, {r2, r3, r4, r5}\n str r0, %[rescale]\n ldr r6, %[offset]\n"
      "sub r7, r7, r10, lsl #8\n sub r8, r8, r11, lsl #8\n sub r9, r9, r12, lsl #8\n"
      "lsl r2, r2, #1\n mvn r3, r3\n lsl r4, r4, #1\n mvn r5, r5\n"
      NACRE_RESCALE("r7", "r2", "r3") NACRE_RESCALE("r8", "r2", "r3") NACRE_RESCALE("r9", "r2", "r3")
      NACRE_RESCALE("r10", "r4", "r5") NACRE_RESCALE("r11", "r4", "r5") NACRE_RESCALE("r12", "r4", "r5")
      // The last pixel may be there twice: each of them writes the same.
      "ldrd r2, r3, %[y]\n ldr r4, %[last_y]\n"
      "strb r7, [r2], #1\n strb r10, [r2], #1\n strb r8, [r3], #1\n strb r11, [r3], #1\n"
      "strb r9, [r4], #1\n strb r12, [r4], #1\n strd r2, r3, %[y]\n str r4, %[last_y]\n"
      "ldr r0, %[end]\n cmp r2, r0\n bne 1b\n"
      : [w] "+r"(weights), [bias] "+m"(pairs.bias), [rescale] "+m"(pairs.rescale), [y] "+m"(y), [last_y] "+m"(last_y)
      : [end] "m"(end), [x] "m"(x), [sums] "m"(sums), [last_sum] "m"(last_sum), [offset] "m"(offset)
      : "r0", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11", "r12", "lr", "cc", "memory");
}

#undef NACRE_VECTORS
#undef NACRE_WORD
#undef NACRE_QUAD
#undef NACRE_RESCALE

#else

inline void compute_usual(const Pixels& pixels, ChannelPairs pairs) { compute_any(pixels, pairs); }

#endif

}  // namespace nacre::dsp
