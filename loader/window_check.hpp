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
  layer.require_parameter(axis(x[1], y[1], kernel_h, dilation_h, table.stride_h(), table.pad_top(), table.pad_bottom()), Table::VT_STRIDE_H);
  layer.require_parameter(axis(x[2], y[2], kernel_w, dilation_w, table.stride_w(), table.pad_left(), table.pad_right()), Table::VT_STRIDE_W);
  const auto narrow = [](std::uint32_t x) { return static_cast<std::uint16_t>(x); };
  return {x[0], x[1], x[2], x[3], y[1], y[2], narrow(kernel_h), narrow(kernel_w), table.stride_h(),
          table.stride_w(), narrow(dilation_h), narrow(dilation_w), table.pad_top(), table.pad_left()};
}

/// Verifies bias and, for int8, rescale [channels or 1, 2] of a matrix operator whose weights are
/// input 1. Returns how far apart the rescale rows of two channels are: 0 where all share one.
inline std::uint32_t check_channels(LayerCheck& layer, std::uint32_t channels) {
  const bool quantised = layer.type() == DataType::int8;
  layer.has_type(1, layer.type());
  layer.has_type(2, quantised ? DataType::int32 : DataType::float32);
  layer.require_argument(layer.input(2).size() == channels, 2);
  if (!quantised) return 0;
  const Shape rescale = layer.input(3);
  const std::int32_t* rows = layer.constant<std::int32_t>(3);
  if (!layer.require_argument(rows != nullptr && rescale.rank() == 2 && rescale[1] == 2 &&
                                  (rescale[0] == channels || rescale[0] == 1), 3))
    return 0;
  for (std::uint32_t i = 0; i < rescale[0]; ++i)
    layer.require_weights(rows[2 * i] >= 0 && rows[2 * i + 1] >= -31 && rows[2 * i + 1] <= 30, 3);
  return rescale[0] == 1 ? 0 : 2;
}

inline bool is_int8(std::int32_t zero_point) { return zero_point >= -128 && zero_point <= 127; }

/// Verifies the int8 clamp of a table that has one.
template <typename Table>
void check_int8_range(LayerCheck& layer, const Table& table) {
  layer.require_parameter(table.output_minimum() >= -128 && table.output_minimum() <= table.output_maximum() &&
                              table.output_maximum() <= 127, Table::VT_OUTPUT_MINIMUM);
}

/// The same, with the zero point of the output.
template <typename Table>
void check_int8_output(LayerCheck& layer, const Table& table) {
  check_int8_range(layer, table);
  layer.require_parameter(is_int8(table.output_zero_point()), Table::VT_OUTPUT_ZERO_POINT);
}

}  // namespace nacre
