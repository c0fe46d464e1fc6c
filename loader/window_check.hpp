#pragma once

#include <cstddef>

#include "loader/layer_check.hpp"

namespace nacre {

/// A window that slides along one axis of images.
struct WindowAxis {
  std::uint32_t kernel, dilation, stride, before, after;
};

/// Whether an output is as long as the window gives, no window lies in the padding before the image, and nothing
/// leaves 31 bits.
inline bool window_fits(const WindowAxis& window, std::uint32_t input, std::uint32_t output) {
  constexpr std::uint32_t kLongest = 1u << 30;
  const std::uint32_t reach = (window.kernel - 1) * window.dilation + 1, padded = input + window.before + window.after;
  return window.kernel - 1 < 0xffff && (input | padded) < kLongest && reach <= padded && window.before < reach &&
         window.after < reach + window.stride && (padded - reach) / window.stride + 1 == output;
}

/// Verifies the output's height and width, and strides and padding with them.
template <typename Parameters>
void check_window(LayerCheck& layer, std::uint32_t kernel_h, std::uint32_t kernel_w, std::uint32_t dilation_h,
                  std::uint32_t dilation_w) {
  const auto& p = layer.parameters<Parameters>();
  const std::uint32_t *const x = layer.lengths(0), *const y = layer.lengths(layer.inputs());
  const bool is_high = window_fits({kernel_h, dilation_h, p.stride_h, p.pad_top, p.pad_bottom},
                                   layer.input_height(), layer.output_height());
  if (!is_high) layer.refuse_parameter(offsetof(Parameters, stride_h));
  const bool is_wide = window_fits({kernel_w, dilation_w, p.stride_w, p.pad_left, p.pad_right}, x[2], y[2]);
  if (!is_wide) layer.refuse_parameter(offsetof(Parameters, stride_w));
}

/// The check of both poolings. Padding is smaller than the kernel, so that every window holds an element of the image.
template <typename Parameters>
void check_pool(LayerCheck& layer) {
  const auto& p = layer.parameters<Parameters>();
  check_window<Parameters>(layer, p.kernel_h, p.kernel_w, 1, 1);
  layer.require_parameter(p.pad_bottom < p.kernel_h, offsetof(Parameters, pad_bottom));
  layer.require_parameter(p.pad_right < p.kernel_w, offsetof(Parameters, pad_right));
  layer.require_parameter(std::uint32_t{p.kernel_h} * p.kernel_w < 1u << 24, offsetof(Parameters, kernel_h));
}

}  // namespace nacre
