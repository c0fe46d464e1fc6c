#pragma once

#include <cstdint>

#include "nacre/network.hpp"
#include "runtime/kernels/int8_range.hpp"
#include "runtime/kernels/output_regions.hpp"
#include "runtime/kernels/shapes.hpp"
#include "runtime/kernels/vector_int8_tile.hpp"

namespace nacre {
namespace {  // each instruction set has its own

/// Multipliers and shifts of a layer: of each unit, or of all.
template <typename Rescale>
struct UnitRescales {
  const std::int32_t* each;  ///< null: of_all
  Rescale of_all;

  Rescale of(std::uint32_t unit, std::uint32_t count) const {
    return each == nullptr ? of_all : Rescale::load(each + 2 * std::size_t{unit}, count);
  }
};

/// The rows of weights from `unit` on; the last again where fewer are left.
template <unsigned kUnits>
inline void rows_of_weights(const std::int8_t* weights, std::uint32_t depth, std::uint32_t unit, std::uint32_t units,
                            const std::int8_t* (&rows)[kUnits]) {
  for (unsigned u = 0; u < kUnits; ++u)
    rows[u] = weights + std::size_t{unit + u < units ? unit + u : units - 1} * depth;
}

/// One row of a fully connected layer.
template <typename Elements>
inline void multiply_row(const Layer& layer, const std::int8_t* x, std::int8_t* y,
                         const UnitRescales<typename Elements::Eight::Rescale>& rescales, const Int8Range& range) {
  using Eight = typename Elements::Eight;
  const std::uint32_t depth = width_of(layer), units = output_width_of(layer);
  const auto* const weights = layer.input<std::int8_t>(1);
  const auto* const bias = layer.input<std::int32_t>(2);
  const std::int8_t *const from[] = {x}, *w[8];
  for (std::uint32_t unit = 0; unit < units; unit += 8) {
    const std::uint32_t count = units - unit < 8 ? units - unit : 8;
    rows_of_weights(weights, depth, unit, units, w);
    Int8Tile<Elements, 1, 8> sums;
    sums.add(from, w, depth, weights + std::size_t{units} * depth);
    const auto all = Eight::add(sums.sums_of(0), Eight::load_first(bias + unit, count));
    Eight::store_first(y + unit, Eight::rescale_to_int8(all, rescales.of(unit, count), range), count);
  }
}

template <typename Elements>
Status vector_fully_connected_i8(const Layer& layer) {
  const auto& p = layer.parameters<parameters::FullyConnected>();
  using Rescale = typename Elements::Eight::Rescale;
  const UnitRescales<Rescale> rescales{layer.has_input(3) ? layer.input<std::int32_t>(3) : nullptr,
                                       Rescale::broadcast(p.multiplier, p.shift)};
  const Int8Range range{p.output_zero_point, p.output_minimum, p.output_maximum};
  const auto* x = layer.input<std::int8_t>(0);
  auto* y = layer.output<std::int8_t>(0);
  for (std::uint32_t rows = rows_of(layer); rows > 0; --rows, x += width_of(layer), y += output_width_of(layer))
    multiply_row<Elements>(layer, x, y, rescales, range);
  return Status::ok;
}

/// One image of a convolution of int8: what the loops over its outputs share.
struct Int8Image {
  const Window& window;
  const std::int8_t *x, *weights, *weights_end;
  const std::int32_t *bias, *rescale;
  std::int8_t* y;
  Int8Range range;
  std::int32_t input_zero_point;
  std::uint32_t outputs, depth, group_outputs;

  std::uint32_t size() const { return window.kernel_h * window.kernel_w * depth; }
  std::int64_t tap(std::uint32_t h, std::uint32_t k) const {
    return (std::int64_t{h} * window.dilation_h() * window.width() + std::int64_t{k} * window.dilation_w()) *
           window.channels();
  }
};

/// Copies a few bytes: a call of memcpy() would take longer.
inline void copy_few(std::int8_t* to, const std::int8_t* from, std::uint32_t count) {
  for (; count >= 16; count -= 16, to += 16, from += 16) __builtin_memcpy(to, from, 16);
  if ((count & 8) != 0) __builtin_memcpy(to, from, 8), to += 8, from += 8;
  if ((count & 4) != 0) __builtin_memcpy(to, from, 4), to += 4, from += 4;
  if ((count & 2) != 0) __builtin_memcpy(to, from, 2), to += 2, from += 2;
  if ((count & 1) != 0) *to = *from;
}

/// kRows windows one after the other, as the weights lie, with the zero point where they are outside of the image.
template <unsigned kRows>
struct Patches {
  static constexpr std::uint32_t kLongest = 640;

  /// Windows of `size` elements, with zeros up to the next multiple of 64.
  explicit Patches(std::uint32_t size) {
    if (size >= kLongest) return;
    for (unsigned r = 0; r < kRows; ++r) __builtin_memset(bytes[r] + size, 0, 64 - size % 64);
  }

  void gather(const Int8Image& image, const OutputBlock<kRows>& block, const Segment& rows, const Segment& columns,
              std::uint32_t channel) {
    const Window& window = image.window;
    const std::uint32_t taps = columns.end_tap - columns.first_tap, size = image.size();
    const std::uint32_t step = image.depth == window.channels() && window.dilation_w() == 1 ? taps : 1;
    const bool is_whole = rows.end_tap - rows.first_tap == window.kernel_h && taps == window.kernel_w;
    for (unsigned r = 0; r < kRows && !is_whole; ++r) __builtin_memset(bytes[r], image.input_zero_point, size);
    for (std::uint32_t h = rows.first_tap; h < rows.end_tap; ++h)
      for (std::uint32_t k = columns.first_tap; k < columns.end_tap; k += step) {
        const std::uint32_t to = (h * window.kernel_w + k) * image.depth;
        const std::int64_t from = image.tap(h, k) + channel;
        for (unsigned r = 0; r < kRows; ++r)
          copy_few(bytes[r] + to, image.x + (block.from[r] + from), step * image.depth);
      }
  }

  std::int8_t bytes[kRows][kLongest];
};

/// The sums of a block of windows by the four rows of weights `w`, tap by tap where they lie in the image.
template <typename Elements, unsigned kRows>
inline void add_taps(Int8Tile<Elements, kRows, 4>& sums, const Int8Image& image, const OutputBlock<kRows>& block,
                     const Segment& rows, const Segment& columns, std::uint32_t channel,
                     const std::int8_t* const (&w)[4]) {
  const Window& window = image.window;
  const auto add = [&](auto x_of, std::uint32_t place, std::uint32_t length) {
    const std::int8_t *from[kRows], *weights[4];
    for (unsigned r = 0; r < kRows; ++r) from[r] = x_of(r);
    for (unsigned u = 0; u < 4; ++u) weights[u] = w[u] + place;
    sums.add(from, weights, length, image.weights_end);
  };
  alignas(32) std::int8_t padding[64];
  __builtin_memset(padding, image.input_zero_point, sizeof padding);
  const auto pad = [&](std::uint32_t place, std::uint32_t length) {
    for (std::uint32_t step; length > 0; length -= step, place += step) {
      step = length < sizeof padding ? length : sizeof padding;
      add([&](unsigned) { return padding; }, place, step);
    }
  };
  const bool is_run = image.depth == window.channels() && window.dilation_w() == 1;
  const std::uint32_t row_size = window.kernel_w * image.depth, taps = columns.end_tap - columns.first_tap;
  for (std::uint32_t h = 0, row = 0; h < window.kernel_h; ++h, row += row_size) {
    if (h < rows.first_tap || h >= rows.end_tap) {
      pad(row, row_size);
      continue;
    }
    pad(row, columns.first_tap * image.depth);
    for (std::uint32_t k = columns.first_tap; k < columns.end_tap; k += is_run ? taps : 1)
      add([&](unsigned r) { return image.x + (block.from[r] + image.tap(h, k) + channel); }, row + k * image.depth,
          (is_run ? taps : 1) * image.depth);
    pad(row + columns.end_tap * image.depth, row_size - columns.end_tap * image.depth);
  }
}

/// A block of kRows windows by the four rows of weights of the outputs from `o` up to `end`.
template <typename Elements, unsigned kRows>
inline void convolve_outputs(const Int8Image& image, const OutputBlock<kRows>& block,
                             const Int8Tile<Elements, kRows, 4>& sums, std::uint32_t o, std::uint32_t end) {
  using Eight = typename Elements::Eight;
  const std::uint32_t count = end - o < 4 ? end - o : 4;
  const auto bias = Eight::load_four_twice(image.bias + o, count);
  const auto rescale = Eight::Rescale::load_four_twice(image.rescale + 2 * std::size_t{o}, count);
  for (unsigned r = 0; r < kRows; r += 2) {
    const auto bytes = Eight::rescale_to_int8(Eight::add(sums.sums_of(r), bias), rescale, image.range);
    Eight::store_first(image.y + block.to[r] + o, bytes, count);
    Eight::store_first(image.y + block.to[r + 1] + o, Eight::second_half(bytes), count);
  }
}

template <typename Elements, unsigned kRows>
inline void convolve_region(const Int8Image& image, const Segment& rows, const Segment& columns) {
  const bool is_short = image.depth < 32 && image.size() != image.depth;
  const bool takes_patches = is_short && image.size() <= Patches<kRows>::kLongest;
  Patches<kRows> patches(image.size());
  for (OutputBlock<kRows> block(image.window, image.outputs, rows, columns); block.next();) {
    std::uint32_t channel = 0;
    for (std::uint32_t first = 0; first < image.outputs; first += image.group_outputs, channel += image.depth) {
      if (takes_patches) patches.gather(image, block, rows, columns, channel);
      const std::uint32_t end = first + image.group_outputs;
      for (std::uint32_t o = first; o < end; o += 4) {
        const std::int8_t* w[4];
        rows_of_weights(image.weights, image.size(), o, end, w);
        Int8Tile<Elements, kRows, 4> sums;
        if (takes_patches) {
          const std::int8_t* from[kRows];
          for (unsigned r = 0; r < kRows; ++r) from[r] = patches.bytes[r];
          sums.template add<true>(from, w, image.size(), image.weights_end);
        } else {
          add_taps(sums, image, block, rows, columns, channel, w);
        }
        convolve_outputs<Elements, kRows>(image, block, sums, o, end);
      }
    }
  }
}

/// The regions of an image by tiles of kRows windows.
template <typename Elements, unsigned kRows>
inline void convolve_regions(const Int8Image& image) {
  for_each_region(image.window, [&](const Segment& rows, const Segment& columns) {
    convolve_region<Elements, kRows>(image, rows, columns);
  });
}

/// A convolution, whose images `work(image)` computes.
template <typename Work>
inline Status convolve_int8(const Layer& layer, Work work) {
  const auto& p = layer.parameters<parameters::Conv2D>();
  const auto window = window_of<parameters::Conv2D>(layer, 1);
  const std::uint32_t outputs = output_width_of(layer), depth = window.channels() / p.groups;
  const auto* const weights = layer.input<std::int8_t>(1);
  Int8Image image{window, layer.input<std::int8_t>(0), weights, weights, layer.input<std::int32_t>(2),
                  layer.input<std::int32_t>(3), layer.output<std::int8_t>(0),
                  {p.output_zero_point, p.output_minimum, p.output_maximum}, p.input_zero_point, outputs, depth,
                  outputs / p.groups};
  image.weights_end = weights + std::size_t{outputs} * image.size();
  for (std::uint32_t n = 0; n < window.batch(); ++n) {
    work(image);
    image.x += window.image_size(), image.y += window.output_size() * outputs;
  }
  return Status::ok;
}

}  // namespace
}  // namespace nacre
