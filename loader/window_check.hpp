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

// The functions below are static so that each check gets its own, inlined: half of what load() executes
// is spent in them.

inline bool is_rescale(std::int32_t multiplier, std::int32_t shift) {
  return multiplier >= 0 && shift >= -31 && shift <= 30;
}

/// Verifies the bias of a matrix operator, input 2, and rescale [channels, 2], input 3 where it has one.
static inline bool check_channels(LayerCheck& layer, DataType type, std::uint32_t channels) {
  const auto* bias = layer.dimensions(2, type == DataType::int8 ? DataType::int32 : type, 1);
  if (bias == nullptr || !layer.require_argument(*bias == channels, 2)) return false;
  if (layer.inputs() < 4) return true;
  const auto* rescale = layer.dimensions(3, DataType::int32, 2);
  const std::int32_t* row = layer.constant<std::int32_t>(3);
  if (rescale == nullptr || row == nullptr ||
      !layer.require_argument(rescale[0] == channels && rescale[1] == 2, 3))
    return false;
  for (const std::int32_t* end = row + 2 * channels; row < end; row += 2)
    if (!layer.require_weights(is_rescale(row[0], row[1]), 3)) return false;
  return true;
}

inline bool is_int8(std::int32_t value) { return value >= -128 && value <= 127; }

/// How an operator writes int8, as its table states it.
struct Int8Output {
  std::int32_t zero_point, minimum, maximum;
};

/// Verifies zero point and clamp of an int8 output.
template <typename Table>
static Int8Output check_int8_output(LayerCheck& layer, const Table& table) {
  const Int8Output output{table.output_zero_point(), table.output_minimum(), table.output_maximum()};
  layer.require_parameter(is_int8(output.zero_point), Table::VT_OUTPUT_ZERO_POINT);
  layer.require_parameter(output.minimum >= -128 && output.minimum <= output.maximum &&
                              output.maximum <= 127, Table::VT_OUTPUT_MINIMUM);
  return output;
}

}  // namespace nacre
