#pragma once

#include "loader/layer_check.hpp"
#include "runtime/kernels/window.hpp"

namespace nacre {

/// Verifies that input 0 and the output are images, and that the output is what the window gives.
/// `Table` has strides and padding; kernel and dilation are the caller's.
template <typename Table>
Window check_window(LayerCheck& layer, const Table& table, std::uint32_t kernel_h, std::uint32_t kernel_w,
                    std::uint32_t dilation_h, std::uint32_t dilation_w) {
  const Shape x = layer.input(0), y = layer.output();
  layer.require_argument(x.rank() == 4 && y.rank() == 4 && x[0] == y[0], 0);
  layer.require_argument(layer.output_type() == layer.type(), layer.inputs());
  const auto axis = [&](std::uint32_t input, std::uint32_t output, std::uint32_t kernel, std::uint32_t dilation,
                        std::uint32_t stride, std::uint32_t before, std::uint32_t after) {
    // All but the image's own length fit in 16 bits: 64-bit sums cannot overflow.
    const std::uint64_t reach = std::uint64_t{kernel - 1} * dilation + 1;
    const std::uint64_t padded = std::uint64_t{input} + before + after;
    return kernel - 1 < 0xffff && dilation != 0 && stride != 0 && padded < (1u << 30) && reach <= padded &&
           before < reach && after < reach + stride && (padded - reach) / stride + 1 == output;
  };
  layer.require_parameter(axis(x[1], y[1], kernel_h, dilation_h, table.stride_h(), table.pad_top(), table.pad_bottom()),
                          Table::VT_STRIDE_H);
  layer.require_parameter(axis(x[2], y[2], kernel_w, dilation_w, table.stride_w(), table.pad_left(), table.pad_right()),
                          Table::VT_STRIDE_W);
  const auto narrow = [](std::uint32_t x) { return static_cast<std::uint16_t>(x); };
  return {x[0], x[1], x[2], x[3], y[1], y[2], narrow(kernel_h), narrow(kernel_w), table.stride_h(),
          table.stride_w(), narrow(dilation_h), narrow(dilation_w), table.pad_top(), table.pad_left()};
}

}  // namespace nacre
