#pragma once

#include <cstdint>

#include "runtime/kernels/avx2/eight.hpp"
#include "runtime/kernels/avx2/int8_pairs.hpp"
#include "runtime/kernels/vector_int8_layers.hpp"
#include "runtime/kernels/window.hpp"

namespace nacre {
namespace {  // each instruction set has its own

/// One image of a convolution of bytes.
struct ByteImage {
  const Window& window;
  const std::int8_t *x, *weights, *weights_end;
  std::int32_t padding;  ///< what an element outside of the image counts as
  std::uint32_t outputs, depth, group_outputs;

  std::uint32_t size() const { return window.kernel_h * window.kernel_w * depth; }
  /// Whether its windows are its rows, one after the other.
  bool is_matrix() const { return depth == window.channels() && window.is_one_element(); }
};

/// Widens the windows of an image one after the other, in the order of the outputs.
class WideWindows {
 public:
  /// Those of the group whose input begins at `channel`.
  WideWindows(const ByteImage& image, std::uint32_t channel)
      : image_(image), x_(image.x + channel),
        reach_h_((image.window.kernel_h - 1) * image.window.dilation_h() + 1),
        reach_w_((image.window.kernel_w - 1) * image.window.dilation_w() + 1),
        is_run_(image.depth == image.window.channels() && image.window.dilation_w() == 1) {}

  void operator()(std::int16_t* to) {
    const Window& window = image_.window;
    const std::int64_t top = window.row(i_, 0), left = window.column(j_, 0);
    const bool has_rows = top >= 0 && top + reach_h_ <= window.height();
    const bool is_inside = has_rows && left >= 0 && left + reach_w_ <= window.width();
    if (!is_inside) fill(to, image_.padding, image_.size());
    for (std::uint32_t h = 0; h < window.kernel_h; ++h, to += window.kernel_w * image_.depth) {
      const std::int64_t row = top + std::int64_t{h} * window.dilation_h();
      if (row >= 0 && row < window.height()) widen_row(to, row, left);
    }
    if (++j_ == window.output_width()) j_ = 0, ++i_;
  }

 private:
  void widen_row(std::int16_t* to, std::int64_t row, std::int64_t left) const {
    const Window& window = image_.window;
    const auto at = [&](std::int64_t column) { return x_ + (row * window.width() + column) * window.channels(); };
    if (is_run_) {
      const std::int64_t first = left < 0 ? -left : 0, room = window.width() - left;
      const std::int64_t end = room < window.kernel_w ? room : window.kernel_w;
      if (first < end)
        widen(to + first * image_.depth, at(left + first), static_cast<std::uint32_t>(end - first) * image_.depth);
      return;
    }
    for (std::uint32_t k = 0; k < window.kernel_w; ++k, to += image_.depth, left += window.dilation_w())
      if (left >= 0 && left < window.width()) widen(to, at(left), image_.depth);
  }

  const ByteImage& image_;
  const std::int8_t* x_;
  std::int64_t reach_h_, reach_w_;
  bool is_run_;
  std::uint32_t i_ = 0, j_ = 0;
};

/// Calls work(Count<vectors>, first output, how many) for blocks of up to sixteen outputs.
template <typename Work>
inline void for_each_sixteen(std::uint32_t first, std::uint32_t end, const Work& work) {
  for (; end - first > 8; first += 16) {
    work(Count<2>{}, first, end - first < 16 ? end - first : 16);
    if (end - first <= 16) return;
  }
  if (first < end) work(Count<1>{}, first, end - first);
}

/// An image, group by group, by blocks of outputs that `make_block(weights, first, count)` gives.
template <typename MakeBlock>
inline void convolve_pairs(const ByteImage& image, const MakeBlock& make_block) {
  const std::uint32_t size = image.size();
  std::uint32_t channel = 0;
  for (std::uint32_t group = 0; group < image.outputs; group += image.group_outputs, channel += image.depth)
    for_each_sixteen(group, group + image.group_outputs, [&](auto vectors, std::uint32_t o, std::uint32_t count) {
      PairedWeights<decltype(vectors)::kCount> weights;
      weights.pack_rows(image.weights + std::size_t{o} * size, size, size, count, image.weights_end);
      const auto block = make_block(weights, o, count);
      const auto multiply = [&](auto next) {
        multiply_all_rows(image.window.output_size(), size, weights, next, image.outputs, block);
      };
      if (image.is_matrix()) multiply(NextRow{image.x, image.depth});
      else multiply(WideWindows(image, channel));
    });
}

/// Up to 8 * kVectors outputs of int8, to which sums are rescaled.
template <unsigned kVectors>
struct RescaledBlock {
  /// Vector v has the outputs from `first` + v * step on.
  void prepare(const std::int32_t* bias, const UnitRescales<Eight::Rescale>& rescales, std::uint32_t first,
               std::uint32_t its_count, std::uint32_t step) {
    count = its_count;
    for (unsigned v = 0; v < kVectors; ++v) {
      const std::uint32_t left = count > 8 * v ? count - 8 * v : 0, own = left < 8 ? left : 8, unit = first + step * v;
      start[v] = Eight::load_first(bias + unit, own);
      rescale[v] = rescales.of(unit, own);
    }
  }

  void store(std::size_t place, const __m256i (&sums)[kVectors]) const {
    std::int8_t* const to = y + place;
    if constexpr (kVectors == 1) {
      Eight::store_first(to, Eight::rescale_to_int8(sums[0], rescale[0], range), count);
    } else {
      const __m128i bytes = Eight::rescale_to_int8(sums[0], rescale[0], sums[1], rescale[1], range);
      if (count == 16) return _mm_storeu_si128(reinterpret_cast<__m128i*>(to), bytes);
      Eight::store_first(to, bytes, count < 8 ? count : 8);
      if (count > 8) Eight::store_first(to + 8, _mm_unpackhi_epi64(bytes, bytes), count - 8);
    }
  }

  std::int8_t* y;  ///< the first output of the first row
  Int8Range range;
  std::uint32_t count;
  __m256i start[kVectors];
  Eight::Rescale rescale[kVectors];
};

}  // namespace
}  // namespace nacre
