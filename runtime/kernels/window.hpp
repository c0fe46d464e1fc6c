#pragma once

#include <cstdint>

#include "nacre/network.hpp"
#include "runtime/kernels/shapes.hpp"

namespace nacre {

/// A window that slides over the rows and columns of images [batch, height, width, channels]. Its numbers are copied
/// from the file once a run: in the inner loops a compiler keeps what is a kernel's own in registers, but reads again
/// what a store of int8 could have changed.
class Window {
 public:
  template <typename Parameters>
  Window(const Layer& layer, const Parameters& p, std::uint32_t kernel_height, std::uint32_t kernel_width)
      : kernel_h(kernel_height), kernel_w(kernel_width), stride_h_(p.stride_h), stride_w_(p.stride_w),
        pad_top_(p.pad_top), pad_left_(p.pad_left) {
    copy_dimensions(layer);
  }
  Window& dilated(std::uint16_t height, std::uint16_t width) {
    dilation_h_ = height, dilation_w_ = width;
    return *this;
  }

  std::uint32_t kernel_h, kernel_w;

  std::uint32_t batch() const { return batch_; }
  std::uint32_t height() const { return height_; }
  std::uint32_t width() const { return width_; }
  std::uint32_t channels() const { return channels_; }
  std::uint32_t image_size() const { return height_ * width_ * channels_; }
  std::uint32_t output_height() const { return output_height_; }
  std::uint32_t output_width() const { return output_width_; }
  std::uint32_t stride_h() const { return stride_h_; }
  std::uint32_t output_size() const { return output_height_ * output_width_; }
  std::uint32_t stride_w() const { return stride_w_; }
  std::int32_t dilation_h() const { return dilation_h_; }
  std::int32_t dilation_w() const { return dilation_w_; }
  /// Whether each output has the element that lies where it does.
  bool is_one_element() const {
    return kernel_h * kernel_w == 1 && stride_h_ * stride_w_ == 1 && output_size() == height_ * width_;
  }

  /// Row of the input under row `h` of the kernel for output row `i`; negative or beyond the height
  /// in the padding.
  std::int32_t row(std::uint32_t i, std::uint32_t h) const {
    return static_cast<std::int32_t>(i * stride_h_ + h * dilation_h_) - pad_top_;
  }
  std::int32_t column(std::uint32_t j, std::uint32_t k) const {
    return static_cast<std::int32_t>(j * stride_w_ + k * dilation_w_) - pad_left_;
  }
  bool has_row(std::int32_t row) const { return row >= 0 && row < static_cast<std::int32_t>(height_); }
  bool has_column(std::int32_t column) const { return column >= 0 && column < static_cast<std::int32_t>(width_); }

 private:
  [[gnu::noinline]] void copy_dimensions(const Layer& layer) {
    const std::uint32_t *const x = dimensions_of(layer, 0), *const y = layer.output_shape(0).data();
    batch_ = x[0], height_ = x[1], width_ = x[2], channels_ = x[3], output_height_ = y[1], output_width_ = y[2];
  }

  std::uint32_t batch_, height_, width_, channels_, output_height_, output_width_;
  std::uint16_t stride_h_, stride_w_, dilation_h_ = 1, dilation_w_ = 1, pad_top_, pad_left_;
};

/// The window of a layer whose input 1 has kernel_h and kernel_w as dimensions `first` and `first` + 1.
template <typename Parameters>
Window window_of(const Layer& layer, unsigned first) {
  const std::uint32_t* const weights = dimensions_of(layer, 1) + first;
  const auto& p = layer.parameters<Parameters>();
  return Window(layer, p, weights[0], weights[1]).dilated(p.dilation_h, p.dilation_w);
}

/// The window of a pooling layer.
template <typename Parameters>
Window pool_window_of(const Layer& layer) {
  const auto& p = layer.parameters<Parameters>();
  return {layer, p, p.kernel_h, p.kernel_w};
}

}  // namespace nacre
