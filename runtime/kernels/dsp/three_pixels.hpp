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
  std::uint32_t quads;
  std::int8_t* y[3];
  std::int32_t offset;  ///< 2 zero_point + 1
};

/// Pairs of output channels: their weights as words (products.hpp), biases and factors.
struct ChannelPairs {
  const std::uint32_t* weights;
  const std::int32_t* bias;
  const Factors* factors;
  std::uint32_t count;
};

/// Computes channels of three pixels in plain C++, whatever their factors.
[[gnu::noinline]] inline void compute_any(const Pixels& pixels, ChannelPairs pairs) {
  for (unsigned channel = 0; pairs.count > 0; --pairs.count, channel += 2, pairs.bias += 2, pairs.factors += 2) {
    for (unsigned i = 0; i < 3; ++i) {
      auto a = static_cast<std::uint32_t>(pairs.bias[0]), both = a;
      for (std::uint32_t word = 0; word < 2 * pixels.quads; ++word) {
        const std::uint32_t x = pixels.words[3 * word + i], weights = pairs.weights[word];
        both = multiply_accumulate(x, weights, both), a = multiply_accumulate(x, even_bytes(weights), a);
      }
      const auto b = static_cast<std::uint32_t>(pairs.bias[1]) +
                     static_cast<std::uint32_t>(static_cast<std::int32_t>(both - a) >> 8);
      pixels.y[i][channel] = pairs.factors[0].rescaled_anyhow(a, pixels.offset);
      pixels.y[i][channel + 1] = pairs.factors[1].rescaled_anyhow(b, pixels.offset);
    }
    pairs.weights += 2 * pixels.quads;
  }
}

/// The same where they are usual.
#if NACRE_DSP

#define NACRE_VECTORS(a, b, c, word) \
  "smlad " a ", r4, " word ", " a "\n smlad " b ", r5, " word ", " b "\n smlad " c ", r6, " word ", " c "\n"
#define NACRE_WORD(word) \
  "ldm r0!, {r4, r5, r6}\n" NACRE_VECTORS("r7", "r8", "r9", word) \
  "sxtb16 " word ", " word "\n" NACRE_VECTORS("r10", "r11", "r12", word)
#define NACRE_QUAD "ldrd r3, lr, [r1], #8\n" NACRE_WORD("r3") NACRE_WORD("lr")
#define NACRE_RESCALE(sum, twice, bits) \
  "smmlar " sum ", " sum ", " twice ", " sum "\n add " sum ", " sum ", " sum ", asr #31\n" \
  "asr " sum ", " sum ", " bits "\n qadd " sum ", " sum ", r6\n ssat " sum ", #8, " sum ", asr #1\n"

[[gnu::noinline]] inline void compute_usual(const Pixels& pixels, ChannelPairs pairs) {
  struct Two {
    std::uintptr_t first, second;
  };
  const auto address = [](const void* pointer) { return reinterpret_cast<std::uintptr_t>(pointer); };
  const Two x{address(pixels.words), pixels.quads};
  const std::int32_t offset = pixels.offset;
  Two y{address(pixels.y[0]), address(pixels.y[1])};
  std::int8_t* last_y = pixels.y[2];
  const std::int8_t* const end = pixels.y[0] + 2 * pairs.count;
  register const std::uint32_t* weights __asm__("r1") = pairs.weights;
  // r10, r11 and r12 are the sums of the first channel; r7, r8 and r9 have 256 times the products of the second, too.
  __asm__ volatile(
      "1: ldr r3, %[bias]\n ldr r7, [r3], #8\n str r3, %[bias]\n ldrd r0, r2, %[x]\n"
      "mov r8, r7\n mov r9, r7\n mov r10, r7\n mov r11, r7\n mov r12, r7\n"
      "subs r2, r2, #4\n blo 3f\n"
      "2:\n" NACRE_QUAD NACRE_QUAD NACRE_QUAD NACRE_QUAD "subs r2, r2, #4\n bhs 2b\n"
      "3: adds r2, r2, #4\n beq 5f\n"
      "4:\n" NACRE_QUAD "subs r2, r2, #1\n bne 4b\n"
      "5: ldr r6, %[bias]\n ldr r6, [r6, #-4]\n sub r7, r7, r10\n sub r8, r8, r11\n sub r9, r9, r12\n"
      "add r7, r6, r7, asr #8\n add r8, r6, r8, asr #8\n add r9, r6, r9, asr #8\n"
      "ldr r0, %[factors]\n ldm r0!, {r2, r3, r4, r5}\n str r0, %[factors]\n ldr r6, %[offset]\n"
      NACRE_RESCALE("r10", "r2", "r3") NACRE_RESCALE("r11", "r2", "r3") NACRE_RESCALE("r12", "r2", "r3")
      NACRE_RESCALE("r7", "r4", "r5") NACRE_RESCALE("r8", "r4", "r5") NACRE_RESCALE("r9", "r4", "r5")
      // The last pixel may be there twice: each of them writes the same.
      "ldrd r2, r3, %[y]\n ldr r4, %[last_y]\n"
      "strb r10, [r2], #1\n strb r7, [r2], #1\n strb r11, [r3], #1\n strb r8, [r3], #1\n"
      "strb r12, [r4], #1\n strb r9, [r4], #1\n strd r2, r3, %[y]\n str r4, %[last_y]\n"
      "ldr r0, %[end]\n cmp r2, r0\n bne 1b\n"
      : [w] "+r"(weights), [bias] "+m"(pairs.bias), [factors] "+m"(pairs.factors), [y] "+m"(y), [last_y] "+m"(last_y)
      : [end] "m"(end), [x] "m"(x), [offset] "m"(offset)
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
