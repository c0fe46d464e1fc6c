#pragma once

#include <cstdint>

namespace nacre {

/// A window that slides over the rows and columns of images [batch, height, width, channels].
struct Window {
  std::uint32_t batch, height, width, channels;   ///< of the input
  std::uint32_t output_height, output_width;
  std::uint16_t kernel_h, kernel_w;
  std::uint16_t stride_h, stride_w;
  std::uint16_t dilation_h, dilation_w;
  std::uint16_t pad_top, pad_left;

  /// Row of the input under row `h` of the kernel for output row `y`; negative or beyond the height
  /// in the padding.
  std::int32_t row(std::uint32_t y, std::uint32_t h) const {
    return static_cast<std::int32_t>(y * stride_h + h * dilation_h) - pad_top;
  }
  std::int32_t column(std::uint32_t x, std::uint32_t w) const {
    return static_cast<std::int32_t>(x * stride_w + w * dilation_w) - pad_left;
  }
  bool has_row(std::int32_t row) const { return row >= 0 && row < static_cast<std::int32_t>(height); }
  bool has_column(std::int32_t column) const {
    return column >= 0 && column < static_cast<std::int32_t>(width);
  }
};

}  // namespace nacre
