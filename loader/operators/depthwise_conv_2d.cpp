#include "runtime/kernels/depthwise_conv_2d.hpp"

#include "loader/channel_check.hpp"
#include "loader/window_check.hpp"

namespace nacre::checks {

void depthwise_conv_2d(LayerCheck& layer) {
  const auto* table = layer.table<schema::DepthwiseConv2D>(layer.type() == DataType::int8 ? 4 : 3);
  if (table == nullptr) return;
  const Shape w = layer.input(1);
  const std::uint32_t outputs = layer.output()[3];
  const Window window = check_window(layer, *table, w[0], w[1], table->dilation_h(), table->dilation_w());
  layer.require_argument(w.rank() == 3 && w[2] == outputs && outputs % window.channels == 0, 1);
  layer.has_type(1, layer.type());
  check_channels(layer, layer.type(), outputs);
  layer.require_parameter(is_int8(table->input_zero_point()), schema::DepthwiseConv2D::VT_INPUT_ZERO_POINT);
  layer.require_parameter(static_cast<std::uint8_t>(table->packing()) == layer.variant(),
                          schema::DepthwiseConv2D::VT_PACKING);
  const Int8Output output = check_int8_output(layer, *table);
  if (auto* parameters = layer.parameters<DepthwiseConv2D>())
    *parameters = {window, outputs, outputs / window.channels, table->minimum(), table->maximum(),
                   table->input_zero_point(), output.zero_point, output.minimum, output.maximum};
}

}  // namespace nacre::checks
