#pragma once

#include "loader/window_check.hpp"
#include "runtime/kernels/pool_2d.hpp"

namespace nacre {

/// The check of both poolings. Padding is smaller than the kernel, so that every window holds an
/// element of the image.
template <typename Table>
void check_pool(LayerCheck& layer) {
  const auto* table = layer.table<Table>(1);
  if (table == nullptr) return;
  const Window window = check_window(layer, *table, table->kernel_h(), table->kernel_w(), 1, 1);
  layer.require_argument(layer.output()[3] == window.channels, 1);
  layer.require_parameter(table->pad_bottom() < table->kernel_h() && table->pad_right() < table->kernel_w(),
                          Table::VT_PAD_BOTTOM);
  layer.require_parameter(std::uint32_t{window.kernel_h} * window.kernel_w < 1u << 24, Table::VT_KERNEL_H);
  layer.require_parameter(table->output_minimum() >= -128 && table->output_maximum() <= 127 &&
                              table->output_minimum() <= table->output_maximum(), Table::VT_OUTPUT_MINIMUM);
  if (auto* parameters = layer.parameters<Pool2D>())
    *parameters = {window, table->minimum(), table->maximum(), table->output_minimum(), table->output_maximum()};
}

}  // namespace nacre
