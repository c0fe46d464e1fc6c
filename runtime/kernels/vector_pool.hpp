#pragma once

#include <cstdint>

#include "nacre/network.hpp"
#include "runtime/kernels/output_regions.hpp"
#include "runtime/kernels/reference.hpp"
#include "runtime/kernels/shapes.hpp"
#include "runtime/kernels/vector_tile.hpp"

namespace nacre {
namespace {  // each instruction set has its own

/// The means of a region whose windows have the same taps inside the image.
template <typename Vector>
inline void average_region(const Layer& layer, const Window& window, const float* x, float* y, const Segment& rows,
                           const Segment& columns) {
  const auto& p = layer.parameters<parameters::AveragePool2D>();
  const std::uint32_t channels = window.channels();
  const std::uint32_t count = (rows.end_tap - rows.first_tap) * (columns.end_tap - columns.first_tap);
  const auto average = [&](const Line& line, auto outputs, std::uint32_t first) {
    for_each_tile<Vector, decltype(outputs)::kCount, 2>(0, channels, [&](auto tile, std::uint32_t c, auto part) {
      typename decltype(tile)::Type sums(part);
      const std::int64_t from = line.from + static_cast<std::int64_t>(first * line.from_step + c);
      for (std::uint32_t h = rows.first_tap; h < rows.end_tap; ++h)
        for (std::uint32_t k = columns.first_tap; k < columns.end_tap; ++k)
          sums.add_each(x + (from + (std::int64_t{h} * window.width() + k) * channels), line.from_step);
      sums.divide_by(static_cast<float>(count));
      sums.store(y + (line.to + first * line.to_step + c), line.to_step, p.minimum, p.maximum);
    });
  };
  for_each_line(window, channels, rows, columns, [&](const Line& line) {
    for_each_block<4>(line.count, [&](auto outputs, std::uint32_t first) { average(line, outputs, first); });
  });
}

template <typename Vector>
Status vector_average_pool_2d(const Layer& layer) {
  const auto& p = layer.parameters<parameters::AveragePool2D>();
  if (p.minimum > p.maximum) return reference::average_pool_2d_f32(layer);
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
