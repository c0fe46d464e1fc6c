#pragma once

#include <cstdint>

#include "runtime/kernels/dsp/simd.hpp"

namespace nacre::dsp {

// Weights of two rows A and B for the inputs 0 and 2, then 1 and 3, of four: bytes A + 128, B, A + 128, B, from the
// lowest. As two lanes the word holds 256 B + (A + 128), and its odd bytes hold B. So two products for each lane give
// B x and 256 B x + A x + 128 x, from which A x follows exactly, modulo 2^32, once the sum of all x is known.
//
// The loops are written in assembly: they need every register, and a compiler that spills one loses a tenth. For the
// same reason functions around them do little else, and are not inlined.

/// Sums of three pairs of rows, A and B each.
struct SixRows {
  std::uint32_t a0, b0, a1, b1, a2, b2;

  /// Adds the products of 4 `quads` inputs, of which 128 times the sum is `sum128`. Three words of
  /// weights are for the inputs 0 and 2 of four, three for 1 and 3. Returns where the next weights lie.
  const std::uint32_t* add(const std::int8_t* x, const std::uint32_t* weights, std::uint32_t quads,
                           std::uint32_t sum128);
};

inline void add_pair(std::uint32_t lanes, std::uint32_t word, std::uint32_t& a, std::uint32_t& b) {
  a = multiply_accumulate(lanes, word, a);
  b = multiply_accumulate(lanes, odd_bytes(word), b);
}

/// Sums of one pair of rows.
struct TwoRows {
  std::uint32_t a, b;

  /// As SixRows::add, with one word of weights where that has three.
  const std::uint32_t* add(const std::int8_t* x, const std::uint32_t* weights, std::uint32_t quads,
                           std::uint32_t sum128) {
    a += (b << 8) - sum128;
    for (; quads > 0; --quads, x += 4, weights += 2) {
      const std::uint32_t word = load_word(x);
      add_pair(even_bytes(word), weights[0], a, b);
      add_pair(odd_bytes(word), weights[1], a, b);
    }
    a -= b << 8;
    return weights;
  }
  /// The same for four inputs, which are given as a word.
  void add_quad(std::uint32_t x, std::uint32_t even, std::uint32_t odd, std::uint32_t sum128) {
    a += (b << 8) - sum128;
    add_pair(even_bytes(x), even, a, b);
    add_pair(odd_bytes(x), odd, a, b);
    a -= b << 8;
  }
};

#if NACRE_DSP

// Named registers, so that nothing is moved from one to another around a loop.
#define NACRE_REGISTERS \
  register std::uint32_t s0 __asm__("r7"), s1 __asm__("r8"), s2 __asm__("r9"), t0 __asm__("r10"), t1 __asm__("r11"), \
      t2 __asm__("r12"); \
  register const std::uint32_t* w __asm__("r1") = weights;
#define NACRE_SUMS [a0] "+r"(s0), [a1] "+r"(s1), [a2] "+r"(s2), [b0] "+r"(t0), [b1] "+r"(t1), [b2] "+r"(t2), [w] "+r"(w)

#define NACRE_PAIR(x, word, i) \
  "smlad %[a" i "], " x ", " word ", %[a" i "]\n sxtb16 " word ", " word ", ror #8\n" \
  "smlad %[b" i "], " x ", " word ", %[b" i "]\n"
#define NACRE_PAIRS(x) \
  "ldm %[w]!, {r4, r5, r6}\n" NACRE_PAIR(x, "r4", "0") NACRE_PAIR(x, "r5", "1") NACRE_PAIR(x, "r6", "2")
#define NACRE_QUAD(x) \
  "sxtb16 lr, " x "\n" NACRE_PAIRS("lr") "sxtb16 " x ", " x ", ror #8\n" NACRE_PAIRS(x)
#define NACRE_TWO_QUADS "ldrd r2, r3, [%[x]], #8\n" NACRE_QUAD("r2") NACRE_QUAD("r3")

[[gnu::always_inline]] inline const std::uint32_t* SixRows::add(const std::int8_t* x, const std::uint32_t* weights,
                                                                std::uint32_t quads, std::uint32_t sum128) {
  NACRE_REGISTERS
  s0 = a0 + (b0 << 8) - sum128, s1 = a1 + (b1 << 8) - sum128, s2 = a2 + (b2 << 8) - sum128, t0 = b0, t1 = b1, t2 = b2;
  register const std::int8_t* from __asm__("r0") = x;
  // Words are read by twos where they lie at multiples of four.
  const bool is_aligned = reinterpret_cast<std::uintptr_t>(x) % 4 == 0;
  const std::int8_t *const end = x + 4 * quads, *const end_of_eights = is_aligned ? x + quads / 8 * 32 : x;
  __asm__ volatile(
      "1: ldr r4, %[eights]\n cmp %[x], r4\n beq 2f\n"
      NACRE_TWO_QUADS NACRE_TWO_QUADS NACRE_TWO_QUADS NACRE_TWO_QUADS "b 1b\n"
      "2: ldr r4, %[end]\n cmp %[x], r4\n beq 3f\n"
      "ldr r2, [%[x]], #4\n" NACRE_QUAD("r2") "b 2b\n"
      "3:\n"
      : NACRE_SUMS, [x] "+r"(from)
      : [eights] "m"(end_of_eights), [end] "m"(end)
      : "r2", "r3", "r4", "r5", "r6", "lr", "cc", "memory");
  a0 = s0 - (t0 << 8), a1 = s1 - (t1 << 8), a2 = s2 - (t2 << 8), b0 = t0, b1 = t1, b2 = t2;
  return w;
}

#undef NACRE_TWO_QUADS
#undef NACRE_QUAD
#undef NACRE_PAIR
#undef NACRE_PAIRS
#undef NACRE_REGISTERS
#undef NACRE_SUMS

#else

[[gnu::always_inline]] inline const std::uint32_t* SixRows::add(const std::int8_t* x, const std::uint32_t* weights,
                                                                std::uint32_t quads, std::uint32_t sum128) {
  a0 += (b0 << 8) - sum128, a1 += (b1 << 8) - sum128, a2 += (b2 << 8) - sum128;
  for (; quads > 0; --quads, x += 4) {
    const std::uint32_t word = load_word(x), lanes[] = {even_bytes(word), odd_bytes(word)};
    for (const std::uint32_t both : lanes) {
      add_pair(both, *weights++, a0, b0);
      add_pair(both, *weights++, a1, b1);
      add_pair(both, *weights++, a2, b2);
    }
  }
  a0 -= b0 << 8, a1 -= b1 << 8, a2 -= b2 << 8;
  return weights;
}

#endif

}  // namespace nacre::dsp
