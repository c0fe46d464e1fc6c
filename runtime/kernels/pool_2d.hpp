#pragma once

#include "runtime/kernels/window.hpp"

namespace nacre {

// Pooling takes each channel alone, over the input elements under the window; padding counts for nothing.

/// Calls `visit(x)` for every element of `channel` under the window at (i, j). At least one, as the
/// loader has checked. Returns their number.
template <typename T, typename Visit>
std::int32_t for_each_under(const Window& window, const T* image, std::uint32_t i, std::uint32_t j,
                            std::uint32_t channel, Visit visit) {
  std::int32_t count = 0;
  for (std::uint32_t h = 0; h < window.kernel_h; ++h)
    for (std::uint32_t k = 0; k < window.kernel_w; ++k) {
      const std::int32_t row = window.row(i, h), column = window.column(j, k);
      if (!window.has_row(row) || !window.has_column(column)) continue;
      visit(image[(row * window.width() + column) * window.channels() + channel]);
      ++count;
    }
  return count;
}

/// Calls `pool(image, i, j, channel)` for every output element and stores what it gives.
template <typename T, typename Pool>
void for_each_output(const Window& window, const T* x, T* y, Pool pool) {
  for (std::uint32_t n = 0; n < window.batch(); ++n, x += window.image_size())
    for (std::uint32_t i = 0; i < window.output_height(); ++i)
      for (std::uint32_t j = 0; j < window.output_width(); ++j)
        for (std::uint32_t c = 0; c < window.channels(); ++c) *y++ = pool(x, i, j, c);
}

}  // namespace nacre
