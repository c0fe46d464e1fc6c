#pragma once

#include <cstdint>

#include "runtime/kernels/dsp/simd.hpp"
#include "runtime/kernels/window.hpp"

namespace nacre::dsp {

/// Two rows of four channels of an image, as a depthwise kernel reads them: for each column four words, one a channel,
/// with the upper row in the lower lane. Columns begin with those of the left padding.
///
/// A kernel of n rows needs p = ceil(n / 2) such strips for each output row. Without dilation the next output rows need
/// most of them again, so 2 p - 1 are kept: one for each row on which a pair may begin. If windows move by one, all of
/// them are there before a row is computed: it may then be written where the image lies.
class Strips {
 public:
  Strips(const Window& window, std::int32_t zero_point, std::uint32_t* words)
      : window_(window), zero_point_(static_cast<std::int8_t>(zero_point)), words_(words),
        columns_((window.output_width() - 1) * window.stride_w() + (window.kernel_w - 1) * dilation(window) + 1),
        pairs_((window.kernel_h + 1) / 2), kept_(2 * pairs_ - 1) {}

  /// Strip `pair` of output row i of `image`, whose first channel is the first of the four. Asked for in order, from
  /// the first row of an image on.
  const std::uint32_t* strip(const std::int8_t* image, std::uint32_t i, std::uint32_t pair) {
    const bool is_dense = window_.dilation_h() == 1;
    const std::uint32_t stride = window_.stride_h(), first = i * stride + 2 * pair;
    std::uint32_t* const words = is_dense ? kept(first) : words_ + pair * columns_ * 4;
    if (is_dense && stride == 1) {
      if (pair == 0) fill_ahead(image, i);
      return words;
    }
    const bool is_there = is_dense && (stride % 2 == 0 ? i >= 1 && pair + stride / 2 < pairs_
                                                       : i >= 2 && pair + stride < pairs_);
    if (!is_there) fill(words, image, window_.row(i, 2 * pair), window_.row(i, 2 * pair + 1));
    return words;
  }

 private:
  std::uint32_t* kept(std::uint32_t first) const { return words_ + first % kept_ * columns_ * 4; }

  /// All that output row i and the next one have in common, and what is only of row i; a single row has no next one.
  void fill_ahead(const std::int8_t* image, std::uint32_t i) {
    const std::uint32_t step = window_.output_height() == 1 ? 2 : 1, end = i + kept_;
    for (std::uint32_t first = i == 0 ? 0 : end - 1; first < end; first += step)
      fill(kept(first), image, window_.row(first, 0), window_.row(first, 1));
  }

  static std::uint32_t dilation(const Window& window) { return static_cast<std::uint32_t>(window.dilation_w()); }

  [[gnu::noinline]] void fill(std::uint32_t* to, const std::int8_t* image, std::int32_t upper, std::int32_t lower) {
    const std::int8_t outside[] = {zero_point_, zero_point_, zero_point_, zero_point_};
    const auto row = [&](std::int32_t index) {
      return window_.has_row(index) ? image + static_cast<std::uint32_t>(index) * window_.width() * window_.channels()
                                    : outside;
    };
    const std::int8_t *a = row(upper), *b = row(lower);
    const std::uint32_t a_step = a == outside ? 0 : window_.channels(), b_step = b == outside ? 0 : window_.channels();
    const auto left = static_cast<std::uint32_t>(-window_.column(0, 0));
    const std::uint32_t begin = left < columns_ ? left : columns_, rest = columns_ - begin;
    to = pad(to, begin);
    const std::uint32_t inside = window_.width() < rest ? window_.width() : rest;
    for (const std::uint32_t* const end = to + 4 * inside; to != end; to += 4, a += a_step, b += b_step) {
      const std::uint32_t above = load_word(a), below = load_word(b);
      const std::uint32_t low = low_halves(above, below), high = high_halves(above, below);
      to[0] = even_bytes(low), to[1] = odd_bytes(low), to[2] = even_bytes(high), to[3] = odd_bytes(high);
    }
    pad(to, rest - inside);
  }

  std::uint32_t* pad(std::uint32_t* to, std::uint32_t columns) const {
    const std::uint32_t both = both_lanes(zero_point_);
    for (; columns > 0; --columns, to += 4) to[0] = to[1] = to[2] = to[3] = both;
    return to;
  }

  const Window& window_;
  const std::int8_t zero_point_;
  std::uint32_t* const words_;
  const std::uint32_t columns_, pairs_, kept_;
};

}  // namespace nacre::dsp
