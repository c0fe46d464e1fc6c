#pragma once

#include <cstdint>

#include "runtime/kernels/dsp/simd.hpp"
#include "runtime/kernels/window.hpp"

namespace nacre::dsp {

/// Elements of `count` columns of a row from `column` on: in the padding before the image, in it, and behind it.
struct Run {
  std::uint32_t before, first, inside, behind;

  Run(const Window& window, std::int32_t column, std::uint32_t count) {
    const auto width = static_cast<std::int32_t>(window.width()), end = column + static_cast<std::int32_t>(count);
    const std::int32_t from = column < 0 ? (end < 0 ? end : 0) : column, to = end < width ? end : width;
    const std::uint32_t depth = window.channels();
    first = static_cast<std::uint32_t>(from) * depth;
    before = static_cast<std::uint32_t>(from - column) * depth;
    inside = from < to ? static_cast<std::uint32_t>(to - from) * depth : 0;
    behind = count * depth - before - inside;
  }
};

/// Writes bytes as lanes of words: one of three vectors that lie side by side.
struct Lanes {
  std::uint32_t* to;
  std::uint32_t sum;

  /// `count` bytes, a multiple of 4.
  void add(const std::int8_t* x, std::uint32_t count) {
#pragma GCC unroll 4
    for (; count > 0; count -= 4, x += 4, to += 6) {
      const std::uint32_t word = load_word(x);
      to[0] = even_bytes(word), to[3] = odd_bytes(word);
      sum = sum_of_bytes(word, sum);
    }
  }
  void pad(std::int32_t zero_point, std::uint32_t count) {
    sum += static_cast<std::uint32_t>(zero_point) * count;
    for (const std::uint32_t both = both_lanes(zero_point); count > 0; count -= 4, to += 6) to[0] = to[3] = both;
  }
};

/// Collects bytes.
struct Bytes {
  std::int8_t* to;

  void add(const std::int8_t* x, std::uint32_t count) {
    for (; count >= 4; count -= 4, x += 4, to += 4) __builtin_memcpy(to, x, 4);
    for (; count > 0; --count) *to++ = *x++;
  }
  void pad(std::int32_t zero_point, std::uint32_t count) {
    const auto byte = static_cast<std::int8_t>(zero_point);
    const std::int8_t four[] = {byte, byte, byte, byte};
    for (; count >= 4; count -= 4, to += 4) __builtin_memcpy(to, four, 4);
    for (; count > 0; --count) *to++ = byte;
  }
};

/// The elements under a window, as three_pixels.hpp reads them.
class Patch {
 public:
  /// `words` holds the lanes of three windows of 4 `quads` elements, and behind them `quads` words for bytes.
  Patch(const Window& window, std::int32_t zero_point, std::uint32_t* words, std::uint32_t quads)
      : window_(window), zero_point_(zero_point), words_(words), quads_(quads) {}

  /// Whether each window is one pixel of the image, in their order: write_pixel() may be called.
  bool is_pointwise() const {
    return window_.kernel_h == 1 && window_.kernel_w == 1 && window_.stride_h() == 1 && window_.stride_w() == 1 &&
           window_.channels() % 4 == 0 && window_.output_height() == window_.height() &&
           window_.output_width() == window_.width();
  }
  /// Writes vector `index`, of the elements of one pixel. Returns their sum.
  [[gnu::noinline]] std::uint32_t write_pixel(unsigned index, const std::int8_t* pixel) const {
    Lanes lanes{words_ + index, 0};
    lanes.add(pixel, 4 * quads_);
    return lanes.sum;
  }
  /// Writes vector `index` for output pixel (i, j) of `image`. Returns the sum of its elements; what lies behind them
  /// in the last word counts, too.
  [[gnu::noinline]] std::uint32_t write(unsigned index, const std::int8_t* image, std::uint32_t i,
                                        std::uint32_t j) const {
    Lanes lanes{words_ + index, 0};
    if (window_.channels() % 4 == 0) {
      collect(lanes, image, i, j);
    } else {  // runs are no whole words
      auto* const bytes = reinterpret_cast<std::int8_t*>(words_ + 6 * quads_);
      Bytes collected{bytes};
      collect(collected, image, i, j);
      lanes.add(bytes, 4 * quads_);
    }
    return lanes.sum;
  }

 private:
  template <typename To>
  void collect(To& result, const std::int8_t* image, std::uint32_t i, std::uint32_t j) const {
    To to = result;
    const std::uint32_t depth = window_.channels(), row_size = window_.width() * depth;
    const std::int32_t zero_point = zero_point_, height = static_cast<std::int32_t>(window_.height()),
                       step = window_.dilation_h();
    const bool is_dense = window_.dilation_w() == 1;
    const Run first(window_, window_.column(j, 0), is_dense ? window_.kernel_w : 1);
    std::int32_t row = window_.row(i, 0);
    for (std::uint32_t h = window_.kernel_h; h > 0; --h, row += step) {
      if (row < 0 || row >= height) {
        to.pad(zero_point, window_.kernel_w * depth);
        continue;
      }
      const std::int8_t* const x = image + static_cast<std::uint32_t>(row) * row_size;
      add(to, x, first);
      if (!is_dense)
        for (std::uint32_t k = 1; k < window_.kernel_w; ++k) add(to, x, Run(window_, window_.column(j, k), 1));
    }
    result = to;
  }

  template <typename To>
  void add(To& to, const std::int8_t* row, const Run& run) const {
    if (run.before != 0) to.pad(zero_point_, run.before);
    if (run.inside != 0) to.add(row + run.first, run.inside);
    if (run.behind != 0) to.pad(zero_point_, run.behind);
  }

  const Window& window_;
  const std::int32_t zero_point_;
  std::uint32_t* const words_;
  const std::uint32_t quads_;
};

}  // namespace nacre::dsp
