#pragma once

#include <cstddef>
#include <cstdint>

#include "nacre/network.hpp"
#include "runtime/kernels/output_regions.hpp"
#include "runtime/kernels/reference.hpp"
#include "runtime/kernels/shapes.hpp"
#include "runtime/kernels/vector_convolution.hpp"
#include "runtime/kernels/vector_tile.hpp"

namespace nacre {
namespace {  // each instruction set has its own

// Depthwise convolutions with one output for each channel.

/// Some columns of the outputs, from the uppermost row to the lowest, of a vector of channels: kernels of three columns
/// and at most three rows, whose nine weights stay in registers. Each vector of x is loaded once for all columns of the
/// kernel.
template <typename Vector, unsigned kColumns, unsigned kStride, typename Part>
class Sweep {
 public:
  static constexpr unsigned kTaps = 3, kInputs = (kColumns - 1) * kStride + kTaps;

  Sweep(const ConvolvedImage& image, std::uint32_t first, std::uint32_t channel, Part part)
      : part_(part), window_(image.window), step_(image.outputs),
        x_(image.x + (window_.column(first, 1) * step_ + channel)),
        y_(image.y + (first * step_ + channel)),
        has_first_(window_.column(first, 0) >= 0),
        has_last_(window_.has_column(window_.column(first + kColumns - 1, kTaps - 1))) {
    const float* w = image.weights + channel;
#pragma GCC unroll 3
    for (unsigned h = 0; h < kTaps; ++h, w += h < window_.kernel_h ? kTaps * step_ : 0)
#pragma GCC unroll 3
      for (unsigned k = 0; k < kTaps; ++k) weights_[h][k] = part.load(w + k * step_);
  }

  void run(const ConvolvedImage& image, std::uint32_t channel) {
    const F bias = part_.load(image.bias + channel);
    const F lowest = Vector::broadcast(image.minimum), highest = Vector::broadcast(image.maximum);
    const std::ptrdiff_t down = window_.width() * step_, to_down = window_.output_width() * step_;
    for (std::uint32_t i = 0; i < window_.output_height(); ++i, y_ += to_down) {
      F sums[kColumns];
#pragma GCC unroll 16
      for (F& sum : sums) sum = bias;
#pragma GCC unroll 3
      for (unsigned h = 0; h < kTaps; ++h) {
        const std::int32_t row = window_.row(i, h);
        if (h < window_.kernel_h && window_.has_row(row)) add_row(x_ + row * down, weights_[h], sums);
      }
      float* y = y_;
#pragma GCC unroll 16
      for (const F& sum : sums) part_.store(y, Vector::clamp(sum, lowest, highest)), y += step_;
    }
  }

 private:
  using F = typename Vector::Type;

  /// Adds the products of a row of the image; `x` is its second column.
  void add_row(const float* x, const F (&weights)[kTaps], F (&sums)[kColumns]) const {
    const auto add = [&](unsigned i, const float* at) {
      const F factor = Vector::in_register(part_.load(at));
#pragma GCC unroll 3
      for (unsigned k = 0; k < kTaps; ++k)
        if (i >= k && (i - k) % kStride == 0 && (i - k) / kStride < kColumns)
          sums[(i - k) / kStride] = Vector::fma(factor, weights[k], sums[(i - k) / kStride]);
    };
    if (has_first_) add(0, x - step_);
#pragma GCC unroll 32
    for (unsigned i = 1; i + 1 < kInputs; ++i, x += step_) add(i, x);
    if (has_last_) add(kInputs - 1, x);
  }

  const Part part_;
  const Window window_;  // a copy: what is stored could change another's numbers, and they would be read again
  const std::ptrdiff_t step_;
  const float* const x_;
  float* y_;
  const bool has_first_, has_last_;
  F weights_[kTaps][kTaps];
};

/// Not inlined, so that the loop over rows has all registers.
template <typename Vector, unsigned kColumns, unsigned kStride, typename Part>
[[gnu::noinline]] void sweep_columns(const ConvolvedImage& image, std::uint32_t first, std::uint32_t channel,
                                     Part part) {
  Sweep<Vector, kColumns, kStride, Part>(image, first, channel, part).run(image, channel);
}

template <typename Vector, unsigned kStride>
inline void sweep_image(const ConvolvedImage& image) {
  for_each_block<8>(image.window.output_width(), [&](auto columns, std::uint32_t first) {
    for_each_vector<Vector>(image.outputs, [&](std::uint32_t channel, auto part) {
      sweep_columns<Vector, decltype(columns)::kCount, kStride>(image, first, channel, part);
    });
  });
}

/// Whether of the columns of each window the first and the last one at most lie outside of the image.
inline bool can_sweep(const Window& window) {
  const std::int32_t last = window.column(window.output_width() - 1, 1);
  return window.kernel_w == 3 && window.kernel_h <= 3 && window.dilation_h() == 1 && window.dilation_w() == 1 &&
         window.stride_w() <= 2 && window.column(0, 1) >= 0 && window.has_column(last);
}

/// The sums of some outputs of a line, for the channels from `o` on.
template <typename Sums, typename Part>
[[gnu::noinline]] void convolve_depthwise_tile(const ConvolvedImage& image, const Line& line, const Segment& rows,
                                               const Segment& columns, std::uint32_t o, Part part) {
  Sums sums(image.bias + o, part);
  for (std::uint32_t h = rows.first_tap; h < rows.end_tap; ++h)
    for (std::uint32_t k = columns.first_tap; k < columns.end_tap; ++k)
      sums.add_each(image.x + (line.from + image.tap(h, k) + o), line.from_step,
                    image.weights + (std::size_t{h} * image.window.kernel_w + k) * image.outputs + o);
  sums.store(image.y + (line.to + o), line.to_step, image.minimum, image.maximum);
}

template <typename Vector, unsigned kMostRows, unsigned kVectors>
inline void convolve_depthwise(const ConvolvedImage& image) {
  for_each_region(image.window, [&](const Segment& rows, const Segment& columns) {
    for_each_line(image.window, image.outputs, rows, columns, [&](const Line& line) {
      for_each_block<kMostRows>(line.count, [&](auto count, std::uint32_t first) {
        constexpr unsigned kRows = decltype(count)::kCount;
        for_each_tile<Vector, kRows, kVectors>(0, image.outputs, [&](auto tile, std::uint32_t o, auto part) {
          convolve_depthwise_tile<typename decltype(tile)::Type>(image, from_output(line, first), rows, columns, o,
                                                                 part);
        });
      });
    });
  });
}

template <typename Vector>
Status vector_depthwise_conv_2d(const Layer& layer) {
  const auto& p = layer.parameters<parameters::DepthwiseConv2D>();
  if (p.minimum > p.maximum) return reference::depthwise_conv_2d_f32(layer);
  const auto window = window_of<parameters::DepthwiseConv2D>(layer, 0);
  const std::uint32_t outputs = output_width_of(layer);
  ConvolvedImage image{window,    layer.input<float>(0), layer.input<float>(1), layer.input<float>(2),
                       layer.output<float>(0), p.minimum, p.maximum, outputs, 1, 1};
  const bool sweeps = can_sweep(window);
  for (std::uint32_t n = 0; n < window.batch(); ++n) {
    if (sweeps && window.stride_w() == 1) sweep_image<Vector, 1>(image);
    else if (sweeps) sweep_image<Vector, 2>(image);
    else if (outputs <= Vector::kWidth) convolve_depthwise<Vector, 12, 1>(image);
    else convolve_depthwise<Vector, 6, Vector::kVectors>(image);
    image.x += window.image_size(), image.y += window.output_size() * outputs;
  }
  return Status::ok;
}

}  // namespace
}  // namespace nacre
