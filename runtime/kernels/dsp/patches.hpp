#pragma once

#include <cstdint>

#include "runtime/kernels/dsp/simd.hpp"
#include "runtime/kernels/window.hpp"

namespace nacre::dsp {

/// Writes `count` bytes of three vectors, a multiple of 4 and not 0, as lanes of words that lie in turn: bytes 0 and 2
/// of four, then 1 and 3. Returns where the next words go.
inline std::uint32_t* unpack_three(std::uint32_t* to, const std::int8_t* a, const std::int8_t* b, const std::int8_t* c,
                                   std::uint32_t count) {
  const std::int8_t* const end = a + count;
#if NACRE_DSP
  __asm__ volatile(
      "1: ldr r7, [%[a]], #4\n ldr r8, [%[b]], #4\n ldr r9, [%[c]], #4\n"
      "sxtb16 r4, r7\n sxtb16 r5, r8\n sxtb16 r6, r9\n"
      "sxtb16 r7, r7, ror #8\n sxtb16 r8, r8, ror #8\n sxtb16 r9, r9, ror #8\n"
      "stm %[to]!, {r4, r5, r6, r7, r8, r9}\n cmp %[a], %[end]\n bne 1b\n"
      : [to] "+r"(to), [a] "+r"(a), [b] "+r"(b), [c] "+r"(c)
      : [end] "r"(end)
      : "r4", "r5", "r6", "r7", "r8", "r9", "cc", "memory");
#else
  for (; a != end; a += 4, b += 4, c += 4, to += 6) {
    const std::uint32_t words[] = {load_word(a), load_word(b), load_word(c)};
    for (unsigned i = 0; i < 3; ++i) to[i] = even_bytes(words[i]), to[3 + i] = odd_bytes(words[i]);
  }
#endif
  return to;
}

/// The same of one vector, with the words of two others between its own.
inline std::uint32_t* unpack_one(std::uint32_t* to, const std::int8_t* x, std::uint32_t count) {
  const std::int8_t* const end = x + count;
#if NACRE_DSP
  __asm__ volatile(
      "1: ldr r4, [%[x]], #4\n sxtb16 r5, r4\n sxtb16 r4, r4, ror #8\n"
      "str r5, [%[to]], #12\n str r4, [%[to]], #12\n cmp %[x], %[end]\n bne 1b\n"
      : [to] "+r"(to), [x] "+r"(x) : [end] "r"(end) : "r4", "r5", "cc", "memory");
#else
  for (; x != end; x += 4, to += 6) to[0] = even_bytes(load_word(x)), to[3] = odd_bytes(load_word(x));
#endif
  return to;
}

/// Elements of `count` columns of a row from `column` on: how many are in the padding before the image, and in it.
struct Run {
  std::uint32_t before, first, inside;

  Run(const Window& window, std::int32_t column, std::uint32_t count) {
    const auto width = static_cast<std::int32_t>(window.width()), end = column + static_cast<std::int32_t>(count);
    const std::int32_t from = column < 0 ? (end < 0 ? end : 0) : column, to = end < width ? end : width;
    const std::uint32_t depth = window.channels();
    first = static_cast<std::uint32_t>(from) * depth;
    before = static_cast<std::uint32_t>(from - column) * depth;
    inside = from < to ? static_cast<std::uint32_t>(to - from) * depth : 0;
  }
};

/// An output pixel: its row and column, and the image in which its window lies.
struct Pixel {
  const std::int8_t* image;
  std::uint32_t i, j;

  void advance(const Window& window) {
    if (++j < window.output_width()) return;
    j = 0;
    if (++i == window.output_height()) i = 0, image += window.image_size();
  }
};

/// The elements under the windows of three output pixels, as three_pixels.hpp reads them.
class Patches {
 public:
  /// `words` holds the lanes of three windows of 4 `quads` elements, and behind them `quads` words for bytes.
  Patches(const Window& window, std::int8_t zero_point, std::uint32_t* words, std::uint32_t quads)
      : window_(window), zero_point_(zero_point), words_(words), quads_(quads) {}

  /// Whether each window is one pixel of the image, in their order: write_pixels() may be called.
  bool is_pointwise() const {
    return window_.kernel_h == 1 && window_.kernel_w == 1 && window_.stride_h() == 1 && window_.stride_w() == 1 &&
           window_.row(0, 0) == 0 && window_.column(0, 0) == 0 && window_.channels() % 4 == 0 &&
           window_.output_width() == window_.width() &&
           (window_.output_height() == window_.height() || window_.batch() == 1);
  }
  /// Writes the elements of three pixels of the image.
  [[gnu::noinline]] void write_pixels(const std::int8_t* a, const std::int8_t* b, const std::int8_t* c) const {
    (void)unpack_three(words_, a, b, c, 4 * quads_);
  }

  /// Writes the windows of these output pixels.
  [[gnu::noinline]] void write(const Pixel (&pixels)[3]) const {
    const std::uint32_t run = window_.kernel_w * window_.channels();
    const std::int8_t *const a = begin_of(pixels[0]), *const b = begin_of(pixels[1]), *const c = begin_of(pixels[2]);
    // Runs of whole words inside the image go the short way.
    if (window_.channels() % 4 == 0 && window_.dilation_w() == 1 && a != nullptr && b != nullptr && c != nullptr) {
      std::uint32_t *to = words_, at = 0;
      for (std::uint32_t h = window_.kernel_h; h > 0; --h, at += row_step())
        to = unpack_three(to, a + at, b + at, c + at, run);
      return;
    }
    for (unsigned i = 0; i < 3; ++i) write_one(i, pixels[i]);
  }

 private:
  /// Where the window of an output pixel begins; null where it does not lie inside the image.
  const std::int8_t* begin_of(const Pixel& pixel) const {
    const std::int32_t row = window_.row(pixel.i, 0), column = window_.column(pixel.j, 0);
    const bool is_inside = row >= 0 && column >= 0 && window_.has_row(window_.row(pixel.i, window_.kernel_h - 1)) &&
                           window_.has_column(window_.column(pixel.j, window_.kernel_w - 1));
    return is_inside ? element(pixel.image, row, column) : nullptr;
  }
  /// Elements from one row of a window to the next.
  std::uint32_t row_step() const {
    return window_.width() * window_.channels() * static_cast<std::uint32_t>(window_.dilation_h());
  }
  const std::int8_t* element(const std::int8_t* image, std::int32_t row, std::int32_t column) const {
    return image + (static_cast<std::uint32_t>(row) * window_.width() + static_cast<std::uint32_t>(column)) *
                       window_.channels();
  }

  /// Writes vector `index`.
  [[gnu::noinline]] void write_one(unsigned index, const Pixel& pixel) const {
    auto* const bytes = reinterpret_cast<std::int8_t*>(words_ + 6 * quads_);
    std::uint32_t* words = words_ + index;
    const std::int8_t* x = begin_of(pixel);
    if (x == nullptr || window_.dilation_w() != 1) {
      collect_by_runs(bytes, pixel);
    } else {
      const std::uint32_t run = window_.kernel_w * window_.channels();
      std::int8_t* to = bytes;
      for (std::uint32_t h = window_.kernel_h; h > 0; --h, x += row_step()) {
        if (window_.channels() % 4 == 0) words = unpack_one(words, x, run);
        else to = copy(to, x, run);
      }
      if (to == bytes) return;
    }
    (void)unpack_one(words, bytes, 4 * quads_);
  }
  /// Collects the bytes of a window of which some may lie in the padding, or apart.
  [[gnu::noinline, gnu::cold]] void collect_by_runs(std::int8_t* to, const Pixel& pixel) const {
    const std::uint32_t depth = window_.channels(), row_size = window_.width() * depth;
    const bool is_dense = window_.dilation_w() == 1;
    const std::uint32_t columns = is_dense ? window_.kernel_w : 1, runs = is_dense ? 1 : window_.kernel_w;
    for (std::uint32_t k = 0; k < runs; ++k) {
      const Run run(window_, window_.column(pixel.j, k), columns);
      std::int8_t* at = to + k * depth;
      for (std::uint32_t h = 0; h < window_.kernel_h; ++h, at += window_.kernel_w * depth) {
        const std::int32_t row = window_.row(pixel.i, h);
        const std::uint32_t inside = window_.has_row(row) ? run.inside : 0;
        fill(at, run.before);
        copy(at + run.before, pixel.image + static_cast<std::uint32_t>(row) * row_size + run.first, inside);
        fill(at + run.before + inside, columns * depth - run.before - inside);
      }
    }
  }
  static std::int8_t* copy(std::int8_t* to, const std::int8_t* from, std::uint32_t count) {
    for (; count >= 4; count -= 4, from += 4, to += 4) __builtin_memcpy(to, from, 4);
    for (; count > 0; --count) *to++ = *from++;
    return to;
  }
  [[gnu::noinline]] void fill(std::int8_t* to, std::uint32_t count) const {
    const std::int8_t four[] = {zero_point_, zero_point_, zero_point_, zero_point_};
    for (; count >= 4; count -= 4, to += 4) __builtin_memcpy(to, four, 4);
    for (; count > 0; --count) *to++ = zero_point_;
  }

  const Window& window_;
  const std::int8_t zero_point_;
  std::uint32_t* const words_;
  const std::uint32_t quads_;
};

}  // namespace nacre::dsp
