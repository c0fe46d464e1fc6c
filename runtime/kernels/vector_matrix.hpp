#pragma once

#include <cstdint>

#include "nacre/network.hpp"
#include "runtime/kernels/clamp.hpp"
#include "runtime/kernels/shapes.hpp"
#include "runtime/kernels/window.hpp"
#include "runtime/numerics/fma.hpp"

namespace nacre {

// The float matrix kernels for any processor with vectors. `Vector` has: kWidth, load, store,
// broadcast, fma (one rounding) — nothing else differs between processors. Every output element is
// the same chain of fused multiply-adds as in the reference kernel.

/// y[o] = y[o] + sum over d of x[d] * w[d * stride + o] for o in [0, outputs).
template <typename Vector>
inline void accumulate(const float* x, std::uint32_t depth, const float* w, std::uint32_t stride, float* y,
                       std::uint32_t outputs) {
  constexpr std::uint32_t kWidth = Vector::kWidth;
  std::uint32_t o = 0;
  for (; o + 4 * kWidth <= outputs; o += 4 * kWidth) {  // four vectors of sums stay in registers
    typename Vector::Type a = Vector::load(y + o), b = Vector::load(y + o + kWidth);
    typename Vector::Type c = Vector::load(y + o + 2 * kWidth), e = Vector::load(y + o + 3 * kWidth);
    const float* row = w + o;
    for (std::uint32_t d = 0; d < depth; ++d, row += stride) {
      const typename Vector::Type factor = Vector::broadcast(x[d]);
      a = Vector::fma(factor, Vector::load(row), a);
      b = Vector::fma(factor, Vector::load(row + kWidth), b);
      c = Vector::fma(factor, Vector::load(row + 2 * kWidth), c);
      e = Vector::fma(factor, Vector::load(row + 3 * kWidth), e);
    }
    Vector::store(y + o, a);
    Vector::store(y + o + kWidth, b);
    Vector::store(y + o + 2 * kWidth, c);
    Vector::store(y + o + 3 * kWidth, e);
  }
  for (; o + kWidth <= outputs; o += kWidth) {
    typename Vector::Type sum = Vector::load(y + o);
    for (std::uint32_t d = 0; d < depth; ++d)
      sum = Vector::fma(Vector::broadcast(x[d]), Vector::load(w + d * stride + o), sum);
    Vector::store(y + o, sum);
  }
  for (; o < outputs; ++o)
    for (std::uint32_t d = 0; d < depth; ++d) y[o] = numerics::fma(x[d], w[d * stride + o], y[o]);
}

template <typename Vector>
Status vector_fully_connected(const Layer& layer) {
  const auto& p = layer.parameters<parameters::FullyConnected>();
  const std::uint32_t rows = rows_of(layer), depth = width_of(layer), units = output_width_of(layer);
  const float* x = layer.input<float>(0);
  const float* bias = layer.input<float>(2);
  float* y = layer.output<float>(0);
  for (std::uint32_t row = 0; row < rows; ++row, x += depth, y += units) {
    for (std::uint32_t unit = 0; unit < units; ++unit) y[unit] = bias[unit];
    accumulate<Vector>(x, depth, layer.input<float>(1), units, y, units);
    for (std::uint32_t unit = 0; unit < units; ++unit) y[unit] = clamp(y[unit], p.minimum, p.maximum);
  }
  return Status::ok;
}

template <typename Vector>
Status vector_conv_2d(const Layer& layer) {
  const auto& p = layer.parameters<parameters::Conv2D>();
  const auto window = window_of<parameters::Conv2D>(layer, 0);
  const std::uint32_t depth = dimensions_of(layer, 1)[2], outputs = output_width_of(layer);
  const std::uint32_t group_outputs = outputs / p.groups;
  const float* x = layer.input<float>(0);
  const float* bias = layer.input<float>(2);
  float* y = layer.output<float>(0);
  for (std::uint32_t n = 0; n < window.batch(); ++n, x += window.image_size())
    for (std::uint32_t i = 0; i < window.output_height(); ++i)
      for (std::uint32_t j = 0; j < window.output_width(); ++j, y += outputs) {
        for (std::uint32_t o = 0; o < outputs; ++o) y[o] = bias[o];
        const float* w = layer.input<float>(1);
        for (std::uint32_t h = 0; h < window.kernel_h; ++h)
          for (std::uint32_t k = 0; k < window.kernel_w; ++k, w += depth * outputs) {
            const std::int32_t row = window.row(i, h), column = window.column(j, k);
            if (!window.has_row(row) || !window.has_column(column)) continue;
            const float* pixel = x + (row * window.width() + column) * window.channels();
            for (std::uint32_t first = 0; first < outputs; first += group_outputs, pixel += depth)
              accumulate<Vector>(pixel, depth, w + first, outputs, y + first, group_outputs);
          }
        for (std::uint32_t o = 0; o < outputs; ++o) y[o] = clamp(y[o], p.minimum, p.maximum);
      }
  return Status::ok;
}

}  // namespace nacre
