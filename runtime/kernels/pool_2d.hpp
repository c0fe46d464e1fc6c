#pragma once

#include "runtime/kernels/window.hpp"

namespace nacre {

// Pooling takes each channel alone, over the input elements under the window; padding counts for nothing.

/// The elements of one channel under a window: at least one, as the loader has checked.
template <typename T>
struct Pooled {
  const T* first;
  std::uint32_t rows, columns, row_step, column_step;  // steps in elements

  std::int32_t count() const { return static_cast<std::int32_t>(rows * columns); }

  /// Calls `visit(x)` for each of them, row by row.
  template <typename Visit>
  void for_each(Visit visit) const {
    const T* row = first;
    for (std::uint32_t h = 0; h < rows; ++h, row += row_step) {
      const T* x = row;
      for (std::uint32_t k = columns; k > 0; --k, x += column_step) visit(*x);
    }
  }
};

/// What lies inside an image of an axis of a window.
struct Inside {
  std::uint32_t first, count;

  Inside(std::int32_t begin, std::uint32_t kernel, std::uint32_t length)
      : first(begin < 0 ? 0 : static_cast<std::uint32_t>(begin)) {
    const std::uint32_t end = static_cast<std::uint32_t>(begin) + kernel;
    count = (end < length ? end : length) - first;
  }
};

/// Calls `pool(elements)` for every output element, and stores what it gives.
template <typename T, typename Pool>
void for_each_output(const Window& window, const T* x, T* y, Pool pool) {
  const std::uint32_t channels = window.channels(), row_step = window.width() * channels;
  for (std::uint32_t n = 0; n < window.batch(); ++n, x += window.image_size())
    for (std::uint32_t i = 0; i < window.output_height(); ++i) {
      const Inside rows(window.row(i, 0), window.kernel_h, window.height());
      for (std::uint32_t j = 0; j < window.output_width(); ++j) {
        const Inside columns(window.column(j, 0), window.kernel_w, window.width());
        Pooled<T> pooled{x + rows.first * row_step + columns.first * channels, rows.count, columns.count, row_step,
                         channels};
        if (columns.count == window.width()) pooled.columns *= rows.count, pooled.rows = 1;  // whole rows are one
        for (std::uint32_t c = 0; c < channels; ++c, ++pooled.first) *y++ = pool(pooled);
      }
    }
}

}  // namespace nacre
