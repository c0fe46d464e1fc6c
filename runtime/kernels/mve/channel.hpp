#pragma once

#include <arm_mve.h>

#include <cstddef>
#include <cstdint>

namespace nacre::mve {

/// Where the weights of one channel lie: at most four rows and columns of a kernel, `channels` apart.
class TapReader {
 public:
  TapReader(std::uint32_t kernel_h, std::uint32_t kernel_w, std::uint32_t channels) {
    std::uint16_t even[8], odd[8];
    for (unsigned i = 0; i < 8; ++i) {
      const unsigned column = i / 2, row = i % 2 * 2;
      even[i] = static_cast<std::uint16_t>((row * kernel_w + column) * channels);
      odd[i] = static_cast<std::uint16_t>(((row + 1) * kernel_w + column) * channels);
      const bool has_column = column < kernel_w;
      if (has_column && row < kernel_h) has_even_ |= static_cast<mve_pred16_t>(3 << 2 * i);
      if (has_column && row + 1 < kernel_h) has_odd_ |= static_cast<mve_pred16_t>(3 << 2 * i);
    }
    even_ = vldrhq_u16(even), odd_ = vldrhq_u16(odd);
  }

  /// The weights by the places of four columns of four rows, for a window at the upper left of them.
  int8x16_t read(const std::int8_t* weights) const {
    const int16x8_t even = vldrbq_gather_offset_z_s16(weights, even_, has_even_);
    const int16x8_t odd = vldrbq_gather_offset_z_s16(weights, odd_, has_odd_);
    return vmovntq_s16(vreinterpretq_s8_s16(even), odd);
  }

 private:
  uint16x8_t even_, odd_;
  mve_pred16_t has_even_ = 0, has_odd_ = 0;
};

constexpr std::uint32_t kChannels = 8;  // computed together

/// What the outputs of some channels are computed from. The loops below read it as it lies here: of each channel its
/// taps, and then, so many bytes behind the end of these, how its sums are rescaled. A kernel of three rows and columns
/// leaves five zeros at the end of the taps: they stand before those of the next channel, too, which are read from one,
/// four and five bytes before on for windows that lie lower or to the right.
struct Channels {
  struct Scale {
    std::int32_t multiplier, shift, zero_point, bias;
  };

  std::int8_t before[16] = {};
  std::int8_t taps[kChannels][16];
  Scale scales[kChannels];
};
#define NACRE_TO_SCALE "112"
static_assert(offsetof(Channels, scales) - offsetof(Channels, taps) - 16 == 112, "as NACRE_TO_SCALE");

/// How outputs of a row follow each other, in every channel.
struct Outputs {
  uint32x4_t places;   ///< of four outputs from the first, in bytes
  std::uint32_t step;  ///< from four outputs to the next
  std::uint32_t fours;
  std::uint32_t last;  ///< of compute_squares(): one more column; of compute_row(): bytes from one window to the next
};

// Operands lie in registers that are named: a compiler that is to find some for so many gives up.
// Four sums, rescaled (rescale.hpp) and stored.
#define NACRE_LOAD_SCALE "ldrd r3, r5, [r11, #" NACRE_TO_SCALE "]\n ldrd r9, r10, [r11, #" NACRE_TO_SCALE " + 8]\n"
#define NACRE_SIGNS "vshr.s32 q0, q1, #31\n vadd.i32 q1, q1, q0\n"
#define NACRE_STORE_FOUR(signs) \
  "vmov q1[2], q1[0], r0, r4\n vmov q1[3], q1[1], r2, r6\n" \
  "vadd.i32 q1, q1, r10\n vqrdmulh.s32 q1, q1, r3\n" signs \
  "vrshl.s32 q1, r5\n vadd.i32 q1, q1, r9\n vqmovnb.s32 q1, q1\n vqmovnb.s16 q1, q1\n" \
  "vpst\n vstrbt.32 q1, [r8, %q[places]]\n"

/// Channels from the one with the taps at `begin` up to `end` of two output rows, or of one: windows of three rows and
/// columns that move by one, four at a time, 0 and 1 in the first column. The collected rows of a channel lie `x_step`
/// bytes behind those of the one before. Taps are a vector for the first window, moved by a byte for the row below and
/// by a word for the next column.
inline void compute_squares(const std::int8_t* begin, const std::int8_t* end, const Outputs& o, bool has_both,
                            const std::int8_t* from, std::uint32_t x_step, std::int32_t zero_point, std::int8_t* to) {
  constexpr std::uint32_t kAll = 0xffff, kUpper = 0x0f0f, kFirstColumn = 0x00ff;
  const std::uint32_t which = has_both ? kAll : kUpper;
  const struct {
    std::uint32_t which, fours, x_next, y_next;
    const std::int8_t* end;
  } loop{which, o.fours, x_step - 8 * (o.fours + o.last), 1 - o.fours * o.step, end};
  register const std::int8_t* x __asm__("r1") = from;
  register std::int8_t* y __asm__("r8") = to;
  register const std::int8_t* taps __asm__("r11") = begin;
  register std::uint32_t step __asm__("r7") = o.step, last __asm__("r12") = o.last != 0 ? which & kFirstColumn : 0;
  mve_pred16_t changed;
#define NACRE_SQUARE(signs) \
  "vldrb.8 q0, [r1], #8\n vmladav.s8 r0, q0, q4\n vmladav.s8 r2, q0, q5\n vmladav.s8 r4, q0, q6\n" \
  "vmladav.s8 r6, q0, q7\n" NACRE_STORE_FOUR(signs)
#define NACRE_CHANNELS(signs) \
  __asm__ volatile( \
      "0: ldrd r0, lr, %[loop]\n vldrb.8 q5, [r11, #-1]\n vldrb.8 q6, [r11, #-4]\n vldrb.8 q7, [r11, #-5]\n" \
      "vldrb.8 q4, [r11], #16\n vmsr p0, r0\n" NACRE_LOAD_SCALE \
      "wls lr, lr, 2f\n" \
      "1: " NACRE_SQUARE(signs) "add r8, r8, r7\n le lr, 1b\n" \
      "2: cmp r12, #0\n beq 3f\n vmsr p0, r12\n" NACRE_SQUARE(signs) \
      "3: ldrd r0, r2, %[next]\n ldr r4, %[end]\n add r1, r1, r0\n add r8, r8, r2\n cmp r11, r4\n bne 0b\n" \
      : "+r"(x), "+r"(y), "+r"(taps), "=Up"(changed) \
      : "r"(step), "r"(last), [loop] "m"(loop), [next] "m"(loop.x_next), [end] "m"(loop.end), [places] "w"(o.places) \
      : "r0", "r2", "r3", "r4", "r5", "r6", "r9", "r10", "lr", "cc", "memory", "q0", "q1", "q4", "q5", "q6", "q7")
  if (zero_point != INT8_MIN) NACRE_CHANNELS(NACRE_SIGNS);
  else NACRE_CHANNELS("");
#undef NACRE_CHANNELS
#undef NACRE_SQUARE
}

/// The channel with these taps of one output row: windows of at most four rows and columns, of which `some` says which
/// count in each four.
inline void compute_row(const std::int8_t* its_taps, const Outputs& o, std::uint32_t some, const std::int8_t* from,
                        std::int8_t* to) {
#define NACRE_WINDOW(sum) "vldrb.8 q0, [r1]\n add r1, r1, r12\n vmladav.s8 " sum ", q0, q4\n"
  register const std::int8_t* x __asm__("r1") = from;
  register std::int8_t* y __asm__("r8") = to;
  register const std::int8_t* taps __asm__("r11") = its_taps;
  register std::uint32_t step __asm__("r7") = o.step, x_step __asm__("r12") = o.last, which __asm__("r0") = some,
                                left __asm__("lr") = o.fours;
  mve_pred16_t changed;
  __asm__ volatile(
      "vmsr p0, r0\n vldrb.8 q4, [r11], #16\n" NACRE_LOAD_SCALE "dls lr, lr\n"
      "1: " NACRE_WINDOW("r0") NACRE_WINDOW("r2") NACRE_WINDOW("r4") NACRE_WINDOW("r6") NACRE_STORE_FOUR(NACRE_SIGNS)
      "add r8, r8, r7\n le lr, 1b\n"
      : "+r"(x), "+r"(y), "+r"(taps), "+r"(which), "+r"(left), "=Up"(changed)
      : "r"(step), "r"(x_step), [places] "w"(o.places)
      : "r2", "r3", "r4", "r5", "r6", "r9", "r10", "cc", "memory", "q0", "q1", "q4");
#undef NACRE_WINDOW
}

#undef NACRE_STORE_FOUR
#undef NACRE_SIGNS
#undef NACRE_LOAD_SCALE
#undef NACRE_TO_SCALE

}  // namespace nacre::mve
