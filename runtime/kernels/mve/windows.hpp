#pragma once

#include <arm_mve.h>

#include <cstdint>

#include "runtime/kernels/window.hpp"

namespace nacre::mve {

/// Collects what lies under windows.
class Windows {
 public:
  Windows(const Window& window, std::int32_t zero_point)
      : window_(window), zero_point_(vdupq_n_s8(static_cast<std::int8_t>(zero_point))),
        row_step_(window.width() * window.channels() * static_cast<std::uint32_t>(window.dilation_h())),
        line_(window.kernel_w * window.channels()) {
    const auto last_h = static_cast<std::int32_t>(window.kernel_h - 1) * window.dilation_h(),
               last_w = static_cast<std::int32_t>(window.kernel_w - 1);
    end_h_ = static_cast<std::int32_t>(window.height()) - last_h;
    end_w_ = window.dilation_w() == 1 ? static_cast<std::int32_t>(window.width()) - last_w : 0;
  }

  /// Writes the elements under the window at (row, column) of an image, where `from` lies.
  void write(std::int8_t* to, const std::int8_t* from, std::int32_t row, std::int32_t column) const {
    if (row >= 0 && row < end_h_ && column >= 0 && column < end_w_) copy(to, from, window_.kernel_h, line_);
    else write_at_edge(to, from, row, column);
  }

 private:
  /// Taps of one axis, from `first` up to `end`, that lie inside: those at place + tap * dilation below `length`.
  struct Inside {
    std::uint32_t first, end;

    Inside(std::int32_t place, std::uint32_t taps, std::int32_t dilation, std::uint32_t length) {
      const auto before = [&](std::int32_t distance) -> std::uint32_t {  // taps before it
        if (distance <= 0) return 0;
        const std::uint32_t count = dilation == 1 ? static_cast<std::uint32_t>(distance)
                                                  : static_cast<std::uint32_t>((distance - 1) / dilation + 1);
        return count < taps ? count : taps;
      };
      first = before(-place), end = before(static_cast<std::int32_t>(length) - place);
    }
  };

  /// `rows` lines of `count` bytes of an image into a window.
  void copy(std::int8_t* to, const std::int8_t* from, std::uint32_t rows, std::uint32_t count) const {
    const std::uint32_t rounded = (count + 15) / 16 * 16, from_step = row_step_ - rounded, to_step = line_ - rounded;
    __asm__ volatile(
        "1: dlstp.8 lr, %[count]\n"
        "2: vldrb.8 q0, [%[from]], #16\n vstrb.8 q0, [%[to]], #16\n letp lr, 2b\n"
        "subs %[rows], %[rows], #1\n add %[from], %[from], %[from_step]\n add %[to], %[to], %[to_step]\n bne 1b\n"
        : [from] "+r"(from), [to] "+r"(to), [rows] "+r"(rows)
        : [count] "r"(count), [from_step] "r"(from_step), [to_step] "r"(to_step)
        : "lr", "cc", "memory", "q0");
  }

  [[gnu::noinline]] void write_at_edge(std::int8_t* to, const std::int8_t* from, std::int32_t row,
                                       std::int32_t column) const {
    std::int8_t* at = to;
    register std::uint32_t left __asm__("lr") = (line_ * window_.kernel_h + 15) / 16;  // the workspace is as long
    __asm__ volatile("dls lr, lr\n 1: vstrb.8 %q[byte], [%[at]], #16\n le lr, 1b\n"
                     : [at] "+r"(at), "+r"(left)
                     : [byte] "w"(zero_point_)
                     : "memory");
    const Inside rows(row, window_.kernel_h, window_.dilation_h(), window_.height());
    const Inside columns(column, window_.kernel_w, window_.dilation_w(), window_.width());
    if (rows.first >= rows.end || columns.first >= columns.end) return;
    const std::uint32_t channels = window_.channels(), count = columns.end - columns.first;
    const std::uint32_t column_step = channels * static_cast<std::uint32_t>(window_.dilation_w());
    to += rows.first * line_ + columns.first * channels;
    from += rows.first * row_step_ + columns.first * column_step;
    if (window_.dilation_w() == 1) return copy(to, from, rows.end - rows.first, count * channels);
    for (std::uint32_t k = 0; k < count; ++k, to += channels, from += column_step)
      copy(to, from, rows.end - rows.first, channels);
  }

  const Window& window_;
  int8x16_t zero_point_;
  std::uint32_t row_step_, line_;  ///< bytes from one row of a window to the next, in the image and when collected
  std::int32_t end_h_, end_w_;     ///< windows that begin before these lie in the image, without gaps
};

}  // namespace nacre::mve
