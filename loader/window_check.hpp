#pragma once

#include <cstddef>

#include "loader/layer_check.hpp"

namespace nacre {

/// A window that slides along one axis of images.
struct WindowAxis {
  std::uint32_t input, output, kernel, dilation, stride, before, after;
};

/// Whether the output is as long as the window gives, no window lies in the padding before the image, and nothing
/// leaves 31 bits.
inline bool window_fits(const WindowAxis& axis) {
  constexpr std::uint32_t kLongest = 1u << 30;
  if (axis.kernel - 1 >= 0xffff || axis.input >= kLongest) return false;
  const std::uint32_t reach = (axis.kernel - 1) * axis.dilation + 1, padded = axis.input + axis.before + axis.after;
  return padded < kLongest && reach <= padded && axis.before < reach && axis.after < reach + axis.stride &&
         (padded - reach) / axis.stride + 1 == axis.output;
}

/// Verifies the output's height and width, and strides and padding with them.
template <typename Parameters>
void check_window(LayerCheck& layer, std::uint32_t kernel_h, std::uint32_t kernel_w, std::uint32_t dilation_h,
                  std::uint32_t dilation_w) {
  const auto& p = layer.parameters<Parameters>();
  const Shape x = layer.input(0), y = layer.output();
  layer.require_parameter(window_fits({x[1], y[1], kernel_h, dilation_h, p.stride_h, p.pad_top, p.pad_bottom}),
                          offsetof(Parameters, stride_h));
  layer.require_parameter(window_fits({x[2], y[2], kernel_w, dilation_w, p.stride_w, p.pad_left, p.pad_right}),
                          offsetof(Parameters, stride_w));
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
