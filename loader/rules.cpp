// Written by nacre-describe from schema/operators/*.md. Change those.

#include "runtime/strict_float.hpp"  // first

#include <cstddef>

#include "loader/layer_check.hpp"
#include "loader/rescale_check.hpp"

namespace nacre {
namespace checks {
void conv_2d_dsp(LayerCheck&);
void conv_2d_mve(LayerCheck&);
void depthwise_conv_2d_dsp(LayerCheck&);
void depthwise_conv_2d_mve(LayerCheck&);
}  // namespace checks

namespace {

void check_fully_connected_float32_portable(LayerCheck& layer) {
  using P = parameters::FullyConnected;
  const auto& p = layer.parameters<P>();
  if (p.multiplier < 0) return layer.refuse_parameter(offsetof(P, multiplier));
  if (!in_range(p.shift, -31, 30)) return layer.refuse_parameter(offsetof(P, shift));
  if (p.output_minimum > p.output_maximum) return layer.refuse_parameter(offsetof(P, output_minimum));
  if (p.layout != Layout::portable) return layer.refuse_parameter(offsetof(P, layout));
  if ((layer.word(20)) != 0) return layer.refuse_feature(offsetof(P, reserved));
  const auto x = layer.leading(0, DataType::float32, 2);
  if (x.others == nullptr) return;
  const std::uint32_t n_depth = x.others[0];
  const std::uint32_t n_rows = x.length;
  const std::uint32_t* const weights = layer.dimensions(1, DataType::float32, 2);
  if (weights == nullptr) return;
  if (weights[0] != n_depth) return layer.refuse_argument(1);
  const std::uint32_t n_units = weights[1];
  const std::uint32_t* const bias = layer.dimensions(2, DataType::float32, 1);
  if (bias == nullptr) return;
  if (bias[0] != n_units) return layer.refuse_argument(2);
  if (layer.has_input(3)) return layer.refuse_argument(3);
  const auto y = layer.leading(layer.inputs(), DataType::float32, 2);
  if (y.others == nullptr) return;
  if (y.others[0] != n_units) return layer.refuse_argument(layer.inputs());
  if (y.length != n_rows) return layer.refuse_argument(layer.inputs());
}

void check_fully_connected_float64_portable(LayerCheck& layer) {
  using P = parameters::FullyConnected;
  const auto& p = layer.parameters<P>();
  if (p.multiplier < 0) return layer.refuse_parameter(offsetof(P, multiplier));
  if (!in_range(p.shift, -31, 30)) return layer.refuse_parameter(offsetof(P, shift));
  if (p.output_minimum > p.output_maximum) return layer.refuse_parameter(offsetof(P, output_minimum));
  if (p.layout != Layout::portable) return layer.refuse_parameter(offsetof(P, layout));
  if ((layer.word(20)) != 0) return layer.refuse_feature(offsetof(P, reserved));
  const auto x = layer.leading(0, DataType::float64, 2);
  if (x.others == nullptr) return;
  const std::uint32_t n_depth = x.others[0];
  const std::uint32_t n_rows = x.length;
  const std::uint32_t* const weights = layer.dimensions(1, DataType::float64, 2);
  if (weights == nullptr) return;
  if (weights[0] != n_depth) return layer.refuse_argument(1);
  const std::uint32_t n_units = weights[1];
  const std::uint32_t* const bias = layer.dimensions(2, DataType::float64, 1);
  if (bias == nullptr) return;
  if (bias[0] != n_units) return layer.refuse_argument(2);
  if (layer.has_input(3)) return layer.refuse_argument(3);
  const auto y = layer.leading(layer.inputs(), DataType::float64, 2);
  if (y.others == nullptr) return;
  if (y.others[0] != n_units) return layer.refuse_argument(layer.inputs());
  if (y.length != n_rows) return layer.refuse_argument(layer.inputs());
}

void check_fully_connected_int8_portable(LayerCheck& layer) {
  using P = parameters::FullyConnected;
  const auto& p = layer.parameters<P>();
  if (p.multiplier < 0) return layer.refuse_parameter(offsetof(P, multiplier));
  if (!in_range(p.shift, -31, 30)) return layer.refuse_parameter(offsetof(P, shift));
  if (p.output_minimum > p.output_maximum) return layer.refuse_parameter(offsetof(P, output_minimum));
  if (p.layout != Layout::portable) return layer.refuse_parameter(offsetof(P, layout));
  if ((layer.word(20)) != 0) return layer.refuse_feature(offsetof(P, reserved));
  const auto x = layer.leading(0, DataType::int8, 2);
  if (x.others == nullptr) return;
  const std::uint32_t n_depth = x.others[0];
  const std::uint32_t n_rows = x.length;
  const std::uint32_t* const weights = layer.dimensions(1, DataType::int8, 2);
  if (weights == nullptr) return;
  const std::uint32_t n_units = weights[0];
  if (weights[1] != n_depth) return layer.refuse_argument(1);
  const std::uint32_t* const bias = layer.dimensions(2, DataType::int32, 1);
  if (bias == nullptr) return;
  if (bias[0] != n_units) return layer.refuse_argument(2);
  if (layer.has_input(3)) {
    if (!layer.is_constant(3)) return layer.refuse_argument(3);
    const std::uint32_t* const rescale = layer.dimensions(3, DataType::int32, 2);
    if (rescale == nullptr) return;
    if (rescale[0] != n_units) return layer.refuse_argument(3);
    if (rescale[1] != 2) return layer.refuse_argument(3);
    check_rescale(layer, 3);
  }
  const auto y = layer.leading(layer.inputs(), DataType::int8, 2);
  if (y.others == nullptr) return;
  if (y.others[0] != n_units) return layer.refuse_argument(layer.inputs());
  if (y.length != n_rows) return layer.refuse_argument(layer.inputs());
}

void check_fully_connected_int16_portable(LayerCheck& layer) {
  using P = parameters::FullyConnected;
  const auto& p = layer.parameters<P>();
  if (p.multiplier < 0) return layer.refuse_parameter(offsetof(P, multiplier));
  if (!in_range(p.shift, -31, 30)) return layer.refuse_parameter(offsetof(P, shift));
  if (p.output_minimum > p.output_maximum) return layer.refuse_parameter(offsetof(P, output_minimum));
  if (p.layout != Layout::portable) return layer.refuse_parameter(offsetof(P, layout));
  if ((layer.word(20)) != 0) return layer.refuse_feature(offsetof(P, reserved));
  const auto x = layer.leading(0, DataType::int16, 2);
  if (x.others == nullptr) return;
  const std::uint32_t n_depth = x.others[0];
  const std::uint32_t n_rows = x.length;
  const std::uint32_t* const weights = layer.dimensions(1, DataType::int8, 2);
  if (weights == nullptr) return;
  const std::uint32_t n_units = weights[0];
  if (weights[1] != n_depth) return layer.refuse_argument(1);
  const std::uint32_t* const bias = layer.dimensions(2, DataType::int32, 1);
  if (bias == nullptr) return;
  if (bias[0] != n_units) return layer.refuse_argument(2);
  if (layer.has_input(3)) {
    if (!layer.is_constant(3)) return layer.refuse_argument(3);
    const std::uint32_t* const rescale = layer.dimensions(3, DataType::int32, 2);
    if (rescale == nullptr) return;
    if (rescale[0] != n_units) return layer.refuse_argument(3);
    if (rescale[1] != 2) return layer.refuse_argument(3);
    check_rescale(layer, 3);
  }
  const auto y = layer.leading(layer.inputs(), DataType::int16, 2);
  if (y.others == nullptr) return;
  if (y.others[0] != n_units) return layer.refuse_argument(layer.inputs());
  if (y.length != n_rows) return layer.refuse_argument(layer.inputs());
}

void check_fully_connected_int8_dsp(LayerCheck& layer) {
  using P = parameters::FullyConnected;
  const auto& p = layer.parameters<P>();
  if (p.multiplier < 0) return layer.refuse_parameter(offsetof(P, multiplier));
  if (!in_range(p.shift, -31, 30)) return layer.refuse_parameter(offsetof(P, shift));
  if (p.output_minimum > p.output_maximum) return layer.refuse_parameter(offsetof(P, output_minimum));
  if (p.layout != Layout::dsp) return layer.refuse_parameter(offsetof(P, layout));
  if ((layer.word(20)) != 0) return layer.refuse_feature(offsetof(P, reserved));
  const auto x = layer.leading(0, DataType::int8, 2);
  if (x.others == nullptr) return;
  const std::uint32_t n_depth = x.others[0];
  const std::uint32_t n_rows = x.length;
  const std::uint32_t* const weights = layer.dimensions(1, DataType::int32, 2);
  if (weights == nullptr) return;
  const std::uint32_t* const bias = layer.dimensions(2, DataType::int32, 1);
  if (bias == nullptr) return;
  const std::uint32_t n_units = bias[0];
  if (layer.has_input(3)) {
    if (!layer.is_constant(3)) return layer.refuse_argument(3);
    const std::uint32_t* const rescale = layer.dimensions(3, DataType::int32, 2);
    if (rescale == nullptr) return;
    if (rescale[0] != n_units) return layer.refuse_argument(3);
    if (rescale[1] != 2) return layer.refuse_argument(3);
  }
  const auto y = layer.leading(layer.inputs(), DataType::int8, 2);
  if (y.others == nullptr) return;
  if (y.others[0] != n_units) return layer.refuse_argument(layer.inputs());
  if (y.length != n_rows) return layer.refuse_argument(layer.inputs());
  if (!is_multiple_of_ceil(weights[0], 1, n_units, 2)) return layer.refuse_argument(1);
  if (!is_multiple_of_ceil(weights[1], 2, n_depth, 4)) return layer.refuse_argument(1);
}

void check_fully_connected_int8_mve(LayerCheck& layer) {
  using P = parameters::FullyConnected;
  const auto& p = layer.parameters<P>();
  if (p.multiplier < 0) return layer.refuse_parameter(offsetof(P, multiplier));
  if (!in_range(p.shift, -31, 30)) return layer.refuse_parameter(offsetof(P, shift));
  if (p.output_minimum > p.output_maximum) return layer.refuse_parameter(offsetof(P, output_minimum));
  if (p.layout != Layout::mve) return layer.refuse_parameter(offsetof(P, layout));
  if ((layer.word(20)) != 0) return layer.refuse_feature(offsetof(P, reserved));
  const auto x = layer.leading(0, DataType::int8, 2);
  if (x.others == nullptr) return;
  const std::uint32_t n_depth = x.others[0];
  const std::uint32_t n_rows = x.length;
  const std::uint32_t* const weights = layer.dimensions(1, DataType::int8, 2);
  if (weights == nullptr) return;
  const std::uint32_t n_units = weights[0];
  if (weights[1] != n_depth) return layer.refuse_argument(1);
  const std::uint32_t* const bias = layer.dimensions(2, DataType::int32, 1);
  if (bias == nullptr) return;
  if (bias[0] != n_units) return layer.refuse_argument(2);
  if (layer.has_input(3)) {
    if (!layer.is_constant(3)) return layer.refuse_argument(3);
    const std::uint32_t* const rescale = layer.dimensions(3, DataType::int32, 2);
    if (rescale == nullptr) return;
    if (rescale[0] != n_units) return layer.refuse_argument(3);
    if (rescale[1] != 2) return layer.refuse_argument(3);
    check_rescale(layer, 3);
  }
  const auto y = layer.leading(layer.inputs(), DataType::int8, 2);
  if (y.others == nullptr) return;
  if (y.others[0] != n_units) return layer.refuse_argument(layer.inputs());
  if (y.length != n_rows) return layer.refuse_argument(layer.inputs());
}

void check_conv_2d_float32_portable(LayerCheck& layer) {
  using P = parameters::Conv2D;
  const auto& p = layer.parameters<P>();
  if (p.stride_h < 1) return layer.refuse_parameter(offsetof(P, stride_h));
  if (p.stride_w < 1) return layer.refuse_parameter(offsetof(P, stride_w));
  if (p.dilation_h < 1) return layer.refuse_parameter(offsetof(P, dilation_h));
  if (p.dilation_w < 1) return layer.refuse_parameter(offsetof(P, dilation_w));
  if (p.groups < 1) return layer.refuse_parameter(offsetof(P, groups));
  if (p.output_minimum > p.output_maximum) return layer.refuse_parameter(offsetof(P, output_minimum));
  if (p.layout != Layout::portable) return layer.refuse_parameter(offsetof(P, layout));
  if (((layer.word(32) & bytes_from(3)) | layer.word(36)) != 0) return layer.refuse_feature(offsetof(P, reserved));
  const std::uint32_t* const x = layer.dimensions(0, DataType::float32, 4);
  if (x == nullptr) return;
  const std::uint32_t n_batch = x[0];
  const std::uint32_t* const weights = layer.dimensions(1, DataType::float32, 4);
  if (weights == nullptr) return;
  const std::uint32_t n_outputs = weights[3];
  const std::uint32_t* const bias = layer.dimensions(2, DataType::float32, 1);
  if (bias == nullptr) return;
  if (bias[0] != n_outputs) return layer.refuse_argument(2);
  if (layer.has_input(3)) return layer.refuse_argument(3);
  const std::uint32_t* const y = layer.dimensions(layer.inputs(), DataType::float32, 4);
  if (y == nullptr) return;
  if (y[0] != n_batch) return layer.refuse_argument(layer.inputs());
  if (y[3] != n_outputs) return layer.refuse_argument(layer.inputs());
  checks::conv_2d(layer);
}

void check_conv_2d_int8_portable(LayerCheck& layer) {
  using P = parameters::Conv2D;
  const auto& p = layer.parameters<P>();
  if (p.stride_h < 1) return layer.refuse_parameter(offsetof(P, stride_h));
  if (p.stride_w < 1) return layer.refuse_parameter(offsetof(P, stride_w));
  if (p.dilation_h < 1) return layer.refuse_parameter(offsetof(P, dilation_h));
  if (p.dilation_w < 1) return layer.refuse_parameter(offsetof(P, dilation_w));
  if (p.groups < 1) return layer.refuse_parameter(offsetof(P, groups));
  if (p.output_minimum > p.output_maximum) return layer.refuse_parameter(offsetof(P, output_minimum));
  if (p.layout != Layout::portable) return layer.refuse_parameter(offsetof(P, layout));
  if (((layer.word(32) & bytes_from(3)) | layer.word(36)) != 0) return layer.refuse_feature(offsetof(P, reserved));
  const std::uint32_t* const x = layer.dimensions(0, DataType::int8, 4);
  if (x == nullptr) return;
  const std::uint32_t n_batch = x[0];
  const std::uint32_t* const weights = layer.dimensions(1, DataType::int8, 4);
  if (weights == nullptr) return;
  const std::uint32_t n_outputs = weights[0];
  const std::uint32_t* const bias = layer.dimensions(2, DataType::int32, 1);
  if (bias == nullptr) return;
  if (bias[0] != n_outputs) return layer.refuse_argument(2);
  if (!layer.has_input(3)) return layer.refuse_argument(3);
  if (!layer.is_constant(3)) return layer.refuse_argument(3);
  const std::uint32_t* const rescale = layer.dimensions(3, DataType::int32, 2);
  if (rescale == nullptr) return;
  if (rescale[0] != n_outputs) return layer.refuse_argument(3);
  if (rescale[1] != 2) return layer.refuse_argument(3);
  check_rescale(layer, 3);
  const std::uint32_t* const y = layer.dimensions(4, DataType::int8, 4);
  if (y == nullptr) return;
  if (y[0] != n_batch) return layer.refuse_argument(4);
  if (y[3] != n_outputs) return layer.refuse_argument(4);
  checks::conv_2d(layer);
}

void check_conv_2d_int16_portable(LayerCheck& layer) {
  using P = parameters::Conv2D;
  const auto& p = layer.parameters<P>();
  if (p.stride_h < 1) return layer.refuse_parameter(offsetof(P, stride_h));
  if (p.stride_w < 1) return layer.refuse_parameter(offsetof(P, stride_w));
  if (p.dilation_h < 1) return layer.refuse_parameter(offsetof(P, dilation_h));
  if (p.dilation_w < 1) return layer.refuse_parameter(offsetof(P, dilation_w));
  if (p.groups < 1) return layer.refuse_parameter(offsetof(P, groups));
  if (p.output_minimum > p.output_maximum) return layer.refuse_parameter(offsetof(P, output_minimum));
  if (p.layout != Layout::portable) return layer.refuse_parameter(offsetof(P, layout));
  if (((layer.word(32) & bytes_from(3)) | layer.word(36)) != 0) return layer.refuse_feature(offsetof(P, reserved));
  const std::uint32_t* const x = layer.dimensions(0, DataType::int16, 4);
  if (x == nullptr) return;
  const std::uint32_t n_batch = x[0];
  const std::uint32_t* const weights = layer.dimensions(1, DataType::int8, 4);
  if (weights == nullptr) return;
  const std::uint32_t n_outputs = weights[0];
  const std::uint32_t* const bias = layer.dimensions(2, DataType::int32, 1);
  if (bias == nullptr) return;
  if (bias[0] != n_outputs) return layer.refuse_argument(2);
  if (!layer.has_input(3)) return layer.refuse_argument(3);
  if (!layer.is_constant(3)) return layer.refuse_argument(3);
  const std::uint32_t* const rescale = layer.dimensions(3, DataType::int32, 2);
  if (rescale == nullptr) return;
  if (rescale[0] != n_outputs) return layer.refuse_argument(3);
  if (rescale[1] != 2) return layer.refuse_argument(3);
  check_rescale(layer, 3);
  const std::uint32_t* const y = layer.dimensions(4, DataType::int16, 4);
  if (y == nullptr) return;
  if (y[0] != n_batch) return layer.refuse_argument(4);
  if (y[3] != n_outputs) return layer.refuse_argument(4);
  checks::conv_2d(layer);
}

void check_conv_2d_int8_dsp(LayerCheck& layer) {
  using P = parameters::Conv2D;
  const auto& p = layer.parameters<P>();
  if (p.stride_h < 1) return layer.refuse_parameter(offsetof(P, stride_h));
  if (p.stride_w < 1) return layer.refuse_parameter(offsetof(P, stride_w));
  if (p.dilation_h < 1) return layer.refuse_parameter(offsetof(P, dilation_h));
  if (p.dilation_w < 1) return layer.refuse_parameter(offsetof(P, dilation_w));
  if (p.groups < 1) return layer.refuse_parameter(offsetof(P, groups));
  if (p.output_minimum > p.output_maximum) return layer.refuse_parameter(offsetof(P, output_minimum));
  if (p.layout != Layout::dsp) return layer.refuse_parameter(offsetof(P, layout));
  if (((layer.word(32) & bytes_from(3)) | layer.word(36)) != 0) return layer.refuse_feature(offsetof(P, reserved));
  const std::uint32_t* const x = layer.dimensions(0, DataType::int8, 4);
  if (x == nullptr) return;
  const std::uint32_t n_batch = x[0];
  const std::uint32_t* const weights = layer.dimensions(1, DataType::int32, 2);
  if (weights == nullptr) return;
  const std::uint32_t* const bias = layer.dimensions(2, DataType::int32, 1);
  if (bias == nullptr) return;
  const std::uint32_t n_outputs = bias[0];
  if (!layer.has_input(3)) return layer.refuse_argument(3);
  if (!layer.is_constant(3)) return layer.refuse_argument(3);
  const std::uint32_t* const rescale = layer.dimensions(3, DataType::int32, 2);
  if (rescale == nullptr) return;
  if (rescale[0] != n_outputs) return layer.refuse_argument(3);
  if (rescale[1] != 2) return layer.refuse_argument(3);
  const std::uint32_t* const y = layer.dimensions(4, DataType::int8, 4);
  if (y == nullptr) return;
  if (y[0] != n_batch) return layer.refuse_argument(4);
  if (y[3] != n_outputs) return layer.refuse_argument(4);
  if (!layer.has_type(5, DataType::int32)) return layer.refuse_argument(5);
  if (!is_multiple_of_ceil(weights[0], 1, n_outputs, 2)) return layer.refuse_argument(1);
  checks::conv_2d_dsp(layer);
}

void check_conv_2d_int8_mve(LayerCheck& layer) {
  using P = parameters::Conv2D;
  const auto& p = layer.parameters<P>();
  if (p.stride_h < 1) return layer.refuse_parameter(offsetof(P, stride_h));
  if (p.stride_w < 1) return layer.refuse_parameter(offsetof(P, stride_w));
  if (p.dilation_h < 1) return layer.refuse_parameter(offsetof(P, dilation_h));
  if (p.dilation_w < 1) return layer.refuse_parameter(offsetof(P, dilation_w));
  if (p.groups < 1) return layer.refuse_parameter(offsetof(P, groups));
  if (p.output_minimum > p.output_maximum) return layer.refuse_parameter(offsetof(P, output_minimum));
  if (p.layout != Layout::mve) return layer.refuse_parameter(offsetof(P, layout));
  if (((layer.word(32) & bytes_from(3)) | layer.word(36)) != 0) return layer.refuse_feature(offsetof(P, reserved));
  const std::uint32_t* const x = layer.dimensions(0, DataType::int8, 4);
  if (x == nullptr) return;
  const std::uint32_t n_batch = x[0];
  const std::uint32_t n_channels = x[3];
  const std::uint32_t* const weights = layer.dimensions(1, DataType::int8, 4);
  if (weights == nullptr) return;
  const std::uint32_t n_outputs = weights[0];
  if (weights[3] != n_channels) return layer.refuse_argument(1);
  const std::uint32_t* const bias = layer.dimensions(2, DataType::int32, 1);
  if (bias == nullptr) return;
  if (bias[0] != n_outputs) return layer.refuse_argument(2);
  if (!layer.has_input(3)) return layer.refuse_argument(3);
  if (!layer.is_constant(3)) return layer.refuse_argument(3);
  const std::uint32_t* const rescale = layer.dimensions(3, DataType::int32, 2);
  if (rescale == nullptr) return;
  if (rescale[0] != n_outputs) return layer.refuse_argument(3);
  if (rescale[1] != 2) return layer.refuse_argument(3);
  check_rescale(layer, 3);
  const std::uint32_t* const y = layer.dimensions(4, DataType::int8, 4);
  if (y == nullptr) return;
  if (y[0] != n_batch) return layer.refuse_argument(4);
  if (y[3] != n_outputs) return layer.refuse_argument(4);
  if (!layer.has_type(5, DataType::int32)) return layer.refuse_argument(5);
  checks::conv_2d_mve(layer);
}

void check_depthwise_conv_2d_float32_portable(LayerCheck& layer) {
  using P = parameters::DepthwiseConv2D;
  const auto& p = layer.parameters<P>();
  if (p.stride_h < 1) return layer.refuse_parameter(offsetof(P, stride_h));
  if (p.stride_w < 1) return layer.refuse_parameter(offsetof(P, stride_w));
  if (p.dilation_h < 1) return layer.refuse_parameter(offsetof(P, dilation_h));
  if (p.dilation_w < 1) return layer.refuse_parameter(offsetof(P, dilation_w));
  if (p.output_minimum > p.output_maximum) return layer.refuse_parameter(offsetof(P, output_minimum));
  if (p.layout != Layout::portable) return layer.refuse_parameter(offsetof(P, layout));
  if (((layer.word(28) & bytes_from(1))) != 0) return layer.refuse_feature(offsetof(P, reserved));
  const std::uint32_t* const x = layer.dimensions(0, DataType::float32, 4);
  if (x == nullptr) return;
  const std::uint32_t n_batch = x[0];
  const std::uint32_t* const weights = layer.dimensions(1, DataType::float32, 3);
  if (weights == nullptr) return;
  const std::uint32_t n_outputs = weights[2];
  const std::uint32_t* const bias = layer.dimensions(2, DataType::float32, 1);
  if (bias == nullptr) return;
  if (bias[0] != n_outputs) return layer.refuse_argument(2);
  if (layer.has_input(3)) return layer.refuse_argument(3);
  const std::uint32_t* const y = layer.dimensions(layer.inputs(), DataType::float32, 4);
  if (y == nullptr) return;
  if (y[0] != n_batch) return layer.refuse_argument(layer.inputs());
  if (y[3] != n_outputs) return layer.refuse_argument(layer.inputs());
  checks::depthwise_conv_2d(layer);
}

void check_depthwise_conv_2d_int8_portable(LayerCheck& layer) {
  using P = parameters::DepthwiseConv2D;
  const auto& p = layer.parameters<P>();
  if (p.stride_h < 1) return layer.refuse_parameter(offsetof(P, stride_h));
  if (p.stride_w < 1) return layer.refuse_parameter(offsetof(P, stride_w));
  if (p.dilation_h < 1) return layer.refuse_parameter(offsetof(P, dilation_h));
  if (p.dilation_w < 1) return layer.refuse_parameter(offsetof(P, dilation_w));
  if (p.output_minimum > p.output_maximum) return layer.refuse_parameter(offsetof(P, output_minimum));
  if (p.layout != Layout::portable) return layer.refuse_parameter(offsetof(P, layout));
  if (((layer.word(28) & bytes_from(1))) != 0) return layer.refuse_feature(offsetof(P, reserved));
  const std::uint32_t* const x = layer.dimensions(0, DataType::int8, 4);
  if (x == nullptr) return;
  const std::uint32_t n_batch = x[0];
  const std::uint32_t* const weights = layer.dimensions(1, DataType::int8, 3);
  if (weights == nullptr) return;
  const std::uint32_t n_outputs = weights[2];
  const std::uint32_t* const bias = layer.dimensions(2, DataType::int32, 1);
  if (bias == nullptr) return;
  if (bias[0] != n_outputs) return layer.refuse_argument(2);
  if (!layer.has_input(3)) return layer.refuse_argument(3);
  if (!layer.is_constant(3)) return layer.refuse_argument(3);
  const std::uint32_t* const rescale = layer.dimensions(3, DataType::int32, 2);
  if (rescale == nullptr) return;
  if (rescale[0] != n_outputs) return layer.refuse_argument(3);
  if (rescale[1] != 2) return layer.refuse_argument(3);
  check_rescale(layer, 3);
  const std::uint32_t* const y = layer.dimensions(4, DataType::int8, 4);
  if (y == nullptr) return;
  if (y[0] != n_batch) return layer.refuse_argument(4);
  if (y[3] != n_outputs) return layer.refuse_argument(4);
  checks::depthwise_conv_2d(layer);
}

void check_depthwise_conv_2d_int16_portable(LayerCheck& layer) {
  using P = parameters::DepthwiseConv2D;
  const auto& p = layer.parameters<P>();
  if (p.stride_h < 1) return layer.refuse_parameter(offsetof(P, stride_h));
  if (p.stride_w < 1) return layer.refuse_parameter(offsetof(P, stride_w));
  if (p.dilation_h < 1) return layer.refuse_parameter(offsetof(P, dilation_h));
  if (p.dilation_w < 1) return layer.refuse_parameter(offsetof(P, dilation_w));
  if (p.output_minimum > p.output_maximum) return layer.refuse_parameter(offsetof(P, output_minimum));
  if (p.layout != Layout::portable) return layer.refuse_parameter(offsetof(P, layout));
  if (((layer.word(28) & bytes_from(1))) != 0) return layer.refuse_feature(offsetof(P, reserved));
  const std::uint32_t* const x = layer.dimensions(0, DataType::int16, 4);
  if (x == nullptr) return;
  const std::uint32_t n_batch = x[0];
  const std::uint32_t* const weights = layer.dimensions(1, DataType::int8, 3);
  if (weights == nullptr) return;
  const std::uint32_t n_outputs = weights[2];
  const std::uint32_t* const bias = layer.dimensions(2, DataType::int32, 1);
  if (bias == nullptr) return;
  if (bias[0] != n_outputs) return layer.refuse_argument(2);
  if (!layer.has_input(3)) return layer.refuse_argument(3);
  if (!layer.is_constant(3)) return layer.refuse_argument(3);
  const std::uint32_t* const rescale = layer.dimensions(3, DataType::int32, 2);
  if (rescale == nullptr) return;
  if (rescale[0] != n_outputs) return layer.refuse_argument(3);
  if (rescale[1] != 2) return layer.refuse_argument(3);
  check_rescale(layer, 3);
  const std::uint32_t* const y = layer.dimensions(4, DataType::int16, 4);
  if (y == nullptr) return;
  if (y[0] != n_batch) return layer.refuse_argument(4);
  if (y[3] != n_outputs) return layer.refuse_argument(4);
  checks::depthwise_conv_2d(layer);
}

void check_depthwise_conv_2d_int8_dsp(LayerCheck& layer) {
  using P = parameters::DepthwiseConv2D;
  const auto& p = layer.parameters<P>();
  if (p.stride_h < 1) return layer.refuse_parameter(offsetof(P, stride_h));
  if (p.stride_w < 1) return layer.refuse_parameter(offsetof(P, stride_w));
  if (p.dilation_h < 1) return layer.refuse_parameter(offsetof(P, dilation_h));
  if (p.dilation_w < 1) return layer.refuse_parameter(offsetof(P, dilation_w));
  if (p.output_minimum > p.output_maximum) return layer.refuse_parameter(offsetof(P, output_minimum));
  if (p.layout != Layout::dsp) return layer.refuse_parameter(offsetof(P, layout));
  if (((layer.word(28) & bytes_from(1))) != 0) return layer.refuse_feature(offsetof(P, reserved));
  const std::uint32_t* const x = layer.dimensions(0, DataType::int8, 4);
  if (x == nullptr) return;
  const std::uint32_t n_batch = x[0];
  const std::uint32_t* const weights = layer.dimensions(1, DataType::int32, 3);
  if (weights == nullptr) return;
  const std::uint32_t* const bias = layer.dimensions(2, DataType::int32, 1);
  if (bias == nullptr) return;
  const std::uint32_t n_outputs = bias[0];
  if (!layer.has_input(3)) return layer.refuse_argument(3);
  if (!layer.is_constant(3)) return layer.refuse_argument(3);
  const std::uint32_t* const rescale = layer.dimensions(3, DataType::int32, 2);
  if (rescale == nullptr) return;
  if (rescale[0] != n_outputs) return layer.refuse_argument(3);
  if (rescale[1] != 2) return layer.refuse_argument(3);
  const std::uint32_t* const y = layer.dimensions(4, DataType::int8, 4);
  if (y == nullptr) return;
  if (y[0] != n_batch) return layer.refuse_argument(4);
  if (y[3] != n_outputs) return layer.refuse_argument(4);
  if (!layer.has_type(5, DataType::int32)) return layer.refuse_argument(5);
  if (!is_multiple_of_ceil(weights[0], 1, n_outputs, 4)) return layer.refuse_argument(1);
  checks::depthwise_conv_2d_dsp(layer);
}

void check_depthwise_conv_2d_int8_mve(LayerCheck& layer) {
  using P = parameters::DepthwiseConv2D;
  const auto& p = layer.parameters<P>();
  if (p.stride_h < 1) return layer.refuse_parameter(offsetof(P, stride_h));
  if (p.stride_w < 1) return layer.refuse_parameter(offsetof(P, stride_w));
  if (p.dilation_h < 1) return layer.refuse_parameter(offsetof(P, dilation_h));
  if (p.dilation_w < 1) return layer.refuse_parameter(offsetof(P, dilation_w));
  if (p.output_minimum > p.output_maximum) return layer.refuse_parameter(offsetof(P, output_minimum));
  if (p.layout != Layout::mve) return layer.refuse_parameter(offsetof(P, layout));
  if (((layer.word(28) & bytes_from(1))) != 0) return layer.refuse_feature(offsetof(P, reserved));
  const std::uint32_t* const x = layer.dimensions(0, DataType::int8, 4);
  if (x == nullptr) return;
  const std::uint32_t n_batch = x[0];
  const std::uint32_t* const weights = layer.dimensions(1, DataType::int8, 3);
  if (weights == nullptr) return;
  const std::uint32_t n_outputs = weights[2];
  const std::uint32_t* const bias = layer.dimensions(2, DataType::int32, 1);
  if (bias == nullptr) return;
  if (bias[0] != n_outputs) return layer.refuse_argument(2);
  if (!layer.has_input(3)) return layer.refuse_argument(3);
  if (!layer.is_constant(3)) return layer.refuse_argument(3);
  const std::uint32_t* const rescale = layer.dimensions(3, DataType::int32, 2);
  if (rescale == nullptr) return;
  if (rescale[0] != n_outputs) return layer.refuse_argument(3);
  if (rescale[1] != 2) return layer.refuse_argument(3);
  check_rescale(layer, 3);
  const std::uint32_t* const y = layer.dimensions(4, DataType::int8, 4);
  if (y == nullptr) return;
  if (y[0] != n_batch) return layer.refuse_argument(4);
  if (y[3] != n_outputs) return layer.refuse_argument(4);
  if (!layer.has_type(5, DataType::int32)) return layer.refuse_argument(5);
  checks::depthwise_conv_2d_mve(layer);
}

void check_max_pool_2d(LayerCheck& layer) {
  using P = parameters::MaxPool2D;
  const auto& p = layer.parameters<P>();
  if (p.kernel_h < 1) return layer.refuse_parameter(offsetof(P, kernel_h));
  if (p.kernel_w < 1) return layer.refuse_parameter(offsetof(P, kernel_w));
  if (p.stride_h < 1) return layer.refuse_parameter(offsetof(P, stride_h));
  if (p.stride_w < 1) return layer.refuse_parameter(offsetof(P, stride_w));
  if (p.output_minimum > p.output_maximum) return layer.refuse_parameter(offsetof(P, output_minimum));
  if (((layer.word(24) & bytes_from(2)) | layer.word(28)) != 0) return layer.refuse_feature(offsetof(P, reserved));
  const std::uint32_t* const x = layer.dimensions(0, layer.type(), 4);
  if (x == nullptr) return;
  const std::uint32_t n_batch = x[0];
  const std::uint32_t n_channels = x[3];
  const std::uint32_t* const y = layer.dimensions(1, layer.type(), 4);
  if (y == nullptr) return;
  if (y[0] != n_batch) return layer.refuse_argument(1);
  if (y[3] != n_channels) return layer.refuse_argument(1);
  checks::max_pool_2d(layer);
}

void check_average_pool_2d(LayerCheck& layer) {
  using P = parameters::AveragePool2D;
  const auto& p = layer.parameters<P>();
  if (p.kernel_h < 1) return layer.refuse_parameter(offsetof(P, kernel_h));
  if (p.kernel_w < 1) return layer.refuse_parameter(offsetof(P, kernel_w));
  if (p.stride_h < 1) return layer.refuse_parameter(offsetof(P, stride_h));
  if (p.stride_w < 1) return layer.refuse_parameter(offsetof(P, stride_w));
  if (p.output_minimum > p.output_maximum) return layer.refuse_parameter(offsetof(P, output_minimum));
  if (((layer.word(24) & bytes_from(2)) | layer.word(28)) != 0) return layer.refuse_feature(offsetof(P, reserved));
  const std::uint32_t* const x = layer.dimensions(0, layer.type(), 4);
  if (x == nullptr) return;
  const std::uint32_t n_batch = x[0];
  const std::uint32_t n_channels = x[3];
  const std::uint32_t* const y = layer.dimensions(1, layer.type(), 4);
  if (y == nullptr) return;
  if (y[0] != n_batch) return layer.refuse_argument(1);
  if (y[3] != n_channels) return layer.refuse_argument(1);
  checks::average_pool_2d(layer);
}

void check_prelu(LayerCheck& layer) {
  using P = parameters::PRelu;
  const auto& p = layer.parameters<P>();
  if (p.positive_multiplier < 0) return layer.refuse_parameter(offsetof(P, positive_multiplier));
  if (!in_range(p.positive_shift, -31, 30)) return layer.refuse_parameter(offsetof(P, positive_shift));
  if (p.negative_multiplier < 0) return layer.refuse_parameter(offsetof(P, negative_multiplier));
  if (!in_range(p.negative_shift, -31, 30)) return layer.refuse_parameter(offsetof(P, negative_shift));
  if (((layer.word(16) & bytes_from(3)) | layer.word(20)) != 0) return layer.refuse_feature(offsetof(P, reserved));
  if (layer.trailing(0, layer.type(), 2) == nullptr) return;
  const std::uint32_t n_row = layer.trailing_length(0, 2);
  if (layer.elements(1, layer.type()) != n_row) return layer.refuse_argument(1);
  if (!layer.is_like(2, layer.type(), 0)) return layer.refuse_argument(2);
}

void check_softmax(LayerCheck& layer) {
  using P = parameters::Softmax;
  const auto& p = layer.parameters<P>();
  if (p.input_multiplier < 0) return layer.refuse_parameter(offsetof(P, input_multiplier));
  if (!in_range(p.input_shift, -31, 30)) return layer.refuse_parameter(offsetof(P, input_shift));
  if (p.difference_minimum > 0) return layer.refuse_parameter(offsetof(P, difference_minimum));
  if ((layer.word(12)) != 0) return layer.refuse_feature(offsetof(P, reserved));
  if (layer.leading(0, layer.type(), 2).others == nullptr) return;
  if (!layer.is_like(1, layer.type(), 0)) return layer.refuse_argument(1);
  checks::softmax(layer);
}

void check_lookup_table(LayerCheck& layer) {
  using P = parameters::LookupTable;
  if ((layer.word(0)) != 0) return layer.refuse_feature(offsetof(P, reserved));
  if (layer.leading(0, layer.type(), 1).others == nullptr) return;
  if (layer.elements(1, DataType::int8) != 256) return layer.refuse_argument(1);
  if (!layer.is_like(2, DataType::int8, 0)) return layer.refuse_argument(2);
}

void check_binary(LayerCheck& layer) {
  using P = parameters::Binary;
  const auto& p = layer.parameters<P>();
  if (!in_range(p.left_shift, 0, 20)) return layer.refuse_parameter(offsetof(P, left_shift));
  if (p.a_multiplier < 0) return layer.refuse_parameter(offsetof(P, a_multiplier));
  if (!in_range(p.a_shift, -31, 30)) return layer.refuse_parameter(offsetof(P, a_shift));
  if (p.b_multiplier < 0) return layer.refuse_parameter(offsetof(P, b_multiplier));
  if (!in_range(p.b_shift, -31, 30)) return layer.refuse_parameter(offsetof(P, b_shift));
  if (p.output_multiplier < 0) return layer.refuse_parameter(offsetof(P, output_multiplier));
  if (!in_range(p.output_shift, -31, 30)) return layer.refuse_parameter(offsetof(P, output_shift));
  if (p.output_minimum > p.output_maximum) return layer.refuse_parameter(offsetof(P, output_minimum));
  if (static_cast<std::uint8_t>(p.function) != layer.function()) return layer.refuse_parameter(offsetof(P, function));
  if (((layer.word(40) & bytes_from(2)) | layer.word(44)) != 0) return layer.refuse_feature(offsetof(P, reserved));
  if (!layer.has_type(0, layer.type())) return layer.refuse_argument(0);
  if (!layer.has_type(1, layer.type())) return layer.refuse_argument(1);
  if (layer.leading(2, layer.type(), 1).others == nullptr) return;
  checks::binary(layer);
}

void check_gather(LayerCheck& layer) {
  using P = parameters::Gather;
  const auto& p = layer.parameters<P>();
  if (p.unit != layer.type()) return layer.refuse_parameter(offsetof(P, unit));
  if (((layer.word(0) & bytes_from(2)) | layer.word(4)) != 0) return layer.refuse_feature(offsetof(P, reserved));
  if (!layer.has_type(1, DataType::int32)) return layer.refuse_argument(1);
  checks::gather(layer);
}

void check_lstm(LayerCheck& layer) {
  using P = parameters::LSTM;
  const auto& p = layer.parameters<P>();
  if (!one_of(static_cast<std::uint8_t>(p.activation), 0x80407)) return layer.refuse_parameter(offsetof(P, activation));
  if (!one_of(static_cast<std::uint8_t>(p.recurrent_activation), 0x80407))
    return layer.refuse_parameter(offsetof(P, recurrent_activation));
  if (layer.parameters<std::uint8_t[24]>()[14] > 1) return layer.refuse_parameter(offsetof(P, return_sequences));
  if (layer.parameters<std::uint8_t[24]>()[15] > 1) return layer.refuse_parameter(offsetof(P, go_backwards));
  if (layer.parameters<std::uint8_t[24]>()[16] > 1) return layer.refuse_parameter(offsetof(P, stateful));
  if (((layer.word(16) & bytes_from(1)) | layer.word(20)) != 0) return layer.refuse_feature(offsetof(P, reserved));
  const std::uint32_t* const x = layer.dimensions(0, layer.type(), 3);
  if (x == nullptr) return;
  const std::uint32_t n_depth = x[2];
  const std::uint32_t* const kernel = layer.dimensions(1, layer.weights_type(), 2);
  if (kernel == nullptr) return;
  if (kernel[0] != n_depth) return layer.refuse_argument(1);
  const std::uint32_t* const recurrent = layer.dimensions(2, DataType::float32, 2);
  if (recurrent == nullptr) return;
  const std::uint32_t n_units = recurrent[0];
  if (!layer.has_type(3, DataType::float32)) return layer.refuse_argument(3);
  if (!layer.has_type(4, DataType::float32)) return layer.refuse_argument(4);
  if (layer.elements(5, DataType::float32) != n_units) return layer.refuse_argument(5);
  if (layer.elements(6, DataType::float32) != n_units) return layer.refuse_argument(6);
  if (!layer.has_type(7, DataType::float32)) return layer.refuse_argument(7);
  checks::lstm(layer);
}

void check_tree_ensemble(LayerCheck& layer) {
  using P = parameters::TreeEnsemble;
  const auto& p = layer.parameters<P>();
  if (!in_range(order(p.divisor), order(0.000000000e+00f) + 1, order(__builtin_inff())))
    return layer.refuse_parameter(offsetof(P, divisor));
  if (!in_range(order(p.divisor), order(-__builtin_inff()), order(3.000000000e+38f) - 1))
    return layer.refuse_parameter(offsetof(P, divisor));
  if (static_cast<std::uint8_t>(p.function) != layer.function()) return layer.refuse_parameter(offsetof(P, function));
  if (((layer.word(4) & bytes_from(1))) != 0) return layer.refuse_feature(offsetof(P, reserved));
  const std::uint32_t* const x = layer.dimensions(0, layer.type(), 2);
  if (x == nullptr) return;
  const std::uint32_t n_batch = x[0];
  if (!layer.is_constant(1)) return layer.refuse_argument(1);
  const std::uint32_t* const nodes = layer.dimensions(1, DataType::int32, 2);
  if (nodes == nullptr) return;
  if (nodes[1] != 3) return layer.refuse_argument(1);
  if (!layer.is_constant(2)) return layer.refuse_argument(2);
  const std::uint32_t n_trees = layer.elements(2, DataType::int32);
  if (!layer.is_constant(3)) return layer.refuse_argument(3);
  if (layer.elements(3, DataType::int32) != n_trees) return layer.refuse_argument(3);
  if (layer.dimensions(4, layer.weights_type(), 2) == nullptr) return;
  const std::uint32_t n_outputs = layer.elements(5, layer.weights_type());
  const std::uint32_t* const y = layer.dimensions(6, layer.weights_type(), 2);
  if (y == nullptr) return;
  if (y[0] != n_batch) return layer.refuse_argument(6);
  if (y[1] != n_outputs) return layer.refuse_argument(6);
  checks::tree_ensemble(layer);
}

void check_arg_max(LayerCheck& layer) {
  using P = parameters::ArgMax;
  if ((layer.word(0)) != 0) return layer.refuse_feature(offsetof(P, reserved));
  const auto x = layer.leading(0, layer.type(), 2);
  if (x.others == nullptr) return;
  const std::uint32_t n_rows = x.length;
  if (layer.elements(1, DataType::int32) != n_rows) return layer.refuse_argument(1);
}

void check_label_decode(LayerCheck& layer) {
  using P = parameters::LabelDecode;
  if ((layer.word(0)) != 0) return layer.refuse_feature(offsetof(P, reserved));
  const auto index = layer.leading(0, layer.type(), 1);
  if (index.others == nullptr) return;
  const std::uint32_t n_count = index.length;
  if (layer.has_input(2)) {
    if (!layer.is_constant(2)) return layer.refuse_argument(2);
    if (!layer.has_type(2, DataType::uint8)) return layer.refuse_argument(2);
  }
  if (layer.elements(layer.inputs()) != n_count) return layer.refuse_argument(layer.inputs());
  checks::label_decode(layer);
}

void check_label_encode(LayerCheck& layer) {
  using P = parameters::LabelEncode;
  if ((layer.word(0)) != 0) return layer.refuse_feature(offsetof(P, reserved));
  const auto x = layer.leading(0, layer.type(), 1);
  if (x.others == nullptr) return;
  const std::uint32_t n_count = x.length;
  if (!layer.is_constant(1)) return layer.refuse_argument(1);
  if (layer.has_input(2)) {
    if (!layer.is_constant(2)) return layer.refuse_argument(2);
    if (!layer.has_type(2, DataType::uint8)) return layer.refuse_argument(2);
  }
  if (layer.elements(layer.inputs(), DataType::int64) != n_count) return layer.refuse_argument(layer.inputs());
  checks::label_encode(layer);
}

void check_quantize(LayerCheck& layer) {
  using P = parameters::Quantize;
  const auto& p = layer.parameters<P>();
  if (!in_range(order(p.scale), order(0.000000000e+00f) + 1, order(__builtin_inff())))
    return layer.refuse_parameter(offsetof(P, scale));
  if (!in_range(order(p.scale), order(-__builtin_inff()), order(3.000000000e+38f) - 1))
    return layer.refuse_parameter(offsetof(P, scale));
  if (((layer.word(4) & bytes_from(1))) != 0) return layer.refuse_feature(offsetof(P, reserved));
  const auto x = layer.leading(0, layer.type(), 1);
  if (x.others == nullptr) return;
  const std::uint32_t n_count = x.length;
  if (layer.elements(1, DataType::int8) != n_count) return layer.refuse_argument(1);
}

void check_dequantize(LayerCheck& layer) {
  using P = parameters::Dequantize;
  const auto& p = layer.parameters<P>();
  if (!in_range(order(p.scale), order(0.000000000e+00f) + 1, order(__builtin_inff())))
    return layer.refuse_parameter(offsetof(P, scale));
  if (!in_range(order(p.scale), order(-__builtin_inff()), order(3.000000000e+38f) - 1))
    return layer.refuse_parameter(offsetof(P, scale));
  if (((layer.word(4) & bytes_from(1))) != 0) return layer.refuse_feature(offsetof(P, reserved));
  const auto x = layer.leading(0, layer.type(), 1);
  if (x.others == nullptr) return;
  const std::uint32_t n_count = x.length;
  if (layer.elements(1, DataType::float32) != n_count) return layer.refuse_argument(1);
}

void check_requantize(LayerCheck& layer) {
  using P = parameters::Requantize;
  const auto& p = layer.parameters<P>();
  if (p.multiplier < 0) return layer.refuse_parameter(offsetof(P, multiplier));
  if (!in_range(p.shift, -31, 22)) return layer.refuse_parameter(offsetof(P, shift));
  if (((layer.word(16) & bytes_from(1)) | layer.word(20)) != 0) return layer.refuse_feature(offsetof(P, reserved));
  const auto x = layer.leading(0, layer.type(), 1);
  if (x.others == nullptr) return;
  const std::uint32_t n_count = x.length;
  if (layer.elements(1) != n_count) return layer.refuse_argument(1);
  checks::requantize(layer);
}

void check_top_k(LayerCheck& layer) {
  using P = parameters::TopK;
  if ((layer.word(4)) != 0) return layer.refuse_feature(offsetof(P, reserved));
  const auto x = layer.leading(0, layer.type(), 2);
  if (x.others == nullptr) return;
  const std::uint32_t n_rows = x.length;
  const auto values = layer.leading(1, layer.type(), 2);
  if (values.others == nullptr) return;
  if (values.length != n_rows) return layer.refuse_argument(1);
  if (!layer.is_like(2, DataType::int32, 1)) return layer.refuse_argument(2);
  checks::top_k(layer);
}

void check_normalize(LayerCheck& layer) {
  using P = parameters::Normalize;
  const auto& p = layer.parameters<P>();
  if (static_cast<std::uint8_t>(p.norm) > 3) return layer.refuse_parameter(offsetof(P, norm));
  if (layer.parameters<std::uint8_t[12]>()[5] > 1) return layer.refuse_parameter(offsetof(P, uniform));
  if (((layer.word(4) & bytes_from(2)) | layer.word(8)) != 0) return layer.refuse_feature(offsetof(P, reserved));
  if (layer.leading(0, layer.type(), 2).others == nullptr) return;
  if (!layer.is_like(1, layer.type(), 0)) return layer.refuse_argument(1);
}

void check_reduce(LayerCheck& layer) {
  using P = parameters::Reduce;
  const auto& p = layer.parameters<P>();
  if (p.multiplier < 0) return layer.refuse_parameter(offsetof(P, multiplier));
  if (!in_range(p.shift, -31, 30)) return layer.refuse_parameter(offsetof(P, shift));
  if (static_cast<std::uint8_t>(p.function) != layer.function()) return layer.refuse_parameter(offsetof(P, function));
  if (p.axes < 1) return layer.refuse_parameter(offsetof(P, axes));
  if (layer.parameters<std::uint8_t[16]>()[12] > 1) return layer.refuse_parameter(offsetof(P, keep_dims));
  if (((layer.word(12) & bytes_from(1))) != 0) return layer.refuse_feature(offsetof(P, reserved));
  if (layer.leading(0, layer.type(), 1).others == nullptr) return;
  if (!layer.has_type(1, layer.type())) return layer.refuse_argument(1);
  checks::reduce(layer);
}

void check_quantized_lstm(LayerCheck& layer) {
  using P = parameters::QuantizedLSTM;
  const auto& p = layer.parameters<P>();
  if (!in_range(p.cell_clip, 0, 32767)) return layer.refuse_parameter(offsetof(P, cell_clip));
  if (p.output_multiplier < 0) return layer.refuse_parameter(offsetof(P, output_multiplier));
  if (!in_range(p.output_shift, -31, 30)) return layer.refuse_parameter(offsetof(P, output_shift));
  if (layer.parameters<std::uint8_t[20]>()[14] > 1) return layer.refuse_parameter(offsetof(P, return_sequences));
  if (p.cell_integer_bits > 6) return layer.refuse_parameter(offsetof(P, cell_integer_bits));
  if ((layer.word(16)) != 0) return layer.refuse_feature(offsetof(P, reserved));
  const std::uint32_t* const x = layer.dimensions(0, layer.type(), 3);
  if (x == nullptr) return;
  const std::uint32_t n_depth = x[2];
  const std::uint32_t* const kernel = layer.dimensions(1, layer.weights_type(), 2);
  if (kernel == nullptr) return;
  if (kernel[1] != n_depth) return layer.refuse_argument(1);
  const std::uint32_t* const recurrent = layer.dimensions(2, DataType::int8, 2);
  if (recurrent == nullptr) return;
  const std::uint32_t n_units = recurrent[1];
  const std::uint32_t* const bias = layer.dimensions(3, DataType::int32, 2);
  if (bias == nullptr) return;
  if (bias[0] != 2) return layer.refuse_argument(3);
  if (!layer.is_constant(4)) return layer.refuse_argument(4);
  const std::uint32_t* const rescale = layer.dimensions(4, DataType::int32, 2);
  if (rescale == nullptr) return;
  if (rescale[0] != 8) return layer.refuse_argument(4);
  if (rescale[1] != 2) return layer.refuse_argument(4);
  check_rescale(layer, 4);
  if (!layer.has_type(5, DataType::int8)) return layer.refuse_argument(5);
  if (layer.elements(6, DataType::int8) != n_units) return layer.refuse_argument(6);
  if (layer.elements(7, DataType::int16) != n_units) return layer.refuse_argument(7);
  if (!layer.has_type(8, DataType::int16)) return layer.refuse_argument(8);
  checks::quantized_lstm(layer);
}

void check_map(LayerCheck& layer) {
  using P = parameters::Map;
  const auto& p = layer.parameters<P>();
  if (p.instructions < 1) return layer.refuse_parameter(offsetof(P, instructions));
  if (((layer.word(0) & bytes_from(2)) | layer.word(4)) != 0) return layer.refuse_feature(offsetof(P, reserved));
  checks::map(layer);
}

void check_matmul_float32_portable(LayerCheck& layer) {
  using P = parameters::MatMul;
  if (layer.parameters<std::uint8_t[8]>()[0] > 1) return layer.refuse_parameter(offsetof(P, transposed));
  if (((layer.word(0) & bytes_from(1)) | layer.word(4)) != 0) return layer.refuse_feature(offsetof(P, reserved));
  if (!layer.has_type(0, DataType::float32)) return layer.refuse_argument(0);
  if (!layer.has_type(1, DataType::float32)) return layer.refuse_argument(1);
  if (layer.has_input(2)) return layer.refuse_argument(2);
  if (!layer.has_type(layer.inputs(), DataType::float32)) return layer.refuse_argument(layer.inputs());
  checks::matmul(layer);
}

void check_matmul_float64_portable(LayerCheck& layer) {
  using P = parameters::MatMul;
  if (layer.parameters<std::uint8_t[8]>()[0] > 1) return layer.refuse_parameter(offsetof(P, transposed));
  if (((layer.word(0) & bytes_from(1)) | layer.word(4)) != 0) return layer.refuse_feature(offsetof(P, reserved));
  if (!layer.has_type(0, DataType::float64)) return layer.refuse_argument(0);
  if (!layer.has_type(1, DataType::float64)) return layer.refuse_argument(1);
  if (layer.has_input(2)) return layer.refuse_argument(2);
  if (!layer.has_type(layer.inputs(), DataType::float64)) return layer.refuse_argument(layer.inputs());
  checks::matmul(layer);
}

void check_matmul_int32_portable(LayerCheck& layer) {
  using P = parameters::MatMul;
  if (layer.parameters<std::uint8_t[8]>()[0] > 1) return layer.refuse_parameter(offsetof(P, transposed));
  if (((layer.word(0) & bytes_from(1)) | layer.word(4)) != 0) return layer.refuse_feature(offsetof(P, reserved));
  if (!layer.has_type(0, DataType::int32)) return layer.refuse_argument(0);
  if (!layer.has_type(1, DataType::int32)) return layer.refuse_argument(1);
  if (layer.has_input(2)) {
    if (!layer.has_type(2, DataType::int32)) return layer.refuse_argument(2);
  }
  if (!layer.has_type(layer.inputs(), DataType::int32)) return layer.refuse_argument(layer.inputs());
  checks::matmul(layer);
}

void check_matmul_int8_portable(LayerCheck& layer) {
  using P = parameters::MatMul;
  if (layer.parameters<std::uint8_t[8]>()[0] > 1) return layer.refuse_parameter(offsetof(P, transposed));
  if (((layer.word(0) & bytes_from(1)) | layer.word(4)) != 0) return layer.refuse_feature(offsetof(P, reserved));
  if (!layer.has_type(0, DataType::int8)) return layer.refuse_argument(0);
  if (!layer.has_type(1, DataType::int8)) return layer.refuse_argument(1);
  if (layer.has_input(2)) {
    if (!layer.has_type(2, DataType::int32)) return layer.refuse_argument(2);
  }
  if (!layer.has_type(layer.inputs(), DataType::int32)) return layer.refuse_argument(layer.inputs());
  checks::matmul(layer);
}

void check_scan(LayerCheck& layer) {
  using P = parameters::Scan;
  const auto& p = layer.parameters<P>();
  if (p.sequences < 1) return layer.refuse_parameter(offsetof(P, sequences));
  if (layer.parameters<std::uint8_t[8]>()[2] > 1) return layer.refuse_parameter(offsetof(P, go_backwards));
  if (layer.parameters<std::uint8_t[8]>()[3] > 1) return layer.refuse_parameter(offsetof(P, stateful));
  if (layer.parameters<std::uint8_t[8]>()[4] > 1) return layer.refuse_parameter(offsetof(P, counted));
  if (((layer.word(4) & bytes_from(1))) != 0) return layer.refuse_feature(offsetof(P, reserved));
  checks::scan(layer);
}

void check_move(LayerCheck& layer) {
  using P = parameters::Move;
  const auto& p = layer.parameters<P>();
  if (p.unit != layer.type()) return layer.refuse_parameter(offsetof(P, unit));
  if (static_cast<std::uint8_t>(p.function) != layer.function()) return layer.refuse_parameter(offsetof(P, function));
  if (!in_range(p.rank, 1, 8)) return layer.refuse_parameter(offsetof(P, rank));
  if (layer.parameters<std::uint8_t[84]>()[79] > 1) return layer.refuse_parameter(offsetof(P, fills));
  if ((layer.word(80)) != 0) return layer.refuse_feature(offsetof(P, reserved));
  checks::move(layer);
}

void check_rows(LayerCheck& layer) {
  using P = parameters::Rows;
  if ((layer.word(0)) != 0) return layer.refuse_feature(offsetof(P, reserved));
  checks::rows(layer);
}

void check_find_text(LayerCheck& layer) {
  using P = parameters::FindText;
  if (layer.parameters<std::uint8_t[4]>()[0] > 1) return layer.refuse_parameter(offsetof(P, refuses_others));
  if (((layer.word(0) & bytes_from(1))) != 0) return layer.refuse_feature(offsetof(P, reserved));
  const std::uint32_t* const x = layer.dimensions(0, layer.type(), 2);
  if (x == nullptr) return;
  const std::uint32_t n_rows = x[0];
  if (!layer.is_constant(1)) return layer.refuse_argument(1);
  const std::uint32_t* const columns = layer.dimensions(1, DataType::int32, 2);
  if (columns == nullptr) return;
  const std::uint32_t n_columns = columns[0];
  if (columns[1] != 2) return layer.refuse_argument(1);
  if (!layer.is_constant(2)) return layer.refuse_argument(2);
  if (layer.dimensions(2, DataType::int32, 1) == nullptr) return;
  if (!layer.is_constant(3)) return layer.refuse_argument(3);
  if (!layer.has_type(3, DataType::uint8)) return layer.refuse_argument(3);
  const std::uint32_t* const y = layer.dimensions(4, DataType::int32, 2);
  if (y == nullptr) return;
  if (y[0] != n_rows) return layer.refuse_argument(4);
  if (y[1] != n_columns) return layer.refuse_argument(4);
  checks::find_text(layer);
}

void check_count_terms(LayerCheck& layer) {
  using P = parameters::CountTerms;
  const auto& p = layer.parameters<P>();
  if (p.least < 1) return layer.refuse_parameter(offsetof(P, least));
  if (static_cast<std::uint8_t>(p.analyzer) > 2) return layer.refuse_parameter(offsetof(P, analyzer));
  if (p.shortest < 1) return layer.refuse_parameter(offsetof(P, shortest));
  if (!in_range(p.longest, 1, 16)) return layer.refuse_parameter(offsetof(P, longest));
  if (layer.parameters<std::uint8_t[20]>()[15] > 1) return layer.refuse_parameter(offsetof(P, binary));
  if (layer.parameters<std::uint8_t[20]>()[16] > 1) return layer.refuse_parameter(offsetof(P, counts_others));
  if (layer.parameters<std::uint8_t[20]>()[17] > 1) return layer.refuse_parameter(offsetof(P, in_order));
  if (((layer.word(16) & bytes_from(2))) != 0) return layer.refuse_feature(offsetof(P, reserved));
  const auto x = layer.leading(0, DataType::string, 2);
  if (x.others == nullptr) return;
  const std::uint32_t n_rows = x.length;
  if (!layer.is_constant(1)) return layer.refuse_argument(1);
  const std::uint32_t* const characters = layer.dimensions(1, DataType::int32, 2);
  if (characters == nullptr) return;
  if (characters[1] != 2) return layer.refuse_argument(1);
  if (!layer.is_constant(2)) return layer.refuse_argument(2);
  if (!layer.has_type(2, DataType::int32)) return layer.refuse_argument(2);
  if (!layer.is_constant(3)) return layer.refuse_argument(3);
  if (!layer.has_type(3, DataType::int32)) return layer.refuse_argument(3);
  if (!layer.is_constant(4)) return layer.refuse_argument(4);
  if (!layer.has_type(4, DataType::uint8)) return layer.refuse_argument(4);
  if (!layer.is_constant(5)) return layer.refuse_argument(5);
  if (!layer.has_type(5, DataType::int32)) return layer.refuse_argument(5);
  if (!layer.is_constant(6)) return layer.refuse_argument(6);
  if (!layer.has_type(6, DataType::uint8)) return layer.refuse_argument(6);
  if (layer.has_input(7)) {
    if (!layer.is_constant(7)) return layer.refuse_argument(7);
    if (!layer.has_type(7, DataType::int32)) return layer.refuse_argument(7);
  }
  const auto index = layer.leading(layer.inputs(), DataType::int32, 2);
  if (index.others == nullptr) return;
  if (index.length != n_rows) return layer.refuse_argument(layer.inputs());
  if (!layer.is_like(layer.inputs() + 1, DataType::int32, layer.inputs()))
    return layer.refuse_argument(layer.inputs() + 1);
  checks::count_terms(layer);
}

void check_hash_terms(LayerCheck& layer) {
  using P = parameters::HashTerms;
  const auto& p = layer.parameters<P>();
  if (p.features < 1) return layer.refuse_parameter(offsetof(P, features));
  if (p.least < 1) return layer.refuse_parameter(offsetof(P, least));
  if (static_cast<std::uint8_t>(p.analyzer) > 2) return layer.refuse_parameter(offsetof(P, analyzer));
  if (p.shortest < 1) return layer.refuse_parameter(offsetof(P, shortest));
  if (!in_range(p.longest, 1, 16)) return layer.refuse_parameter(offsetof(P, longest));
  if (layer.parameters<std::uint8_t[24]>()[19] > 1) return layer.refuse_parameter(offsetof(P, binary));
  if (layer.parameters<std::uint8_t[24]>()[20] > 1) return layer.refuse_parameter(offsetof(P, alternate));
  if (((layer.word(20) & bytes_from(1))) != 0) return layer.refuse_feature(offsetof(P, reserved));
  const auto x = layer.leading(0, DataType::string, 2);
  if (x.others == nullptr) return;
  const std::uint32_t n_rows = x.length;
  if (!layer.is_constant(1)) return layer.refuse_argument(1);
  const std::uint32_t* const characters = layer.dimensions(1, DataType::int32, 2);
  if (characters == nullptr) return;
  if (characters[1] != 2) return layer.refuse_argument(1);
  if (!layer.is_constant(2)) return layer.refuse_argument(2);
  if (!layer.has_type(2, DataType::int32)) return layer.refuse_argument(2);
  if (!layer.is_constant(3)) return layer.refuse_argument(3);
  if (!layer.has_type(3, DataType::int32)) return layer.refuse_argument(3);
  if (!layer.is_constant(4)) return layer.refuse_argument(4);
  if (!layer.has_type(4, DataType::uint8)) return layer.refuse_argument(4);
  const auto index = layer.leading(5, DataType::int32, 2);
  if (index.others == nullptr) return;
  if (index.length != n_rows) return layer.refuse_argument(5);
  if (!layer.is_like(6, DataType::int32, 5)) return layer.refuse_argument(6);
  checks::hash_terms(layer);
}

void check_sparse_matmul(LayerCheck& layer) {
  using P = parameters::SparseMatMul;
  if ((layer.word(0)) != 0) return layer.refuse_feature(offsetof(P, reserved));
  const auto value = layer.leading(0, layer.type(), 2);
  if (value.others == nullptr) return;
  const std::uint32_t n_rows = value.length;
  if (!layer.is_like(1, DataType::int32, 0)) return layer.refuse_argument(1);
  const std::uint32_t* const weights = layer.dimensions(2, layer.type(), 2);
  if (weights == nullptr) return;
  const std::uint32_t n_units = weights[1];
  const std::uint32_t* const bias = layer.dimensions(3, layer.type(), 1);
  if (bias == nullptr) return;
  if (bias[0] != n_units) return layer.refuse_argument(3);
  const auto y = layer.leading(4, layer.type(), 2);
  if (y.others == nullptr) return;
  if (y.others[0] != n_units) return layer.refuse_argument(4);
  if (y.length != n_rows) return layer.refuse_argument(4);
}

void check_scatter(LayerCheck& layer) {
  using P = parameters::Scatter;
  if ((layer.word(4)) != 0) return layer.refuse_feature(offsetof(P, reserved));
  const auto value = layer.leading(0, layer.type(), 2);
  if (value.others == nullptr) return;
  const std::uint32_t n_rows = value.length;
  if (!layer.is_like(1, DataType::int32, 0)) return layer.refuse_argument(1);
  if (layer.has_input(2)) {
    if (!layer.is_constant(2)) return layer.refuse_argument(2);
    if (layer.dimensions(2, DataType::int32, 1) == nullptr) return;
  }
  const auto y = layer.leading(layer.inputs(), layer.type(), 2);
  if (y.others == nullptr) return;
  if (y.length != n_rows) return layer.refuse_argument(layer.inputs());
  checks::scatter(layer);
}

void check_neighbors(LayerCheck& layer) {
  using P = parameters::Neighbors;
  const auto& p = layer.parameters<P>();
  if (layer.parameters<std::uint8_t[8]>()[4] > 1) return layer.refuse_parameter(offsetof(P, merges));
  if (static_cast<std::uint8_t>(p.sort) > 1) return layer.refuse_parameter(offsetof(P, sort));
  if (((layer.word(4) & bytes_from(2))) != 0) return layer.refuse_feature(offsetof(P, reserved));
  const auto x = layer.leading(0, layer.type(), 2);
  if (x.others == nullptr) return;
  const std::uint32_t n_rows = x.length;
  const auto bounds = layer.leading(1, layer.type(), 2);
  if (bounds.others == nullptr) return;
  if (bounds.length != n_rows) return layer.refuse_argument(1);
  const auto values = layer.leading(2, layer.type(), 2);
  if (values.others == nullptr) return;
  if (values.length != n_rows) return layer.refuse_argument(2);
  if (!layer.is_like(3, DataType::int32, 2)) return layer.refuse_argument(3);
  if (!layer.is_like(4, layer.type(), 2)) return layer.refuse_argument(4);
  if (!layer.is_like(5, DataType::int32, 2)) return layer.refuse_argument(5);
  checks::neighbors(layer);
}

void check_packed_trees(LayerCheck& layer) {
  using P = parameters::PackedTrees;
  const auto& p = layer.parameters<P>();
  if (!in_range(order(p.divisor), order(0.000000000e+00f) + 1, order(__builtin_inff())))
    return layer.refuse_parameter(offsetof(P, divisor));
  if (!in_range(order(p.divisor), order(-__builtin_inff()), order(3.000000000e+38f) - 1))
    return layer.refuse_parameter(offsetof(P, divisor));
  if (p.levels > 8) return layer.refuse_parameter(offsetof(P, levels));
  if (static_cast<std::uint8_t>(p.function) != layer.function()) return layer.refuse_parameter(offsetof(P, function));
  if (layer.parameters<std::uint8_t[12]>()[7] > 1) return layer.refuse_parameter(offsetof(P, rest));
  if ((layer.word(8)) != 0) return layer.refuse_feature(offsetof(P, reserved));
  if (layer.dimensions(0, layer.type(), 2) == nullptr) return;
  if (!layer.is_constant(1)) return layer.refuse_argument(1);
  if (!layer.is_constant(2)) return layer.refuse_argument(2);
  const std::uint32_t n_entries = layer.elements(2, DataType::int32);
  if (!layer.is_constant(3)) return layer.refuse_argument(3);
  if (layer.elements(3, DataType::uint8) != n_entries) return layer.refuse_argument(3);
  if (!layer.is_constant(4)) return layer.refuse_argument(4);
  if (!layer.has_type(4, DataType::int16)) return layer.refuse_argument(4);
  if (!layer.is_constant(5)) return layer.refuse_argument(5);
  if (!layer.has_type(5, DataType::int16)) return layer.refuse_argument(5);
  if (!layer.is_constant(6)) return layer.refuse_argument(6);
  if (!layer.has_type(6, DataType::int16)) return layer.refuse_argument(6);
  if (!layer.is_constant(7)) return layer.refuse_argument(7);
  if (!layer.has_type(7, DataType::int16)) return layer.refuse_argument(7);
  if (!layer.is_constant(8)) return layer.refuse_argument(8);
  const std::uint32_t* const groups = layer.dimensions(8, DataType::int32, 2);
  if (groups == nullptr) return;
  if (groups[1] != 3) return layer.refuse_argument(8);
  if (!layer.is_constant(9)) return layer.refuse_argument(9);
  if (layer.dimensions(10, layer.weights_type(), 2) == nullptr) return;
  if (!layer.has_type(13, DataType::int32)) return layer.refuse_argument(13);
  checks::packed_trees(layer);
}

void check_quantize_rows(LayerCheck& layer) {
  using P = parameters::QuantizeRows;
  if (layer.parameters<std::uint8_t[4]>()[0] > 1) return layer.refuse_parameter(offsetof(P, symmetric));
  if (((layer.word(0) & bytes_from(1))) != 0) return layer.refuse_feature(offsetof(P, reserved));
  const std::uint32_t* const x = layer.trailing(0, layer.type(), 2);
  if (x == nullptr) return;
  const std::uint32_t n_rows = x[0];
  if (!layer.is_like(1, DataType::int8, 0)) return layer.refuse_argument(1);
  const std::uint32_t* const scale = layer.dimensions(2, DataType::float32, 1);
  if (scale == nullptr) return;
  if (scale[0] != n_rows) return layer.refuse_argument(2);
  const std::uint32_t* const zero_point = layer.dimensions(3, DataType::int32, 1);
  if (zero_point == nullptr) return;
  if (zero_point[0] != n_rows) return layer.refuse_argument(3);
}

void check_conv_integer(LayerCheck& layer) {
  using P = parameters::ConvInteger;
  const auto& p = layer.parameters<P>();
  if (p.stride_h < 1) return layer.refuse_parameter(offsetof(P, stride_h));
  if (p.stride_w < 1) return layer.refuse_parameter(offsetof(P, stride_w));
  if (p.dilation_h < 1) return layer.refuse_parameter(offsetof(P, dilation_h));
  if (p.dilation_w < 1) return layer.refuse_parameter(offsetof(P, dilation_w));
  if (p.groups < 1) return layer.refuse_parameter(offsetof(P, groups));
  if (((layer.word(16) & bytes_from(2)) | layer.word(20)) != 0) return layer.refuse_feature(offsetof(P, reserved));
  const std::uint32_t* const x = layer.dimensions(0, layer.type(), 4);
  if (x == nullptr) return;
  const std::uint32_t n_batch = x[0];
  const std::uint32_t* const weights = layer.dimensions(1, layer.weights_type(), 4);
  if (weights == nullptr) return;
  const std::uint32_t n_outputs = weights[0];
  if (layer.has_input(2)) {
    const std::uint32_t* const zero_point = layer.dimensions(2, DataType::int32, 1);
    if (zero_point == nullptr) return;
    if (zero_point[0] != n_batch) return layer.refuse_argument(2);
  }
  const std::uint32_t* const y = layer.dimensions(layer.inputs(), DataType::int32, 4);
  if (y == nullptr) return;
  if (y[0] != n_batch) return layer.refuse_argument(layer.inputs());
  if (y[3] != n_outputs) return layer.refuse_argument(layer.inputs());
  checks::conv_integer(layer);
}

void check_hash_text(LayerCheck& layer) {
  using P = parameters::HashText;
  const auto& p = layer.parameters<P>();
  if (p.bins < 0) return layer.refuse_parameter(offsetof(P, bins));
  if (static_cast<std::uint8_t>(p.method) > 2) return layer.refuse_parameter(offsetof(P, method));
  if (((layer.word(20) & bytes_from(1))) != 0) return layer.refuse_feature(offsetof(P, reserved));
  if (layer.leading(0, layer.type(), 1).others == nullptr) return;
  if (layer.has_input(1)) {
    if (!layer.has_type(1, DataType::int32)) return layer.refuse_argument(1);
  }
  if (!layer.has_type(layer.inputs(), DataType::int32)) return layer.refuse_argument(layer.inputs());
  checks::hash_text(layer);
}

}  // namespace

namespace rules {

const OperatorRule fully_connected_float32_portable = {
    check_fully_connected_float32_portable, 24, 1, 4, 1, 0, false, 0, 1,
    OperatorRule::kNone, 19, OperatorRule::kNone};
const OperatorRule fully_connected_float64_portable = {
    check_fully_connected_float64_portable, 24, 1, 4, 1, 0, false, 0, 1,
    OperatorRule::kNone, 19, OperatorRule::kNone};
const OperatorRule fully_connected_int8_portable = {
    check_fully_connected_int8_portable, 24, 1, 4, 1, 0, false, 0, 1,
    OperatorRule::kNone, 19, OperatorRule::kNone};
const OperatorRule fully_connected_int16_portable = {
    check_fully_connected_int16_portable, 24, 1, 4, 1, 0, false, 0, 1,
    OperatorRule::kNone, 19, OperatorRule::kNone};
const OperatorRule fully_connected_int8_dsp = {
    check_fully_connected_int8_dsp, 24, 1, 4, 1, 0, false, 0, 1,
    OperatorRule::kNone, 19, OperatorRule::kNone};
const OperatorRule fully_connected_int8_mve = {
    check_fully_connected_int8_mve, 24, 1, 4, 1, 0, false, 0, 1,
    OperatorRule::kNone, 19, OperatorRule::kNone};
const OperatorRule conv_2d_float32_portable = {
    check_conv_2d_float32_portable, 40, 1, 4, 1, 0, false, 0, 1,
    OperatorRule::kNone, 34, OperatorRule::kNone};
const OperatorRule conv_2d_int8_portable = {
    check_conv_2d_int8_portable, 40, 1, 4, 1, 0, false, 0, 1,
    OperatorRule::kNone, 34, OperatorRule::kNone};
const OperatorRule conv_2d_int16_portable = {
    check_conv_2d_int16_portable, 40, 1, 4, 1, 0, false, 0, 1,
    OperatorRule::kNone, 34, OperatorRule::kNone};
const OperatorRule conv_2d_int8_dsp = {
    check_conv_2d_int8_dsp, 40, 1, 4, 1, 1, true, 0, 1,
    OperatorRule::kNone, 34, OperatorRule::kNone};
const OperatorRule conv_2d_int8_mve = {
    check_conv_2d_int8_mve, 40, 1, 4, 1, 1, false, 0, 1,
    OperatorRule::kNone, 34, OperatorRule::kNone};
const OperatorRule depthwise_conv_2d_float32_portable = {
    check_depthwise_conv_2d_float32_portable, 32, 1, 4, 1, 0, false, 0, 1,
    OperatorRule::kNone, 28, OperatorRule::kNone};
const OperatorRule depthwise_conv_2d_int8_portable = {
    check_depthwise_conv_2d_int8_portable, 32, 1, 4, 1, 0, false, 0, 1,
    OperatorRule::kNone, 28, OperatorRule::kNone};
const OperatorRule depthwise_conv_2d_int16_portable = {
    check_depthwise_conv_2d_int16_portable, 32, 1, 4, 1, 0, false, 0, 1,
    OperatorRule::kNone, 28, OperatorRule::kNone};
const OperatorRule depthwise_conv_2d_int8_dsp = {
    check_depthwise_conv_2d_int8_dsp, 32, 1, 4, 1, 1, true, 0, 1,
    OperatorRule::kNone, 28, OperatorRule::kNone};
const OperatorRule depthwise_conv_2d_int8_mve = {
    check_depthwise_conv_2d_int8_mve, 32, 1, 4, 1, 1, false, 0, 1,
    OperatorRule::kNone, 28, OperatorRule::kNone};
const OperatorRule max_pool_2d_float32_portable = {
    check_max_pool_2d, 32, 0, 1, 1, 0, false, 0, 0,
    OperatorRule::kNone, OperatorRule::kNone, OperatorRule::kNone};
const OperatorRule max_pool_2d_int8_portable = {
    check_max_pool_2d, 32, 0, 1, 1, 0, false, 0, 0,
    OperatorRule::kNone, OperatorRule::kNone, OperatorRule::kNone};
const OperatorRule max_pool_2d_int16_portable = {
    check_max_pool_2d, 32, 0, 1, 1, 0, false, 0, 0,
    OperatorRule::kNone, OperatorRule::kNone, OperatorRule::kNone};
const OperatorRule average_pool_2d_float32_portable = {
    check_average_pool_2d, 32, 0, 1, 1, 0, false, 0, 0,
    OperatorRule::kNone, OperatorRule::kNone, OperatorRule::kNone};
const OperatorRule average_pool_2d_int8_portable = {
    check_average_pool_2d, 32, 0, 1, 1, 0, false, 0, 0,
    OperatorRule::kNone, OperatorRule::kNone, OperatorRule::kNone};
const OperatorRule average_pool_2d_int16_portable = {
    check_average_pool_2d, 32, 0, 1, 1, 0, false, 0, 0,
    OperatorRule::kNone, OperatorRule::kNone, OperatorRule::kNone};
const OperatorRule prelu_int8_portable = {
    check_prelu, 24, 0, 2, 1, 0, true, 0, 0,
    OperatorRule::kNone, OperatorRule::kNone, OperatorRule::kNone};
const OperatorRule softmax_float32_portable = {
    check_softmax, 16, 0, 1, 1, 0, true, 0, 0,
    OperatorRule::kNone, OperatorRule::kNone, OperatorRule::kNone};
const OperatorRule softmax_float64_portable = {
    check_softmax, 16, 0, 1, 1, 0, true, 0, 0,
    OperatorRule::kNone, OperatorRule::kNone, OperatorRule::kNone};
const OperatorRule softmax_int8_portable = {
    check_softmax, 16, 0, 1, 1, 0, true, 0, 0,
    OperatorRule::kNone, OperatorRule::kNone, OperatorRule::kNone};
const OperatorRule lookup_table_int8_portable = {
    check_lookup_table, 4, 0, 2, 1, 0, true, 0, 0,
    OperatorRule::kNone, OperatorRule::kNone, OperatorRule::kNone};
const OperatorRule binary_int8_portable = {
    check_binary, 48, 0, 2, 1, 0, true, 0, 0,
    41, OperatorRule::kNone, OperatorRule::kNone};
const OperatorRule gather_int8_portable = {
    check_gather, 8, 0, 2, 1, 0, false, 0, 0,
    OperatorRule::kNone, OperatorRule::kNone, 0};
const OperatorRule gather_int16_portable = {
    check_gather, 8, 0, 2, 1, 0, false, 0, 0,
    OperatorRule::kNone, OperatorRule::kNone, 0};
const OperatorRule gather_int32_portable = {
    check_gather, 8, 0, 2, 1, 0, false, 0, 0,
    OperatorRule::kNone, OperatorRule::kNone, 0};
const OperatorRule gather_int64_portable = {
    check_gather, 8, 0, 2, 1, 0, false, 0, 0,
    OperatorRule::kNone, OperatorRule::kNone, 0};
const OperatorRule lstm_float32_portable = {
    check_lstm, 24, 0, 4, 1, 3, false, 0, 1,
    OperatorRule::kNone, OperatorRule::kNone, OperatorRule::kNone};
const OperatorRule tree_ensemble_float32_portable = {
    check_tree_ensemble, 8, 0, 6, 1, 0, false, 0, 4,
    4, OperatorRule::kNone, OperatorRule::kNone};
const OperatorRule arg_max_float32_portable = {
    check_arg_max, 4, 0, 1, 1, 0, false, 0, 0,
    OperatorRule::kNone, OperatorRule::kNone, OperatorRule::kNone};
const OperatorRule arg_max_float64_portable = {
    check_arg_max, 4, 0, 1, 1, 0, false, 0, 0,
    OperatorRule::kNone, OperatorRule::kNone, OperatorRule::kNone};
const OperatorRule arg_max_int8_portable = {
    check_arg_max, 4, 0, 1, 1, 0, false, 0, 0,
    OperatorRule::kNone, OperatorRule::kNone, OperatorRule::kNone};
const OperatorRule label_decode_int32_portable = {
    check_label_decode, 4, 1, 3, 1, 0, false, 0, 0,
    OperatorRule::kNone, OperatorRule::kNone, OperatorRule::kNone};
const OperatorRule label_encode_int64_portable = {
    check_label_encode, 4, 1, 3, 1, 0, false, 0, 0,
    OperatorRule::kNone, OperatorRule::kNone, OperatorRule::kNone};
const OperatorRule label_encode_float64_portable = {
    check_label_encode, 4, 1, 3, 1, 0, false, 0, 0,
    OperatorRule::kNone, OperatorRule::kNone, OperatorRule::kNone};
const OperatorRule label_encode_string_portable = {
    check_label_encode, 4, 1, 3, 1, 0, false, 0, 0,
    OperatorRule::kNone, OperatorRule::kNone, OperatorRule::kNone};
const OperatorRule quantize_float32_portable = {
    check_quantize, 8, 0, 1, 1, 0, false, 0, 0,
    OperatorRule::kNone, OperatorRule::kNone, OperatorRule::kNone};
const OperatorRule dequantize_int8_portable = {
    check_dequantize, 8, 0, 1, 1, 0, false, 0, 0,
    OperatorRule::kNone, OperatorRule::kNone, OperatorRule::kNone};
const OperatorRule requantize_int8_portable = {
    check_requantize, 24, 0, 1, 1, 0, true, 0, 0,
    OperatorRule::kNone, OperatorRule::kNone, OperatorRule::kNone};
const OperatorRule requantize_uint8_portable = {
    check_requantize, 24, 0, 1, 1, 0, true, 0, 0,
    OperatorRule::kNone, OperatorRule::kNone, OperatorRule::kNone};
const OperatorRule top_k_float32_portable = {
    check_top_k, 8, 0, 1, 2, 0, false, 0, 0,
    OperatorRule::kNone, OperatorRule::kNone, OperatorRule::kNone};
const OperatorRule top_k_int32_portable = {
    check_top_k, 8, 0, 1, 2, 0, false, 0, 0,
    OperatorRule::kNone, OperatorRule::kNone, OperatorRule::kNone};
const OperatorRule top_k_int8_portable = {
    check_top_k, 8, 0, 1, 2, 0, false, 0, 0,
    OperatorRule::kNone, OperatorRule::kNone, OperatorRule::kNone};
const OperatorRule normalize_float32_portable = {
    check_normalize, 12, 0, 1, 1, 0, true, 0, 0,
    OperatorRule::kNone, OperatorRule::kNone, OperatorRule::kNone};
const OperatorRule normalize_float64_portable = {
    check_normalize, 12, 0, 1, 1, 0, true, 0, 0,
    OperatorRule::kNone, OperatorRule::kNone, OperatorRule::kNone};
const OperatorRule reduce_float32_portable = {
    check_reduce, 16, 0, 1, 1, 0, false, 0, 0,
    10, OperatorRule::kNone, OperatorRule::kNone};
const OperatorRule reduce_float64_portable = {
    check_reduce, 16, 0, 1, 1, 0, false, 0, 0,
    10, OperatorRule::kNone, OperatorRule::kNone};
const OperatorRule reduce_int32_portable = {
    check_reduce, 16, 0, 1, 1, 0, false, 0, 0,
    10, OperatorRule::kNone, OperatorRule::kNone};
const OperatorRule reduce_int8_portable = {
    check_reduce, 16, 0, 1, 1, 0, false, 0, 0,
    10, OperatorRule::kNone, OperatorRule::kNone};
const OperatorRule quantized_lstm_int8_portable = {
    check_quantized_lstm, 20, 0, 5, 1, 3, false, 0, 1,
    OperatorRule::kNone, OperatorRule::kNone, OperatorRule::kNone};
const OperatorRule map_float32_portable = {
    check_map, 8, 0, 1, 1, 0, true, 1, 0,
    OperatorRule::kNone, OperatorRule::kNone, OperatorRule::kNone};
const OperatorRule map_float64_portable = {
    check_map, 8, 0, 1, 1, 0, true, 1, 0,
    OperatorRule::kNone, OperatorRule::kNone, OperatorRule::kNone};
const OperatorRule map_int32_portable = {
    check_map, 8, 0, 1, 1, 0, true, 1, 0,
    OperatorRule::kNone, OperatorRule::kNone, OperatorRule::kNone};
const OperatorRule map_int16_portable = {
    check_map, 8, 0, 1, 1, 0, true, 1, 0,
    OperatorRule::kNone, OperatorRule::kNone, OperatorRule::kNone};
const OperatorRule map_int8_portable = {
    check_map, 8, 0, 1, 1, 0, true, 1, 0,
    OperatorRule::kNone, OperatorRule::kNone, OperatorRule::kNone};
const OperatorRule map_uint8_portable = {
    check_map, 8, 0, 1, 1, 0, true, 1, 0,
    OperatorRule::kNone, OperatorRule::kNone, OperatorRule::kNone};
const OperatorRule map_boolean_portable = {
    check_map, 8, 0, 1, 1, 0, true, 1, 0,
    OperatorRule::kNone, OperatorRule::kNone, OperatorRule::kNone};
const OperatorRule matmul_float32_portable = {
    check_matmul_float32_portable, 8, 1, 3, 1, 0, false, 0, 0,
    OperatorRule::kNone, OperatorRule::kNone, OperatorRule::kNone};
const OperatorRule matmul_float64_portable = {
    check_matmul_float64_portable, 8, 1, 3, 1, 0, false, 0, 0,
    OperatorRule::kNone, OperatorRule::kNone, OperatorRule::kNone};
const OperatorRule matmul_int32_portable = {
    check_matmul_int32_portable, 8, 1, 3, 1, 0, false, 0, 0,
    OperatorRule::kNone, OperatorRule::kNone, OperatorRule::kNone};
const OperatorRule matmul_int8_portable = {
    check_matmul_int8_portable, 8, 1, 3, 1, 0, false, 0, 0,
    OperatorRule::kNone, OperatorRule::kNone, OperatorRule::kNone};
const OperatorRule scan_float32_portable = {
    check_scan, 8, 0, 1, 1, 1, false, 7, 0,
    OperatorRule::kNone, OperatorRule::kNone, OperatorRule::kNone};
const OperatorRule move_int8_portable = {
    check_move, 84, 0, 1, 1, 0, false, 1, 0,
    77, OperatorRule::kNone, 76};
const OperatorRule move_int16_portable = {
    check_move, 84, 0, 1, 1, 0, false, 1, 0,
    77, OperatorRule::kNone, 76};
const OperatorRule move_int32_portable = {
    check_move, 84, 0, 1, 1, 0, false, 1, 0,
    77, OperatorRule::kNone, 76};
const OperatorRule move_int64_portable = {
    check_move, 84, 0, 1, 1, 0, false, 1, 0,
    77, OperatorRule::kNone, 76};
const OperatorRule move_string_portable = {
    check_move, 84, 0, 1, 1, 0, false, 1, 0,
    77, OperatorRule::kNone, 76};
const OperatorRule rows_float32_portable = {
    check_rows, 4, 0, 1, 1, 0, false, 1, 0,
    OperatorRule::kNone, OperatorRule::kNone, OperatorRule::kNone};
const OperatorRule rows_int8_portable = {
    check_rows, 4, 0, 1, 1, 0, false, 1, 0,
    OperatorRule::kNone, OperatorRule::kNone, OperatorRule::kNone};
const OperatorRule find_text_string_portable = {
    check_find_text, 4, 0, 4, 1, 0, false, 0, 0,
    OperatorRule::kNone, OperatorRule::kNone, OperatorRule::kNone};
const OperatorRule count_terms_string_portable = {
    check_count_terms, 20, 1, 8, 2, 0, false, 0, 0,
    OperatorRule::kNone, OperatorRule::kNone, OperatorRule::kNone};
const OperatorRule hash_terms_string_portable = {
    check_hash_terms, 24, 0, 5, 2, 0, false, 0, 0,
    OperatorRule::kNone, OperatorRule::kNone, OperatorRule::kNone};
const OperatorRule sparse_matmul_float32_portable = {
    check_sparse_matmul, 4, 0, 4, 1, 0, false, 0, 0,
    OperatorRule::kNone, OperatorRule::kNone, OperatorRule::kNone};
const OperatorRule sparse_matmul_float64_portable = {
    check_sparse_matmul, 4, 0, 4, 1, 0, false, 0, 0,
    OperatorRule::kNone, OperatorRule::kNone, OperatorRule::kNone};
const OperatorRule scatter_float32_portable = {
    check_scatter, 8, 1, 3, 1, 0, false, 0, 0,
    OperatorRule::kNone, OperatorRule::kNone, OperatorRule::kNone};
const OperatorRule scatter_float64_portable = {
    check_scatter, 8, 1, 3, 1, 0, false, 0, 0,
    OperatorRule::kNone, OperatorRule::kNone, OperatorRule::kNone};
const OperatorRule neighbors_float32_portable = {
    check_neighbors, 8, 0, 2, 2, 2, false, 0, 0,
    OperatorRule::kNone, OperatorRule::kNone, OperatorRule::kNone};
const OperatorRule neighbors_float64_portable = {
    check_neighbors, 8, 0, 2, 2, 2, false, 0, 0,
    OperatorRule::kNone, OperatorRule::kNone, OperatorRule::kNone};
const OperatorRule packed_trees_float32_portable = {
    check_packed_trees, 12, 0, 12, 1, 1, false, 0, 10,
    6, OperatorRule::kNone, OperatorRule::kNone};
const OperatorRule quantize_rows_float32_portable = {
    check_quantize_rows, 4, 0, 1, 3, 0, false, 0, 0,
    OperatorRule::kNone, OperatorRule::kNone, OperatorRule::kNone};
const OperatorRule conv_integer_int8_portable = {
    check_conv_integer, 24, 1, 3, 1, 0, false, 0, 1,
    OperatorRule::kNone, OperatorRule::kNone, OperatorRule::kNone};
const OperatorRule hash_text_string_portable = {
    check_hash_text, 24, 1, 2, 1, 0, false, 0, 0,
    OperatorRule::kNone, OperatorRule::kNone, OperatorRule::kNone};
const OperatorRule hash_text_int32_portable = {
    check_hash_text, 24, 1, 2, 1, 0, false, 0, 0,
    OperatorRule::kNone, OperatorRule::kNone, OperatorRule::kNone};

}  // namespace rules
}  // namespace nacre
