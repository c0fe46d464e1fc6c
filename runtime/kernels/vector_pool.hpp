#pragma once

#include <cstdint>

#include "nacre/network.hpp"
#include "runtime/kernels/output_regions.hpp"
#include "runtime/kernels/shapes.hpp"
#include "runtime/kernels/vector_tile.hpp"

namespace nacre {
namespace {  // each instruction set has its own

/// The means of a region whose windows have the same taps inside the image.
template <typename Vector>
inline void average_region(const Layer& layer, const Window& window, const float* x, float* y, const Segment& rows,
                           const Segment& columns) {
  constexpr unsigned kRows = 4;
  const auto& p = layer.parameters<parameters::AveragePool2D>();
  const std::uint32_t count = (rows.end_tap - rows.first_tap) * (columns.end_tap - columns.first_tap);
  for (OutputBlock<kRows> block(window, window.channels(), rows, columns); block.next();)
    for_each_tile<Vector, kRows, 2>(0, window.channels(), [&](auto tile, std::uint32_t channel, auto part) {
      typename decltype(tile)::Type sums(part);
      for (std::uint32_t h = rows.first_tap; h < rows.end_tap; ++h)
        for (std::uint32_t k = columns.first_tap; k < columns.end_tap; ++k) {
          const std::size_t tap = (std::size_t{h} * window.width() + k) * window.channels() + channel;
          const float* from[kRows];
          for (unsigned r = 0; r < kRows; ++r) from[r] = x + (block.from[r] + static_cast<std::int64_t>(tap));
          sums.add_each(from);
        }
      sums.divide_by(static_cast<float>(count));
      float* to[kRows];
      for (unsigned r = 0; r < kRows; ++r) to[r] = y + block.to[r] + channel;
      sums.store(to, p.minimum, p.maximum);
    });
}

template <typename Vector>
Status vector_average_pool_2d(const Layer& layer) {
  const auto window = pool_window_of<parameters::AveragePool2D>(layer);
  const float* x = layer.input<float>(0);
  float* y = layer.output<float>(0);
  for (std::uint32_t n = 0; n < window.batch(); ++n) {
    for_each_region(window, [&](const Segment& rows, const Segment& columns) {
      average_region<Vector>(layer, window, x, y, rows, columns);
    });
    x += window.image_size(), y += window.output_size() * window.channels();
  }
  return Status::ok;
}

}  // namespace
}  // namespace nacre
