#pragma once

#include <arm_mve.h>

#include <cstdint>

#include "runtime/kernels/mve/blocks.hpp"
#include "runtime/kernels/mve/outputs.hpp"
#include "runtime/kernels/window.hpp"

namespace nacre::mve {

// Windows that are three columns wide, of images with 16, 32 or 64 channels: up to four of them side by side overlap
// in six or seven columns. These stay in registers, for 16 channels of one row, while the weights of a block of outputs
// pass by. So an element is loaded once for all windows and outputs, and nothing is collected.

/// Whether the windows of a layer are computed in this way.
inline bool has_three_columns(const Window& window) {
  const std::uint32_t channels = window.channels();
  return window.kernel_w == 3 && window.dilation_w() == 1 && window.stride_w() <= 2 &&
         (channels == 16 || channels == 32 || channels == 64);
}

/// Adds the products of twice `twos` outputs with what lies under kStride == 1 ? 4 : 3 windows, of which the first
/// begins with the first column. `weights` is the middle one of three columns of the first output, each kChannels bytes
/// wide.
template <unsigned kStride, int kChannels>
void add_columns(const int8x16_t (&columns)[7], const std::int8_t* weights, std::uint32_t step, std::uint32_t twos,
                 std::int32_t* sums) {
  register std::uint32_t left __asm__("lr") = twos;
#define NACRE_FOUR(w, x0, x1, x2, x3) \
  "vmladava.s8 r0, %q[" x0 "], " w "\n vmladava.s8 r2, %q[" x1 "], " w "\n vmladava.s8 r4, %q[" x2 "], " w "\n" \
  "vmladava.s8 r6, %q[" x3 "], " w "\n"
#define NACRE_OUTPUT_OF_FOUR \
  "ldm %[sums], {r0, r2, r4, r6}\n vldrb.8 q7, [%[weights], %[before]]\n" NACRE_FOUR("q7", "c0", "c1", "c2", "c3") \
  "vldrb.8 q6, [%[weights]]\n" NACRE_FOUR("q6", "c1", "c2", "c3", "c4") \
  "vldrb.8 q7, [%[weights], %[behind]]\n" NACRE_FOUR("q7", "c2", "c3", "c4", "c5") \
  "add %[weights], %[weights], %[step]\n stm %[sums]!, {r0, r2, r4, r6}\n"
#define NACRE_THREE(x0, x1, x2) \
  "vmladava.s8 r0, %q[" x0 "], q7\n vmladava.s8 r2, %q[" x1 "], q7\n vmladava.s8 r4, %q[" x2 "], q7\n"
#define NACRE_OUTPUT_OF_THREE \
  "ldm %[sums], {r0, r2, r4}\n vldrb.8 q7, [%[weights], %[before]]\n" NACRE_THREE("c0", "c2", "c4") \
  "vldrb.8 q7, [%[weights]]\n" NACRE_THREE("c1", "c3", "c5") \
  "vldrb.8 q7, [%[weights], %[behind]]\n" NACRE_THREE("c2", "c4", "c6") \
  "add %[weights], %[weights], %[step]\n stm %[sums]!, {r0, r2, r4}\n"
  if constexpr (kStride == 1)
    __asm__ volatile("dls lr, lr\n 1: " NACRE_OUTPUT_OF_FOUR NACRE_OUTPUT_OF_FOUR "le lr, 1b\n"
                     : [weights] "+r"(weights), [sums] "+r"(sums), "+r"(left)
                     : [c0] "w"(columns[0]), [c1] "w"(columns[1]), [c2] "w"(columns[2]), [c3] "w"(columns[3]),
                       [c4] "w"(columns[4]), [c5] "w"(columns[5]), [step] "r"(step), [before] "i"(-kChannels),
                       [behind] "i"(kChannels)
                     : "r0", "r2", "r4", "r6", "memory", "q6", "q7");
  else
    __asm__ volatile("dls lr, lr\n 1: " NACRE_OUTPUT_OF_THREE NACRE_OUTPUT_OF_THREE "le lr, 1b\n"
                     : [weights] "+r"(weights), [sums] "+r"(sums), "+r"(left)
                     : [c0] "w"(columns[0]), [c1] "w"(columns[1]), [c2] "w"(columns[2]), [c3] "w"(columns[3]),
                       [c4] "w"(columns[4]), [c5] "w"(columns[5]), [c6] "w"(columns[6]), [step] "r"(step),
                       [before] "i"(-kChannels), [behind] "i"(kChannels)
                     : "r0", "r2", "r4", "memory", "q7");
#undef NACRE_FOUR
#undef NACRE_OUTPUT_OF_FOUR
#undef NACRE_THREE
#undef NACRE_OUTPUT_OF_THREE
}

/// A layer of windows that are three columns wide and move by kStride.
template <unsigned kStride>
class ThreeColumns {
 public:
  ThreeColumns(const Window& window, const Matrix& matrix, std::int8_t zero_point)
      : window_(window), weights_(matrix.rows.weights), bias_(matrix.rows.bias), pairs_(matrix.pairs),
        outputs_(matrix.outputs), zero_point_(zero_point) {}

  void compute(const std::int8_t* x, std::int8_t* y) {
    for (std::uint32_t n = 0; n < window_.batch(); ++n, x += window_.image_size())
      for (std::uint32_t i = 0; i < window_.output_height(); ++i)
        for (std::uint32_t j = 0; j < window_.output_width(); j += kWindows) {
          const std::uint32_t left = window_.output_width() - j, windows = left < kWindows ? left : kWindows;
          compute_windows(x, i, window_.column(j, 0), windows, y);
          y += windows * outputs_;
        }
  }

 private:
  static constexpr unsigned kWindows = kStride == 1 ? 4 : 3, kColumns = kStride == 1 ? 6 : 7;
  static constexpr std::uint32_t kOutputs = 24;

  void compute_windows(const std::int8_t* x, std::uint32_t i, std::int32_t column, std::uint32_t windows,
                       std::int8_t* y) {
    const std::uint32_t channels = window_.channels(), height = window_.height(), kernel_h = window_.kernel_h,
                        row_bytes = window_.width() * channels, line = 3 * channels, step = kernel_h * line;
    const std::int32_t row = window_.row(i, 0), dilation = window_.dilation_h();
    const std::uintptr_t start = reinterpret_cast<std::uintptr_t>(x) + static_cast<std::uint32_t>(row) * row_bytes +
                                 static_cast<std::uint32_t>(column) * channels;
    for (std::uint32_t first = 0; first < outputs_; first += kOutputs) {
      const std::uint32_t count = outputs_ - first < kOutputs ? outputs_ - first : kOutputs;
      begin_with_bias<kWindows>(block_, bias_ + first, count);
      const std::int8_t* weights = weights_ + channels + first * step;  // the middle column
      std::uintptr_t from = start;
      auto at_row = static_cast<std::uint32_t>(row);
      for (std::uint32_t h = kernel_h; h > 0; --h, weights += line) {
        add_row(from, static_cast<std::uint32_t>(column), at_row < height ? window_.width() : 0, weights, step, count);
        at_row += static_cast<std::uint32_t>(dilation), from += static_cast<std::uint32_t>(dilation) * row_bytes;
      }
      rescale_block(block_, pairs_, first, count, windows, y + first, outputs_);
    }
  }

  /// One row of the windows: its columns lie from address `x` on, where they are inside of the image, whose row is
  /// `width` columns wide.
  void add_row(std::uintptr_t x, std::uint32_t column, std::uint32_t width, const std::int8_t* weights,
               std::uint32_t step, std::uint32_t count) {
    const std::uint32_t channels = window_.channels();
    const bool all_inside = column < width && width - column >= kColumns;
    for (std::uint32_t left = channels / 16; left > 0; --left, x += 16, weights += 16) {
      int8x16_t columns[7];
      std::uintptr_t at = x;
      const auto read = [&at] { return vldrbq_s8(reinterpret_cast<const std::int8_t*>(at)); };
      if (all_inside) {
#pragma GCC unroll 7
        for (unsigned k = 0; k < kColumns; ++k, at += channels)
          columns[k] = read();
      } else {
#pragma GCC unroll 7
        for (unsigned k = 0; k < kColumns; ++k, at += channels)
          columns[k] = column + k < width ? read() : vdupq_n_s8(zero_point_);
      }
      if (channels == 16) add_columns<kStride, 16>(columns, weights, step, count / 2, block_.sums);
      else if (channels == 32) add_columns<kStride, 32>(columns, weights, step, count / 2, block_.sums);
      else add_columns<kStride, 64>(columns, weights, step, count / 2, block_.sums);
    }
  }

  const Window& window_;
  const std::int8_t* const weights_;
  const std::int32_t* const bias_;
  const Pairs& pairs_;
  const std::uint32_t outputs_;
  const std::int8_t zero_point_;
  Block block_{kWindows, 1};
};

/// Its sums lie on the stack of this function, which ends before others begin.
template <unsigned kStride>
[[gnu::noinline]] void compute_three_columns(const Window& window, const Matrix& matrix, std::int8_t zero_point,
                                             const std::int8_t* x, std::int8_t* y) {
  ThreeColumns<kStride>(window, matrix, zero_point).compute(x, y);
}

}  // namespace nacre::mve
