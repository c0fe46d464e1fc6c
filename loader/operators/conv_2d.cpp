#include "runtime/kernels/conv_2d.hpp"

#include "loader/channel_check.hpp"
#include "loader/window_check.hpp"

namespace nacre::checks {

void conv_2d(LayerCheck& layer) {
  const bool quantised = layer.type() == DataType::int8;
  const auto* table = layer.table<schema::Conv2D>(quantised ? 4 : 3);
  if (table == nullptr) return;
  const Shape w = layer.input(1);
  const std::uint32_t first = quantised ? 1 : 0;  // int8: output channels first; float32: last
  const std::uint32_t depth = w[quantised ? 3 : 2], outputs = layer.output()[3], groups = table->groups();
  const Window window = check_window(layer, *table, w[first], w[first + 1], table->dilation_h(), table->dilation_w());
  if (!layer.require_parameter(groups != 0 && outputs % groups == 0, schema::Conv2D::VT_GROUPS)) return;
  layer.require_argument(w.rank() == 4 && w[quantised ? 0 : 3] == outputs && window.channels % groups == 0 &&
                             window.channels / groups == depth, 1);
  layer.has_type(1, layer.type());
  check_channels(layer, layer.type(), outputs);
  layer.require_parameter(is_int8(table->input_zero_point()), schema::Conv2D::VT_INPUT_ZERO_POINT);
  layer.require_parameter(static_cast<std::uint8_t>(table->packing()) == layer.variant(), schema::Conv2D::VT_PACKING);
  const Int8Output output = check_int8_output(layer, *table);
  if (auto* parameters = layer.parameters<Conv2D>())
    *parameters = {window, outputs, depth, outputs / groups, table->minimum(), table->maximum(),
                   table->input_zero_point(), output.zero_point, output.minimum, output.maximum};
}

}  // namespace nacre::checks
