#pragma once

#include <cstdint>

#include "runtime/kernels/dsp/rescale.hpp"
#include "runtime/kernels/dsp/simd.hpp"
#include "runtime/kernels/window.hpp"

namespace nacre::dsp {

// A depthwise convolution of 3 x 3 taps that moves by one: two output rows at a time. They read four input rows, P of
// which are the upper two and Q the lower, as lanes of a word for each column and channel. With the taps u = (w0, w1)
// and v = (w1, w2) of a column, the upper output is P u + Q[0] v[1], the lower one P[1] u[0] + Q v: four
// multiplications for six products.

/// Four channels of an image. Two planes for two channels each: of each column P, P, Q, Q.
class RowsOfFour {
 public:
  RowsOfFour(const Window& window, std::int8_t zero_point, std::uint32_t* words)
      : window_(window), zero_point_(zero_point), words_(words), columns_(window.output_width() + 2),
        left_(static_cast<std::uint32_t>(-window.column(0, 0))),
        inside_(window.width() < columns_ - left_ ? window.width() : columns_ - left_) {}

  /// Words of plane 0 or 1.
  const std::uint32_t* plane(unsigned index) const { return words_ + index * 4 * columns_; }

  /// Writes the columns of the padding: they stay as they are for all images.
  void begin() {
    const std::uint32_t both = both_lanes(zero_point_);
    for (unsigned index = 0; index < 2; ++index)
      for (std::uint32_t column = 0; column < columns_; ++column) {
        if (column == left_) column += inside_;
        if (column == columns_) break;
        for (unsigned i = 0; i < 4; ++i) words_[(index * columns_ + column) * 4 + i] = both;
      }
  }

  /// What was Q becomes P, and the rows `upper` and `upper` + 1 become Q.
  [[gnu::noinline]] void move_on(const std::int8_t* image, std::int32_t upper) {
    const std::int8_t outside[] = {zero_point_, zero_point_, zero_point_, zero_point_};
    const std::uint32_t channels = window_.channels(), row_size = window_.width() * channels;
    const bool has_upper = window_.has_row(upper), has_lower = window_.has_row(upper + 1);
    const std::int8_t* a = has_upper ? image + static_cast<std::uint32_t>(upper) * row_size : outside;
    const std::int8_t* b = has_lower ? image + static_cast<std::uint32_t>(upper + 1) * row_size : outside;
    const std::uint32_t a_step = has_upper ? channels : 0, b_step = has_lower ? channels : 0;
    std::uint32_t *first = words_ + 4 * left_, *second = first + 4 * columns_;
    for (const std::uint32_t* const end = first + 4 * inside_; first != end; a += a_step, b += b_step) {
      const std::uint32_t above = load_word(a), below = load_word(b);
      const std::uint32_t low = low_halves(above, below), high = high_halves(above, below);
      first = move_column(first, even_bytes(low), odd_bytes(low));
      second = move_column(second, even_bytes(high), odd_bytes(high));
    }
  }

 private:
  /// Words 2 and 3 move to 0 and 1, and others take their place. Returns where the next column lies.
  static std::uint32_t* move_column(std::uint32_t* column, std::uint32_t first, std::uint32_t second) {
#if NACRE_DSP
    register std::uint32_t r2 __asm__("r2") = first, r3 __asm__("r3") = second;
    __asm__ volatile("ldrd r0, r1, [%0, #8]\n stm %0!, {r0, r1, r2, r3}" : "+r"(column) : "r"(r2), "r"(r3)
                     : "r0", "r1", "memory");
    return column;
#else
    column[0] = column[2], column[1] = column[3], column[2] = first, column[3] = second;
    return column + 4;
#endif
  }

  const Window& window_;
  const std::int8_t zero_point_;
  std::uint32_t* const words_;
  const std::uint32_t columns_, left_, inside_;  ///< columns: all, of the padding on the left, and of the image
};

/// The taps of four channels: of each plane and column u, v of its first channel, then u, v of the second.
inline const std::uint32_t* unpack_three_by_three(const std::uint32_t* packed, std::uint32_t* to) {
  for (unsigned k = 0; k < 3; ++k)
    for (unsigned plane = 0; plane < 2; ++plane) {
      const std::uint32_t upper = packed[2 * k + plane], lower = packed[6 + k] >> 16 * plane;
      const std::uint32_t u[] = {even_bytes(upper), odd_bytes(upper)};
      const std::uint32_t w2[] = {even_bytes(lower), odd_bytes(lower)};
      std::uint32_t* const taps = to + 12 * plane + 4 * k;
      for (unsigned channel = 0; channel < 2; ++channel)
        taps[2 * channel] = u[channel], taps[2 * channel + 1] = low_halves(u[channel] >> 16, w2[channel]);
    }
  return packed + 9;
}

struct TwoWords {
  std::int32_t first, second;
};

/// What two channels of two output rows are computed from. In words, because a loop has no register left for the
/// address: it lies on the stack, and functions of these are inlined.
struct TwoChannels {
  const std::uint32_t* taps;
  TwoWords bias;
  Factors factors[2];
  TwoWords offset_and_step;   ///< 2 zero_point + 1, and the bytes from one output pixel to the next

  TwoChannels(const std::uint32_t* weights, const std::int32_t* biases, const Factors* of_both, std::int32_t offset,
              std::uint32_t channels)
      : taps(weights), bias{biases[0], biases[1]}, factors{of_both[0], of_both[1]},
        offset_and_step{offset, static_cast<std::int32_t>(channels)} {}
};

/// Where two output rows lie, which may be one: the upper one is written last.
struct TwoOutputRows {
  std::int8_t *upper, *lower;
};

#if NACRE_DSP

#define NACRE_COLUMN \
  "ldm r12!, {r4, r5, r6, r7}\n ldm lr!, {r8, r9, r10, r11}\n" \
  "smlad r0, r4, r8, r0\n smlatb r1, r4, r8, r1\n smlabt r0, r6, r9, r0\n smlad r1, r6, r9, r1\n" \
  "smlad r2, r5, r10, r2\n smlatb r3, r5, r10, r3\n smlabt r2, r7, r11, r2\n smlad r3, r7, r11, r3\n"
#define NACRE_RESCALE(sum, twice, bits) \
  "smmlar " sum ", " sum ", " twice ", " sum "\n add " sum ", " sum ", " sum ", asr #31\n" \
  "asr " sum ", " sum ", " bits "\n qadd " sum ", " sum ", r8\n ssat " sum ", #8, " sum ", asr #1\n"

[[gnu::always_inline]] inline void compute_two_rows(const TwoChannels& c, const std::uint32_t* x, TwoOutputRows y,
                                                    std::uint32_t pixels) {
  const std::uint32_t* const end = x + 4 * pixels;
  __asm__ volatile(
      "ldr r12, %[x]\n"
      "1: ldr lr, %[taps]\n ldrd r0, r2, %[bias]\n mov r1, r0\n mov r3, r2\n"
      NACRE_COLUMN NACRE_COLUMN NACRE_COLUMN
      "sub r12, r12, #32\n"
      "ldrd r4, r5, %[f0]\n ldrd r6, r7, %[f1]\n ldrd r8, r9, %[steps]\n ldrd r10, r11, %[y]\n"
      NACRE_RESCALE("r1", "r4", "r5") NACRE_RESCALE("r3", "r6", "r7")
      "strb r1, [r11]\n strb r3, [r11, #1]\n"
      NACRE_RESCALE("r0", "r4", "r5") NACRE_RESCALE("r2", "r6", "r7")
      "strb r0, [r10]\n strb r2, [r10, #1]\n"
      "add r10, r10, r9\n add r11, r11, r9\n strd r10, r11, %[y]\n"
      "ldr r0, %[end]\n cmp r12, r0\n bne 1b\n"
      : [y] "+m"(y)
      : [x] "m"(x), [end] "m"(end), [taps] "m"(c.taps), [bias] "m"(c.bias),
        [f0] "m"(c.factors[0]), [f1] "m"(c.factors[1]),
        [steps] "m"(c.offset_and_step)
      : "r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11", "r12", "lr", "cc", "memory");
}

#undef NACRE_COLUMN
#undef NACRE_RESCALE

#else

inline void compute_two_rows(const TwoChannels& c, const std::uint32_t* from, TwoOutputRows y, std::uint32_t pixels) {
  const auto upper = [](std::uint32_t lanes) { return lanes >> 16; };
  for (std::uint32_t j = 0; j < pixels; ++j, from += 4)
    for (unsigned channel = 0; channel < 2; ++channel) {
      const auto bias = static_cast<std::uint32_t>(channel == 0 ? c.bias.first : c.bias.second);
      std::uint32_t above = bias, below = bias;
      for (std::uint32_t k = 0; k < 3; ++k) {
        const std::uint32_t *x = from + 4 * k + channel, *taps = c.taps + 4 * k + 2 * channel;
        const std::uint32_t p = x[0], q = x[2], u = taps[0], v = taps[1];
        above = multiply_accumulate(q & 0xffff, upper(v), multiply_accumulate(p, u, above));
        below = multiply_accumulate(q, v, multiply_accumulate(upper(p), u & 0xffff, below));
      }
      const Factors& factors = c.factors[channel];
      const std::uint32_t at = j * static_cast<std::uint32_t>(c.offset_and_step.second) + channel;
      y.lower[at] = factors.rescaled(below, c.offset_and_step.first);
      y.upper[at] = factors.rescaled(above, c.offset_and_step.first);
    }
}

#endif

}  // namespace nacre::dsp
