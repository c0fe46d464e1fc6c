#pragma once

#include "tests/support/model_builder.hpp"
#include "tests/support/random.hpp"

namespace nacre::test {

/// A random sliding window over images [batch, height, width, channels] with at least one output.
struct Sliding {
  std::uint32_t batch, height, width, channels, kernel_h, kernel_w, stride_h, stride_w, dilation_h, dilation_w;
  std::uint32_t pad_top, pad_bottom, pad_left, pad_right;

  static Sliding random(Random& random, bool dilates) {
    Sliding s{};
    s.batch = random.size(1, 2), s.channels = random.size(1, 5);
    s.kernel_h = random.size(1, 3), s.kernel_w = random.size(1, 3);
    s.stride_h = random.size(1, 3), s.stride_w = random.size(1, 3);
    s.dilation_h = random.size(1, dilates ? 2 : 1), s.dilation_w = random.size(1, dilates ? 2 : 1);
    s.pad_top = random.size(0, s.kernel_h - 1), s.pad_bottom = random.size(0, s.kernel_h - 1);
    s.pad_left = random.size(0, s.kernel_w - 1), s.pad_right = random.size(0, s.kernel_w - 1);
    s.height = random.size(1, 4) + (s.kernel_h - 1) * s.dilation_h;
    s.width = random.size(1, 4) + (s.kernel_w - 1) * s.dilation_w;
    return s;
  }

  std::uint32_t output_height() const {
    return (height + pad_top + pad_bottom - ((kernel_h - 1) * dilation_h + 1)) / stride_h + 1;
  }
  std::uint32_t output_width() const {
    return (width + pad_left + pad_right - ((kernel_w - 1) * dilation_w + 1)) / stride_w + 1;
  }
  Dimensions input_shape() const { return {batch, height, width, channels}; }
  std::uint32_t input_size() const { return batch * height * width * channels; }
  Dimensions output_shape(std::uint32_t outputs) const { return {batch, output_height(), output_width(), outputs}; }

  /// Index of the input element under kernel position (h, k) for output (n, i, j); -1 in the padding.
  std::int64_t under(std::uint32_t n, std::uint32_t i, std::uint32_t j, std::uint32_t h, std::uint32_t k,
                     std::uint32_t c) const {
    const std::int64_t row = std::int64_t{i} * stride_h + std::int64_t{h} * dilation_h - pad_top;
    const std::int64_t column = std::int64_t{j} * stride_w + std::int64_t{k} * dilation_w - pad_left;
    if (row < 0 || row >= height || column < 0 || column >= width) return -1;
    return ((n * std::int64_t{height} + row) * width + column) * channels + c;
  }

  /// Calls `visit(n, i, j)` for every pixel of the output, in order.
  template <typename Visit>
  void for_each_pixel(Visit visit) const {
    for (std::uint32_t n = 0; n < batch; ++n)
      for (std::uint32_t i = 0; i < output_height(); ++i)
        for (std::uint32_t j = 0; j < output_width(); ++j) visit(n, i, j);
  }

  /// Writes strides and padding to an operator's table.
  template <typename Table>
  void write(Table* table) const {
    const auto narrow = [](std::uint32_t x) { return static_cast<std::uint16_t>(x); };
    table->stride_h = narrow(stride_h), table->stride_w = narrow(stride_w);
    table->pad_top = narrow(pad_top), table->pad_bottom = narrow(pad_bottom);
    table->pad_left = narrow(pad_left), table->pad_right = narrow(pad_right);
  }
  template <typename Table>
  void write_dilation(Table* table) const {
    table->dilation_h = static_cast<std::uint16_t>(dilation_h),
    table->dilation_w = static_cast<std::uint16_t>(dilation_w);
  }
  template <typename Table>
  void write_kernel(Table* table) const {
    table->kernel_h = static_cast<std::uint16_t>(kernel_h), table->kernel_w = static_cast<std::uint16_t>(kernel_w);
  }
};

}  // namespace nacre::test
