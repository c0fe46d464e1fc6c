#pragma once

#include <cstdint>

#include "nacre/network.hpp"
#include "runtime/kernels/output_regions.hpp"
#include "runtime/kernels/reference.hpp"
#include "runtime/kernels/shapes.hpp"
#include "runtime/kernels/vector_matrix.hpp"
#include "runtime/kernels/vector_tile.hpp"

namespace nacre {
namespace {  // each instruction set has its own

/// One image of a convolution: what the loops over its outputs share.
struct ConvolvedImage {
  const Window& window;
  const float *x, *weights, *bias;
  float* y;
  float minimum, maximum;
  std::uint32_t outputs, depth, group_outputs;

  std::int64_t tap(std::uint32_t h, std::uint32_t k) const {
    return (std::int64_t{h} * window.dilation_h() * window.width() + std::int64_t{k} * window.dilation_w()) *
           window.channels();
  }
  /// Whether its windows are its rows, one after the other.
  bool is_matrix() const { return depth == window.channels() && window.is_one_element(); }
};

/// The taps of a region, as offsets from where a window begins in the image and from the first weights. Those that lie
/// side by side in a row of the image are one run of products.
struct RegionTaps {
  RegionTaps(const ConvolvedImage& image, const Segment& rows, const Segment& columns) {
    const std::uint32_t taps = columns.end_tap - columns.first_tap;
    const bool is_run = image.depth == image.window.channels() && image.window.dilation_w() == 1;
    height = rows.end_tap - rows.first_tap, width = is_run ? 1 : taps;
    run = (is_run ? taps : 1) * image.depth;
    from = image.tap(rows.first_tap, columns.first_tap), right = image.tap(0, 1), down = image.tap(1, 0);
    const std::size_t tap_w = std::size_t{image.depth} * image.outputs;
    right_w = tap_w, down_w = image.window.kernel_w * tap_w;
    from_w = rows.first_tap * down_w + columns.first_tap * tap_w;
  }

  std::uint32_t height, width, run;  ///< rows, runs of a row, and products of a run
  std::int64_t from, right, down;
  std::size_t from_w, right_w, down_w;
};

/// The sums of some outputs of a line, for the channels from `o` of the group whose input begins at `channel`. Not
/// inlined, so that the innermost loop has all registers.
template <typename Sums, typename Part>
[[gnu::noinline]] void convolve_tile(const ConvolvedImage& image, const Line& line, const RegionTaps& taps,
                                     std::uint32_t channel, std::uint32_t o, Part part) {
  const typename Sums::Rows x(image.x + (line.from + taps.from + channel), line.from_step);
  const float* row_w = image.weights + (taps.from_w + o);
  Sums sums(image.bias + o, part);
  std::int64_t row = 0;
  for (std::uint32_t h = 0; h < taps.height; ++h, row += taps.down, row_w += taps.down_w) {
    const float* w = row_w;
    std::int64_t from = row;
    for (std::uint32_t k = taps.width; k > 0; --k, from += taps.right, w += taps.right_w)
      sums.add(x, static_cast<std::ptrdiff_t>(from), taps.run, w, image.outputs);
  }
  sums.store(image.y + (line.to + o), line.to_step, image.minimum, image.maximum);
}

/// The part of a line that begins at its output `first`.
inline Line from_output(Line line, std::uint32_t first) {
  line.from += static_cast<std::int64_t>(first * line.from_step), line.to += first * line.to_step;
  return line;
}

/// A region by tiles of at most kMostRows outputs by kVectors vectors of channels; twice the vectors for one output.
template <typename Vector, unsigned kMostRows, unsigned kVectors>
inline void convolve_region(const ConvolvedImage& image, const Segment& rows, const Segment& columns) {
  const RegionTaps taps(image, rows, columns);
  const auto convolve = [&](const Line& line, auto count) {
    constexpr unsigned kRows = decltype(count)::kCount;
    std::uint32_t channel = 0;
    for (std::uint32_t o = 0; o < image.outputs; o += image.group_outputs, channel += image.depth)
      for_each_tile<Vector, kRows, (kRows == 1 ? 2 : 1) * kVectors>(o, o + image.group_outputs,
                                                                   [&](auto tile, std::uint32_t first, auto part) {
        convolve_tile<typename decltype(tile)::Type>(image, line, taps, channel, first, part);
      });
  };
  for_each_line(image.window, image.outputs, rows, columns, [&](const Line& line) {
    for_each_block<kMostRows>(line.count, [&](auto count, std::uint32_t first) {
      convolve(from_output(line, first), count);
    });
  });
}

/// A region by the tiles that suit how many outputs there are.
template <typename Vector>
inline void convolve_any_region(const ConvolvedImage& image, const Segment& rows, const Segment& columns) {
  constexpr unsigned kHalf = Vector::kVectors / 2;
  if (image.group_outputs <= Vector::kWidth) convolve_region<Vector, Vector::kRowsOfOne, 1>(image, rows, columns);
  else if (image.group_outputs <= kHalf * Vector::kWidth) convolve_region<Vector, 12, kHalf>(image, rows, columns);
  else convolve_region<Vector, 6, Vector::kVectors>(image, rows, columns);
}

/// A convolution, of which `region(image, rows, columns)` computes a region of an image.
template <typename Vector, typename Region>
Status vector_conv_2d(const Layer& layer, const Region& region) {
  const auto& p = layer.parameters<parameters::Conv2D>();
  if (p.minimum > p.maximum) return reference::conv_2d_f32(layer);
  const auto window = window_of<parameters::Conv2D>(layer, 0);
  const std::uint32_t depth = dimensions_of(layer, 1)[2], outputs = output_width_of(layer);
  ConvolvedImage image{window,    layer.input<float>(0), layer.input<float>(1), layer.input<float>(2),
                       layer.output<float>(0), p.minimum, p.maximum, outputs, depth, outputs / p.groups};
  if (image.is_matrix()) {
    const Dense dense{image.weights, image.bias, p.minimum, p.maximum, depth, outputs};
    return multiply_dense<Vector>(dense, image.x, image.y, window.batch() * window.output_size()), Status::ok;
  }
  for (std::uint32_t n = 0; n < window.batch(); ++n) {
    for_each_region(window, [&](const Segment& rows, const Segment& columns) { region(image, rows, columns); });
    image.x += window.image_size(), image.y += window.output_size() * outputs;
  }
  return Status::ok;
}

template <typename Vector>
Status vector_conv_2d(const Layer& layer) {
  return vector_conv_2d<Vector>(layer, convolve_any_region<Vector>);
}

}  // namespace
}  // namespace nacre
