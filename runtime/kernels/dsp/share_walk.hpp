#pragma once

#if defined(__thumb2__)

#include <cstddef>
#include <cstdint>

#include "runtime/kernels/packed_trees.hpp"

namespace nacre::dsp {

/// Trees of one group and one step whose leaves are one share of 2^-31 each: what their walk reads, in the order in
/// which it fills registers. A compiler has not registers enough for it. Elements are numbered as the group's entries.
struct ShareWalk {
  std::uint32_t one;
  const std::uint8_t* slots;
  const std::uint32_t* thresholds;
  const std::uint16_t *exits, *lasts, *rows;
  const std::uint32_t *leaves, *keys;
  std::uint32_t root;       ///< of the next tree
  std::uint32_t low, high;  ///< of the sum
  std::uint32_t end;        ///< of the roots
};
static_assert(offsetof(ShareWalk, low) == 36 && offsetof(ShareWalk, end) == 44);

// r0 i; r1 1; r2 slots, r3 thresholds, r4 exits, r5 lasts, r6 rows, r7 leaves, r8 keys; r9 root; r10, r11 the sum.
#define NACRE_ANSWER "ldr r12, [r8, r12, lsl #2]\n\tcmp r12, lr\n\t"
#define NACRE_ASK(entry) "ldrb r12, [r2, " entry "]\n\tldr lr, [r3, " entry ", lsl #2]\n\t"
#define NACRE_TREE                                                                                    \
  NACRE_ASK("r9") NACRE_ANSWER "adc r0, r9, r9\n\t"                                                  \
  ".rept %c1 - 1\n\t" NACRE_ASK("r0") NACRE_ANSWER "adcs r0, r0\n\t.endr\n\t"                       \
  "ldrh r0, [r4, r0, lsl #1]\n\tadd r9, #1\n\t"                                                     \
  NACRE_ASK("r0") "ldrh r0, [r5, r0, lsl #1]\n\t" NACRE_ANSWER "adc r0, r0, #0\n\t"                 \
  NACRE_ASK("r0") NACRE_ANSWER "adcs r0, r0\n\t"                                                     \
  "ldrh r0, [r6, r0, lsl #1]\n\tldr r0, [r7, r0, lsl #2]\n\tumlal r10, r11, r0, r1\n\t"

/// Adds the leaves that the trees lead to.
template <unsigned levels>
[[gnu::noinline]] void add_shares(ShareWalk* walk) {
  register ShareWalk* r0 asm("r0") = walk;
  asm volatile(
      "push {r4-r11, lr}\n\t"
      "ldr r12, [r0, #44]\n\t"
      "push {r0, r12}\n\t"  // the walk, and the end
      "ldm r0, {r1-r11}\n\t"
      "subs r12, r9\n\t"
      "ands r12, #3\n\t"  // of four trees a turn, those of the first
      "beq 1f\n\t"
      "cmp r12, #2\n\t"
      "bhi 2f\n\t"
      "beq 3f\n\t"
      "b 4f\n"
      "1:\n\t" NACRE_TREE "\n"
      "2:\n\t" NACRE_TREE "\n"
      "3:\n\t" NACRE_TREE "\n"
      "4:\n\t" NACRE_TREE
      "ldr r12, [sp, #4]\n\t"
      "cmp r9, r12\n\t"
      "bne 1b\n\t"
      "pop {r0, r2}\n\t"
      "strd r10, r11, [r0, #36]\n\t"
      "pop {r4-r11, lr}"
      : "+r"(r0)
      : "i"(levels)
      : "r1", "r2", "r3", "r12", "cc", "memory");
}

#undef NACRE_TREE
#undef NACRE_ASK
#undef NACRE_ANSWER

constexpr unsigned kFewestLevels = 4, kMostLevels = 7;  ///< for which there is a walk

/// The same, of levels for which there is one.
inline void add_shares_of(unsigned levels, ShareWalk* walk) {
  switch (levels) {
    case 4: return add_shares<4>(walk);
    case 5: return add_shares<5>(walk);
    case 6: return add_shares<6>(walk);
    default: return add_shares<kMostLevels>(walk);
  }
}

}  // namespace nacre::dsp

#endif
