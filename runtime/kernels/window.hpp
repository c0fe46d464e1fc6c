#pragma once

#include <cstdint>
#include <type_traits>

#include "nacre/network.hpp"
#include "runtime/kernels/shapes.hpp"

namespace nacre {

/// A window that slides over the rows and columns of images [batch, height, width, channels]. It is read where the
/// file has it: the struct of the layer, and dimensions of tensors.
template <typename Parameters>
struct Window {
  const Parameters& p;
  const std::uint32_t *x, *y;  ///< dimensions of the input and of the output
  std::uint32_t kernel_h, kernel_w;

  std::uint32_t batch() const { return x[0]; }
  std::uint32_t height() const { return x[1]; }
  std::uint32_t width() const { return x[2]; }
  std::uint32_t channels() const { return x[3]; }
  std::uint32_t image_size() const { return x[1] * x[2] * x[3]; }
  std::uint32_t output_height() const { return y[1]; }
  std::uint32_t output_width() const { return y[2]; }

  /// Row of the input under row `h` of the kernel for output row `i`; negative or beyond the height
  /// in the padding.
  std::int32_t row(std::uint32_t i, std::uint32_t h) const {
    if constexpr (!kPools) h *= p.dilation_h;
    return static_cast<std::int32_t>(i * p.stride_h + h) - p.pad_top;
  }
  std::int32_t column(std::uint32_t j, std::uint32_t k) const {
    if constexpr (!kPools) k *= p.dilation_w;
    return static_cast<std::int32_t>(j * p.stride_w + k) - p.pad_left;
  }
  bool has_row(std::int32_t row) const { return row >= 0 && row < static_cast<std::int32_t>(height()); }
  bool has_column(std::int32_t column) const { return column >= 0 && column < static_cast<std::int32_t>(width()); }

 private:
  static constexpr bool kPools =
      std::is_same_v<Parameters, parameters::MaxPool2D> || std::is_same_v<Parameters, parameters::AveragePool2D>;
};

/// The window of a layer whose input 1 has kernel_h and kernel_w as dimensions `first` and `first` + 1.
template <typename Parameters>
Window<Parameters> window_of(const Layer& layer, unsigned first) {
  const std::uint32_t* const weights = dimensions_of(layer, 1);
  return {layer.parameters<Parameters>(), dimensions_of(layer, 0), layer.output_shape(0).data(), weights[first],
          weights[first + 1]};
}

/// The window of a pooling layer.
template <typename Parameters>
Window<Parameters> pool_window_of(const Layer& layer) {
  const auto& p = layer.parameters<Parameters>();
  return {p, dimensions_of(layer, 0), layer.output_shape(0).data(), p.kernel_h, p.kernel_w};
}

}  // namespace nacre
