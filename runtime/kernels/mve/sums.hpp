#pragma once

#include <arm_mve.h>

#include <cstdint>

namespace nacre::mve {

// Sums of products of vectors with rows of weights: VMLADAVA adds 16 products to a general register, and loops end
// under predication, so that neither vectors nor rows are filled up. The loops are written in assembly: no intrinsic
// makes loops of that kind, and a sum needs one of the seven even registers.

constexpr std::uint32_t kRows = 48;  // whose sums lie on the stack, and are rescaled together: so many of each vector

/// Rows of weights and their biases: what is behind the ones already taken.
struct Rows {
  const std::int8_t* weights;
  const std::int32_t* bias;
  std::uint32_t depth;  ///< bytes of a row, at least 1
  std::uint32_t turns;   ///< of 48 bytes, where that divides the depth; else 0
  std::uint32_t excess;  ///< bytes of the last load of a row that are not of this row

  Rows(const std::int8_t* first, const std::int32_t* biases, std::uint32_t bytes)
      : weights(first), bias(biases), depth(bytes), turns(bytes % 48 == 0 ? bytes / 48 : 0), excess(-bytes % 16) {}
};

/// What the loops below read from memory: two vectors, which may be one, the rows' lengths, and where sums end. A loop
/// has no register left for it, so that it lies on the stack, in functions that are inlined.
struct Operands {
  const std::int8_t *first, *second;
  std::uint32_t depth, turns, excess;
  const std::int32_t *end_of_blocks, *end;

  explicit Operands(const Rows& rows) : depth(rows.depth), turns(rows.turns), excess(rows.excess) {}
};

/// The sums of both vectors with rows from the first on, until sums lie up to o.end: those of the first vector from
/// to[0] on, those of the second from to[kRows] on. Three rows at a time up to o.end_of_blocks, then one by one. With
/// kByThrees, where the depth is a multiple of 48, three vectors of a row at a time.
template <bool kByThrees>
[[gnu::always_inline]] inline void add_to_both(const Operands& o, const std::int8_t*& weights,
                                               const std::int32_t*& biases, std::int32_t* to) {
  register const std::int8_t* w __asm__("r5") = weights;
  register const std::int32_t* bias __asm__("r12") = biases;
  register std::int32_t* sums __asm__("r11") = to;
#define NACRE_BEGIN \
  "ldr r3, %[end_of_blocks]\n cmp r11, r3\n beq 3f\n" \
  "1: ldm r12!, {r0, r2, r4}\n ldrd r1, r3, %[x]\n ldrd r9, lr, %[depth]\n" \
  "mov r6, r0\n mov r8, r2\n mov r10, r4\n add r7, r5, r9\n"
#define NACRE_SIXTEEN \
  "vldrb.8 q0, [r1], #16\n vldrb.8 q2, [r5], #16\n vmladava.s8 r0, q0, q2\n" \
  "vldrb.8 q1, [r3], #16\n vmladava.s8 r6, q1, q2\n" \
  "vldrb.8 q3, [r7], #16\n vmladava.s8 r2, q0, q3\n vmladava.s8 r8, q1, q3\n" \
  "vldrb.8 q2, [r9], #16\n vmladava.s8 r4, q0, q2\n vmladava.s8 r10, q1, q2\n"
#define NACRE_STORE "add r1, r11, %[to_second]\n stm r11!, {r0, r2, r4}\n stm r1, {r6, r8, r10}\n"
#define NACRE_END \
  "cmp r11, r3\n bne 1b\n" \
  "3: ldr r4, %[end]\n cmp r11, r4\n beq 6f\n" \
  "4: ldr r0, [r12], #4\n ldrd r1, r3, %[x]\n ldr r9, %[depth]\n mov r2, r0\n dlstp.8 lr, r9\n" \
  "5: vldrb.8 q0, [r1], #16\n vldrb.8 q2, [r5], #16\n vmladava.s8 r0, q0, q2\n" \
  "vldrb.8 q1, [r3], #16\n vmladava.s8 r2, q1, q2\n letp lr, 5b\n" \
  "ldr r1, %[excess]\n str r2, [r11, %[to_second]]\n str r0, [r11], #4\n sub r5, r5, r1\n cmp r11, r4\n bne 4b\n" \
  "6:\n"
#define NACRE_OPERANDS \
  : "+r"(w), "+r"(bias), "+r"(sums) \
  : [x] "m"(o.first), [depth] "m"(o.depth), [excess] "m"(o.excess), [end_of_blocks] "m"(o.end_of_blocks), \
    [end] "m"(o.end), "m"(o.second), "m"(o.turns), [to_second] "i"(4 * kRows) \
  : "r0", "r1", "r2", "r3", "r4", "r6", "r7", "r8", "r9", "r10", "lr", "cc", "memory", "q0", "q1", "q2", "q3"
  if (kByThrees)
    __asm__ volatile(NACRE_BEGIN "dls lr, lr\n add r9, r9, r7\n"
                     "2: " NACRE_SIXTEEN NACRE_SIXTEEN NACRE_SIXTEEN "le lr, 2b\n"
                     "ldr r3, %[end_of_blocks]\n" NACRE_STORE "mov r5, r9\n" NACRE_END NACRE_OPERANDS);
  else
    __asm__ volatile(NACRE_BEGIN "dlstp.8 lr, r9\n add r9, r9, r7\n"
                     "2: " NACRE_SIXTEEN "letp lr, 2b\n"
                     NACRE_STORE "ldrd r1, r3, %[excess]\n sub r5, r9, r1\n" NACRE_END NACRE_OPERANDS);
#undef NACRE_BEGIN
#undef NACRE_SIXTEEN
#undef NACRE_STORE
#undef NACRE_END
#undef NACRE_OPERANDS
  weights = w, biases = bias;
}

/// The same where both vectors are one: four rows at a time up to o.end_of_blocks, which it returns.
[[gnu::always_inline]] inline std::int32_t* add_to_one(const Operands& o, const std::int8_t*& weights,
                                                       const std::int32_t*& biases, std::int32_t* to) {
  register const std::int8_t* w __asm__("r5") = weights;
  register const std::int32_t* bias __asm__("r12") = biases;
  register std::int32_t* sums __asm__("r11") = to;
  __asm__ volatile(
      "1: ldm r12!, {r0, r2, r4, r6}\n ldrd r1, r3, %[second]\n"
      "add r7, r5, r3\n add r8, r7, r3\n add r9, r8, r3\n dlstp.8 lr, r3\n"
      "2: vldrb.8 q0, [r1], #16\n vldrb.8 q1, [r5], #16\n vmladava.s8 r0, q0, q1\n"
      "vldrb.8 q2, [r7], #16\n vmladava.s8 r2, q0, q2\n vldrb.8 q3, [r8], #16\n vmladava.s8 r4, q0, q3\n"
      "vldrb.8 q1, [r9], #16\n vmladava.s8 r6, q0, q1\n letp lr, 2b\n"
      "ldrd r1, r3, %[excess]\n stm r11!, {r0, r2, r4, r6}\n"
      "sub r5, r9, r1\n cmp r11, r3\n bne 1b\n"
      : "+r"(w), "+r"(bias), "+r"(sums)
      : [second] "m"(o.second), [excess] "m"(o.excess), "m"(o.depth), "m"(o.end_of_blocks)
      : "r0", "r1", "r2", "r3", "r4", "r6", "r7", "r8", "r9", "lr", "cc", "memory", "q0", "q1", "q2", "q3");
  weights = w, biases = bias;
  return sums;
}

}  // namespace nacre::mve
