// Written by nacre-describe from schema/operators/*.md. Change those.

#include "runtime/strict_float.hpp"  // first

#include <cstddef>

#include "loader/layer_check.hpp"

namespace nacre {
namespace {

void check_fully_connected(LayerCheck& layer) {
  using P = parameters::FullyConnected;
  const auto& p = layer.parameters<P>();
  std::uint32_t n_depth = 0;
  std::uint32_t n_rows = 0;
  std::uint32_t n_units = 0;
  layer.in_range(p.output_zero_point, -128, 127, offsetof(P, output_zero_point));
  layer.in_range(p.output_minimum, -128, INT32_MAX, offsetof(P, output_minimum));
  layer.require_parameter(p.output_minimum <= p.output_maximum, offsetof(P, output_minimum));
  layer.in_range(p.output_maximum, INT32_MIN, 127, offsetof(P, output_maximum));
  layer.in_range(p.multiplier, 0, 2147483647, offsetof(P, multiplier));
  layer.in_range(p.shift, -31, 30, offsetof(P, shift));
  layer.require_parameter(p.layout == layer.layout(), offsetof(P, layout));
  layer.is_zero((layer.word(28) & bytes_from(1)) | layer.word(32), offsetof(P, reserved));
  {
    std::uint32_t many = 0;
    const std::uint32_t* const d = layer.leading(0, layer.type(), 2, &many);
    n_depth = d[0];
    n_rows = many;
  }
  if (layer.type() == DataType::float32) {
    {
      const std::uint32_t* const d = layer.dimensions(1, layer.weights_type(), 2);
      layer.same(d[0], n_depth, 1);
      n_units = d[1];
    }
  } else if (layer.type() == DataType::int8 && layer.layout() == Layout::portable) {
    {
      const std::uint32_t* const d = layer.dimensions(1, layer.weights_type(), 2);
      n_units = d[0];
      layer.same(d[1], n_depth, 1);
    }
  } else if (layer.type() == DataType::int8 && layer.layout() == Layout::dsp) {
    {
      layer.dimensions(1, layer.weights_type(), 2);
    }
  }
  {
    const std::uint32_t* const d = layer.dimensions(2, layer.sums_type(), 1);
    n_units = layer.same_if_met(n_units, d[0], 2);
  }
  layer.require_argument(!layer.has_input(3) || layer.is_integer(), 3);
  if (layer.has_input(3)) {
    layer.is_constant(3);
    {
      const std::uint32_t* const d = layer.dimensions(3, DataType::int32, 2);
      layer.same(d[0], n_units, 3);
      layer.same(d[1], 2, 3);
    }
  }
  {
    std::uint32_t many = 0;
    const std::uint32_t* const d = layer.leading(layer.inputs(), layer.type(), 2, &many);
    layer.same(d[0], n_units, layer.inputs());
    layer.same(many, n_rows, layer.inputs());
  }
  if (layer.ok()) checks::fully_connected(layer);
}

void check_conv_2d(LayerCheck& layer) {
  using P = parameters::Conv2D;
  const auto& p = layer.parameters<P>();
  std::uint32_t n_batch = 0;
  std::uint32_t n_outputs = 0;
  layer.in_range(p.input_zero_point, -128, 127, offsetof(P, input_zero_point));
  layer.in_range(p.output_zero_point, -128, 127, offsetof(P, output_zero_point));
  layer.in_range(p.output_minimum, -128, INT32_MAX, offsetof(P, output_minimum));
  layer.require_parameter(p.output_minimum <= p.output_maximum, offsetof(P, output_minimum));
  layer.in_range(p.output_maximum, INT32_MIN, 127, offsetof(P, output_maximum));
  layer.in_range(p.stride_h, 1, 65535, offsetof(P, stride_h));
  layer.in_range(p.stride_w, 1, 65535, offsetof(P, stride_w));
  layer.in_range(p.dilation_h, 1, 65535, offsetof(P, dilation_h));
  layer.in_range(p.dilation_w, 1, 65535, offsetof(P, dilation_w));
  layer.in_range(p.groups, 1, 65535, offsetof(P, groups));
  layer.require_parameter(p.layout == layer.layout(), offsetof(P, layout));
  layer.is_zero((layer.word(40) & bytes_from(3)) | layer.word(44), offsetof(P, reserved));
  {
    const std::uint32_t* const d = layer.dimensions(0, layer.type(), 4);
    n_batch = d[0];
  }
  if (layer.type() == DataType::float32) {
    {
      const std::uint32_t* const d = layer.dimensions(1, layer.weights_type(), 4);
      n_outputs = d[3];
    }
  } else if (layer.type() == DataType::int8) {
    {
      const std::uint32_t* const d = layer.dimensions(1, layer.weights_type(), 4);
      n_outputs = d[0];
    }
  }
  {
    const std::uint32_t* const d = layer.dimensions(2, layer.sums_type(), 1);
    layer.same(d[0], n_outputs, 2);
  }
  layer.require_argument(layer.has_input(3) == layer.is_integer(), 3);
  if (layer.has_input(3)) {
    layer.is_constant(3);
    {
      const std::uint32_t* const d = layer.dimensions(3, DataType::int32, 2);
      layer.same(d[0], n_outputs, 3);
      layer.same(d[1], 2, 3);
    }
  }
  {
    const std::uint32_t* const d = layer.dimensions(layer.inputs(), layer.type(), 4);
    layer.same(d[0], n_batch, layer.inputs());
    layer.same(d[3], n_outputs, layer.inputs());
  }
  if (layer.ok()) checks::conv_2d(layer);
}

void check_depthwise_conv_2d(LayerCheck& layer) {
  using P = parameters::DepthwiseConv2D;
  const auto& p = layer.parameters<P>();
  std::uint32_t n_batch = 0;
  std::uint32_t n_outputs = 0;
  layer.in_range(p.input_zero_point, -128, 127, offsetof(P, input_zero_point));
  layer.in_range(p.output_zero_point, -128, 127, offsetof(P, output_zero_point));
  layer.in_range(p.output_minimum, -128, INT32_MAX, offsetof(P, output_minimum));
  layer.require_parameter(p.output_minimum <= p.output_maximum, offsetof(P, output_minimum));
  layer.in_range(p.output_maximum, INT32_MIN, 127, offsetof(P, output_maximum));
  layer.in_range(p.stride_h, 1, 65535, offsetof(P, stride_h));
  layer.in_range(p.stride_w, 1, 65535, offsetof(P, stride_w));
  layer.in_range(p.dilation_h, 1, 65535, offsetof(P, dilation_h));
  layer.in_range(p.dilation_w, 1, 65535, offsetof(P, dilation_w));
  layer.require_parameter(p.layout == layer.layout(), offsetof(P, layout));
  layer.is_zero((layer.word(40) & bytes_from(1)) | layer.word(44), offsetof(P, reserved));
  {
    const std::uint32_t* const d = layer.dimensions(0, layer.type(), 4);
    n_batch = d[0];
  }
  {
    const std::uint32_t* const d = layer.dimensions(1, layer.weights_type(), 3);
    n_outputs = d[2];
  }
  {
    const std::uint32_t* const d = layer.dimensions(2, layer.sums_type(), 1);
    layer.same(d[0], n_outputs, 2);
  }
  layer.require_argument(layer.has_input(3) == layer.is_integer(), 3);
  if (layer.has_input(3)) {
    layer.is_constant(3);
    {
      const std::uint32_t* const d = layer.dimensions(3, DataType::int32, 2);
      layer.same(d[0], n_outputs, 3);
      layer.same(d[1], 2, 3);
    }
  }
  {
    const std::uint32_t* const d = layer.dimensions(layer.inputs(), layer.type(), 4);
    layer.same(d[0], n_batch, layer.inputs());
    layer.same(d[3], n_outputs, layer.inputs());
  }
  if (layer.ok()) checks::depthwise_conv_2d(layer);
}

void check_max_pool_2d(LayerCheck& layer) {
  using P = parameters::MaxPool2D;
  const auto& p = layer.parameters<P>();
  std::uint32_t n_batch = 0;
  std::uint32_t n_channels = 0;
  layer.in_range(p.output_minimum, -128, INT32_MAX, offsetof(P, output_minimum));
  layer.require_parameter(p.output_minimum <= p.output_maximum, offsetof(P, output_minimum));
  layer.in_range(p.output_maximum, INT32_MIN, 127, offsetof(P, output_maximum));
  layer.in_range(p.kernel_h, 1, 65535, offsetof(P, kernel_h));
  layer.in_range(p.kernel_w, 1, 65535, offsetof(P, kernel_w));
  layer.in_range(p.stride_h, 1, 65535, offsetof(P, stride_h));
  layer.in_range(p.stride_w, 1, 65535, offsetof(P, stride_w));
  layer.is_zero(layer.word(32), offsetof(P, reserved));
  {
    const std::uint32_t* const d = layer.dimensions(0, layer.type(), 4);
    n_batch = d[0];
    n_channels = d[3];
  }
  {
    const std::uint32_t* const d = layer.dimensions(1, layer.type(), 4);
    layer.same(d[0], n_batch, 1);
    layer.same(d[3], n_channels, 1);
  }
  if (layer.ok()) checks::max_pool_2d(layer);
}

void check_average_pool_2d(LayerCheck& layer) {
  using P = parameters::AveragePool2D;
  const auto& p = layer.parameters<P>();
  std::uint32_t n_batch = 0;
  std::uint32_t n_channels = 0;
  layer.in_range(p.output_minimum, -128, INT32_MAX, offsetof(P, output_minimum));
  layer.require_parameter(p.output_minimum <= p.output_maximum, offsetof(P, output_minimum));
  layer.in_range(p.output_maximum, INT32_MIN, 127, offsetof(P, output_maximum));
  layer.in_range(p.kernel_h, 1, 65535, offsetof(P, kernel_h));
  layer.in_range(p.kernel_w, 1, 65535, offsetof(P, kernel_w));
  layer.in_range(p.stride_h, 1, 65535, offsetof(P, stride_h));
  layer.in_range(p.stride_w, 1, 65535, offsetof(P, stride_w));
  layer.is_zero(layer.word(32), offsetof(P, reserved));
  {
    const std::uint32_t* const d = layer.dimensions(0, layer.type(), 4);
    n_batch = d[0];
    n_channels = d[3];
  }
  {
    const std::uint32_t* const d = layer.dimensions(1, layer.type(), 4);
    layer.same(d[0], n_batch, 1);
    layer.same(d[3], n_channels, 1);
  }
  if (layer.ok()) checks::average_pool_2d(layer);
}

void check_affine(LayerCheck& layer) {
  using P = parameters::Affine;
  std::uint32_t n_width = 0;
  layer.is_zero(layer.word(8), offsetof(P, reserved));
  {
    std::uint32_t many = 0;
    const std::uint32_t* const d = layer.leading(0, layer.type(), 2, &many);
    n_width = d[0];
  }
  layer.same(layer.elements(1, DataType::float32), n_width, 1);
  layer.same(layer.elements(2, DataType::float32), n_width, 2);
  layer.same(layer.elements(3, DataType::float32), n_width, 3);
  layer.same(layer.elements(4, DataType::float32), n_width, 4);
  layer.is_like(5, layer.type(), 0);
}

void check_activation(LayerCheck& layer) {
  using P = parameters::Activation;
  const auto& p = layer.parameters<P>();
  layer.require_parameter(static_cast<std::uint8_t>(p.function) == layer.function(), offsetof(P, function));
  layer.is_zero((layer.word(16) & bytes_from(1)) | layer.word(20), offsetof(P, reserved));
  {
    std::uint32_t many = 0;
    layer.leading(0, layer.type(), 1, &many);
  }
  layer.is_like(1, layer.type(), 0);
}

void check_prelu(LayerCheck& layer) {
  using P = parameters::PRelu;
  const auto& p = layer.parameters<P>();
  std::uint32_t n_row = 0;
  layer.in_range(p.input_zero_point, -128, 127, offsetof(P, input_zero_point));
  layer.in_range(p.alpha_zero_point, -128, 127, offsetof(P, alpha_zero_point));
  layer.in_range(p.output_zero_point, -128, 127, offsetof(P, output_zero_point));
  layer.in_range(p.positive_multiplier, 0, 2147483647, offsetof(P, positive_multiplier));
  layer.in_range(p.positive_shift, -31, 30, offsetof(P, positive_shift));
  layer.in_range(p.negative_multiplier, 0, 2147483647, offsetof(P, negative_multiplier));
  layer.in_range(p.negative_shift, -31, 30, offsetof(P, negative_shift));
  layer.is_zero(layer.word(28), offsetof(P, reserved));
  {
    std::uint32_t many = 0;
    layer.trailing(0, layer.type(), 2, &many);
    n_row = many;
  }
  layer.same(layer.elements(1, layer.type()), n_row, 1);
  layer.is_like(2, layer.type(), 0);
}

void check_softmax(LayerCheck& layer) {
  using P = parameters::Softmax;
  const auto& p = layer.parameters<P>();
  layer.in_range(p.input_multiplier, 0, 2147483647, offsetof(P, input_multiplier));
  layer.in_range(p.input_shift, -31, 30, offsetof(P, input_shift));
  layer.in_range(p.difference_minimum, -2147483648, 0, offsetof(P, difference_minimum));
  layer.is_zero(layer.word(12), offsetof(P, reserved));
  {
    std::uint32_t many = 0;
    layer.leading(0, layer.type(), 2, &many);
  }
  layer.is_like(1, layer.type(), 0);
  if (layer.ok()) checks::softmax(layer);
}

void check_lookup_table(LayerCheck& layer) {
  using P = parameters::LookupTable;
  layer.is_zero(layer.word(0), offsetof(P, reserved));
  {
    std::uint32_t many = 0;
    layer.leading(0, layer.type(), 1, &many);
  }
  layer.same(layer.elements(1, DataType::int8), 256, 1);
  layer.is_like(2, DataType::int8, 0);
}

void check_binary(LayerCheck& layer) {
  using P = parameters::Binary;
  const auto& p = layer.parameters<P>();
  layer.in_range(p.left_shift, 0, 20, offsetof(P, left_shift));
  layer.in_range(p.a_zero_point, -128, 127, offsetof(P, a_zero_point));
  layer.in_range(p.a_multiplier, 0, 2147483647, offsetof(P, a_multiplier));
  layer.in_range(p.a_shift, -31, 30, offsetof(P, a_shift));
  layer.in_range(p.b_zero_point, -128, 127, offsetof(P, b_zero_point));
  layer.in_range(p.b_multiplier, 0, 2147483647, offsetof(P, b_multiplier));
  layer.in_range(p.b_shift, -31, 30, offsetof(P, b_shift));
  layer.in_range(p.output_zero_point, -128, 127, offsetof(P, output_zero_point));
  layer.in_range(p.output_multiplier, 0, 2147483647, offsetof(P, output_multiplier));
  layer.in_range(p.output_shift, -31, 30, offsetof(P, output_shift));
  layer.in_range(p.output_minimum, -128, INT32_MAX, offsetof(P, output_minimum));
  layer.require_parameter(p.output_minimum <= p.output_maximum, offsetof(P, output_minimum));
  layer.in_range(p.output_maximum, INT32_MIN, 127, offsetof(P, output_maximum));
  layer.require_parameter(static_cast<std::uint8_t>(p.function) == layer.function(), offsetof(P, function));
  layer.is_zero((layer.word(56) & bytes_from(1)) | layer.word(60), offsetof(P, reserved));
  layer.has_type(0, layer.type());
  layer.has_type(1, layer.type());
  {
    std::uint32_t many = 0;
    layer.leading(2, layer.type(), 1, &many);
  }
  if (layer.ok()) checks::binary(layer);
}

void check_concatenate(LayerCheck& layer) {
  using P = parameters::Concatenate;
  layer.is_zero((layer.word(0) & bytes_from(1)) | layer.word(4), offsetof(P, reserved));
  for (unsigned i = 0; i < layer.inputs(); ++i) {
    layer.has_type(i, layer.type());
  }
  layer.has_type(layer.inputs(), layer.type());
  if (layer.ok()) checks::concatenate(layer);
}

void check_permute(LayerCheck& layer) {
  using P = parameters::Permute;
  layer.is_zero(layer.word(8), offsetof(P, reserved));
  {
    std::uint32_t many = 0;
    layer.leading(0, layer.type(), 1, &many);
  }
  layer.has_type(1, layer.type());
  if (layer.ok()) checks::permute(layer);
}

void check_pad(LayerCheck& layer) {
  using P = parameters::Pad;
  const auto& p = layer.parameters<P>();
  layer.in_range(p.zero_point, -128, 127, offsetof(P, zero_point));
  layer.is_zero(layer.word(40), offsetof(P, reserved));
  {
    std::uint32_t many = 0;
    layer.leading(0, layer.type(), 1, &many);
  }
  layer.has_type(1, layer.type());
  if (layer.ok()) checks::pad(layer);
}

void check_embedding(LayerCheck& layer) {
  using P = parameters::Embedding;
  std::uint32_t n_count = 0;
  std::uint32_t n_width = 0;
  layer.is_zero(layer.word(0), offsetof(P, reserved));
  {
    std::uint32_t many = 0;
    layer.leading(0, layer.type(), 1, &many);
    n_count = many;
  }
  {
    const std::uint32_t* const d = layer.dimensions(1, layer.weights_type(), 2);
    n_width = d[1];
  }
  {
    std::uint32_t many = 0;
    const std::uint32_t* const d = layer.leading(2, layer.weights_type(), 2, &many);
    layer.same(d[0], n_width, 2);
    layer.same(many, n_count, 2);
  }
}

void check_lstm(LayerCheck& layer) {
  using P = parameters::LSTM;
  const auto& p = layer.parameters<P>();
  std::uint32_t n_depth = 0;
  std::uint32_t n_units = 0;
  layer.one_of(static_cast<std::uint8_t>(p.activation), 0x80407, offsetof(P, activation));
  layer.one_of(static_cast<std::uint8_t>(p.recurrent_activation), 0x80407, offsetof(P, recurrent_activation));
  layer.in_range(layer.parameters<std::uint8_t[24]>()[14], 0, 1, offsetof(P, return_sequences));
  layer.in_range(layer.parameters<std::uint8_t[24]>()[15], 0, 1, offsetof(P, go_backwards));
  layer.in_range(layer.parameters<std::uint8_t[24]>()[16], 0, 1, offsetof(P, stateful));
  layer.is_zero((layer.word(16) & bytes_from(1)) | layer.word(20), offsetof(P, reserved));
  {
    const std::uint32_t* const d = layer.dimensions(0, layer.type(), 3);
    n_depth = d[2];
  }
  {
    const std::uint32_t* const d = layer.dimensions(1, layer.weights_type(), 2);
    layer.same(d[0], n_depth, 1);
  }
  {
    const std::uint32_t* const d = layer.dimensions(2, DataType::float32, 2);
    n_units = d[0];
  }
  layer.has_type(3, DataType::float32);
  layer.has_type(4, DataType::float32);
  layer.same(layer.elements(5, DataType::float32), n_units, 5);
  layer.same(layer.elements(6, DataType::float32), n_units, 6);
  layer.has_type(7, DataType::float32);
  if (layer.ok()) checks::lstm(layer);
}

void check_tree_ensemble(LayerCheck& layer) {
  using P = parameters::TreeEnsemble;
  const auto& p = layer.parameters<P>();
  std::uint32_t n_batch = 0;
  std::uint32_t n_trees = 0;
  std::uint32_t n_outputs = 0;
  layer.in_range(order(p.divisor), order(0.000000000e+00f) + 1, order(__builtin_inff()), offsetof(P, divisor));
  layer.in_range(order(p.divisor), order(-__builtin_inff()), order(3.000000000e+38f) - 1, offsetof(P, divisor));
  layer.is_zero(layer.word(4), offsetof(P, reserved));
  {
    const std::uint32_t* const d = layer.dimensions(0, layer.type(), 2);
    n_batch = d[0];
  }
  layer.is_constant(1);
  {
    const std::uint32_t* const d = layer.dimensions(1, DataType::int32, 2);
    layer.same(d[1], 3, 1);
  }
  layer.is_constant(2);
  n_trees = layer.elements(2, DataType::int32);
  layer.is_constant(3);
  layer.same(layer.elements(3, DataType::int32), n_trees, 3);
  {
    layer.dimensions(4, layer.weights_type(), 2);
  }
  n_outputs = layer.elements(5, DataType::float32);
  {
    const std::uint32_t* const d = layer.dimensions(6, DataType::float32, 2);
    layer.same(d[0], n_batch, 6);
    layer.same(d[1], n_outputs, 6);
  }
  if (layer.ok()) checks::tree_ensemble(layer);
}

void check_impute(LayerCheck& layer) {
  using P = parameters::Impute;
  std::uint32_t n_width = 0;
  layer.is_zero(layer.word(4), offsetof(P, reserved));
  {
    std::uint32_t many = 0;
    const std::uint32_t* const d = layer.leading(0, layer.type(), 2, &many);
    n_width = d[0];
  }
  layer.same(layer.elements(1, DataType::float32), n_width, 1);
  layer.is_like(2, layer.type(), 0);
}

void check_arg_max(LayerCheck& layer) {
  using P = parameters::ArgMax;
  std::uint32_t n_rows = 0;
  layer.is_zero(layer.word(0), offsetof(P, reserved));
  {
    std::uint32_t many = 0;
    layer.leading(0, layer.type(), 2, &many);
    n_rows = many;
  }
  layer.same(layer.elements(1, DataType::int32), n_rows, 1);
}

void check_binarize(LayerCheck& layer) {
  using P = parameters::Binarize;
  std::uint32_t n_count = 0;
  layer.is_zero(layer.word(4), offsetof(P, reserved));
  {
    std::uint32_t many = 0;
    layer.leading(0, layer.type(), 1, &many);
    n_count = many;
  }
  layer.same(layer.elements(1, DataType::int32), n_count, 1);
}

void check_label_decode(LayerCheck& layer) {
  using P = parameters::LabelDecode;
  std::uint32_t n_count = 0;
  layer.is_zero(layer.word(0), offsetof(P, reserved));
  {
    std::uint32_t many = 0;
    layer.leading(0, layer.type(), 1, &many);
    n_count = many;
  }
  if (layer.has_input(2)) {
    layer.is_constant(2);
    layer.has_type(2, DataType::uint8);
  }
  layer.same(layer.elements(layer.inputs()), n_count, layer.inputs());
  if (layer.ok()) checks::label_decode(layer);
}

void check_label_encode(LayerCheck& layer) {
  using P = parameters::LabelEncode;
  std::uint32_t n_count = 0;
  layer.is_zero(layer.word(0), offsetof(P, reserved));
  {
    std::uint32_t many = 0;
    layer.leading(0, layer.type(), 1, &many);
    n_count = many;
  }
  if (layer.has_input(2)) {
    layer.is_constant(2);
    layer.has_type(2, DataType::uint8);
  }
  layer.same(layer.elements(layer.inputs(), DataType::int64), n_count, layer.inputs());
  if (layer.ok()) checks::label_encode(layer);
}

void check_quantize(LayerCheck& layer) {
  using P = parameters::Quantize;
  const auto& p = layer.parameters<P>();
  std::uint32_t n_count = 0;
  layer.in_range(order(p.scale), order(0.000000000e+00f) + 1, order(__builtin_inff()), offsetof(P, scale));
  layer.in_range(order(p.scale), order(-__builtin_inff()), order(3.000000000e+38f) - 1, offsetof(P, scale));
  layer.in_range(p.zero_point, -128, 127, offsetof(P, zero_point));
  layer.is_zero(layer.word(8), offsetof(P, reserved));
  {
    std::uint32_t many = 0;
    layer.leading(0, layer.type(), 1, &many);
    n_count = many;
  }
  layer.same(layer.elements(1, DataType::int8), n_count, 1);
}

void check_dequantize(LayerCheck& layer) {
  using P = parameters::Dequantize;
  const auto& p = layer.parameters<P>();
  std::uint32_t n_count = 0;
  layer.in_range(order(p.scale), order(0.000000000e+00f) + 1, order(__builtin_inff()), offsetof(P, scale));
  layer.in_range(order(p.scale), order(-__builtin_inff()), order(3.000000000e+38f) - 1, offsetof(P, scale));
  layer.in_range(p.zero_point, -128, 127, offsetof(P, zero_point));
  layer.is_zero(layer.word(8), offsetof(P, reserved));
  {
    std::uint32_t many = 0;
    layer.leading(0, layer.type(), 1, &many);
    n_count = many;
  }
  layer.same(layer.elements(1, DataType::float32), n_count, 1);
}

void check_requantize(LayerCheck& layer) {
  using P = parameters::Requantize;
  const auto& p = layer.parameters<P>();
  std::uint32_t n_count = 0;
  layer.in_range(p.multiplier, 0, 2147483647, offsetof(P, multiplier));
  layer.in_range(p.shift, -31, 22, offsetof(P, shift));
  layer.is_zero((layer.word(16) & bytes_from(1)) | layer.word(20), offsetof(P, reserved));
  {
    std::uint32_t many = 0;
    layer.leading(0, layer.type(), 1, &many);
    n_count = many;
  }
  layer.same(layer.elements(1), n_count, 1);
  if (layer.ok()) checks::requantize(layer);
}

void check_select(LayerCheck& layer) {
  using P = parameters::Select;
  std::uint32_t n_rows = 0;
  std::uint32_t n_to = 0;
  layer.is_zero(layer.word(0), offsetof(P, reserved));
  {
    std::uint32_t many = 0;
    layer.leading(0, layer.type(), 2, &many);
    n_rows = many;
  }
  layer.is_constant(1);
  n_to = layer.elements(1, DataType::int32);
  {
    std::uint32_t many = 0;
    const std::uint32_t* const d = layer.leading(2, layer.type(), 2, &many);
    layer.same(d[0], n_to, 2);
    layer.same(many, n_rows, 2);
  }
  if (layer.ok()) checks::select(layer);
}

void check_normalize(LayerCheck& layer) {
  using P = parameters::Normalize;
  const auto& p = layer.parameters<P>();
  layer.in_range(static_cast<std::uint8_t>(p.norm), 0, 3, offsetof(P, norm));
  layer.in_range(layer.parameters<std::uint8_t[12]>()[5], 0, 1, offsetof(P, uniform));
  layer.is_zero((layer.word(4) & bytes_from(2)) | layer.word(8), offsetof(P, reserved));
  {
    std::uint32_t many = 0;
    layer.leading(0, layer.type(), 2, &many);
  }
  layer.is_like(1, layer.type(), 0);
}

void check_reduce(LayerCheck& layer) {
  using P = parameters::Reduce;
  const auto& p = layer.parameters<P>();
  layer.in_range(p.input_zero_point, -128, 127, offsetof(P, input_zero_point));
  layer.in_range(p.output_zero_point, -128, 127, offsetof(P, output_zero_point));
  layer.in_range(p.multiplier, 0, 2147483647, offsetof(P, multiplier));
  layer.in_range(p.shift, -31, 30, offsetof(P, shift));
  layer.require_parameter(static_cast<std::uint8_t>(p.function) == layer.function(), offsetof(P, function));
  layer.in_range(p.axes, 1, 255, offsetof(P, axes));
  layer.in_range(layer.parameters<std::uint8_t[24]>()[18], 0, 1, offsetof(P, keep_dims));
  layer.is_zero((layer.word(16) & bytes_from(3)) | layer.word(20), offsetof(P, reserved));
  {
    std::uint32_t many = 0;
    layer.leading(0, layer.type(), 1, &many);
  }
  layer.has_type(1, layer.type());
  if (layer.ok()) checks::reduce(layer);
}

void check_slice(LayerCheck& layer) {
  using P = parameters::Slice;
  layer.is_zero(layer.word(96), offsetof(P, reserved));
  {
    std::uint32_t many = 0;
    layer.leading(0, layer.type(), 1, &many);
  }
  layer.has_type(1, layer.type());
  if (layer.ok()) checks::slice(layer);
}

void check_copy(LayerCheck& layer) {
  using P = parameters::Copy;
  layer.is_zero(layer.word(0), offsetof(P, reserved));
  {
    std::uint32_t many = 0;
    layer.leading(0, layer.type(), 1, &many);
  }
  layer.is_like(1, layer.type(), 0);
}

void check_quantized_lstm(LayerCheck& layer) {
  using P = parameters::QuantizedLSTM;
  const auto& p = layer.parameters<P>();
  std::uint32_t n_depth = 0;
  std::uint32_t n_units = 0;
  layer.in_range(p.cell_clip, 0, 32767, offsetof(P, cell_clip));
  layer.in_range(p.output_multiplier, 0, 2147483647, offsetof(P, output_multiplier));
  layer.in_range(p.output_shift, -31, 30, offsetof(P, output_shift));
  layer.in_range(p.output_zero_point, -128, 127, offsetof(P, output_zero_point));
  layer.in_range(p.initial_hidden, -128, 127, offsetof(P, initial_hidden));
  layer.in_range(layer.parameters<std::uint8_t[28]>()[20], 0, 1, offsetof(P, return_sequences));
  layer.in_range(p.cell_integer_bits, 0, 6, offsetof(P, cell_integer_bits));
  layer.is_zero((layer.word(20) & bytes_from(2)) | layer.word(24), offsetof(P, reserved));
  {
    const std::uint32_t* const d = layer.dimensions(0, layer.type(), 3);
    n_depth = d[2];
  }
  {
    const std::uint32_t* const d = layer.dimensions(1, layer.weights_type(), 2);
    layer.same(d[1], n_depth, 1);
  }
  {
    const std::uint32_t* const d = layer.dimensions(2, DataType::int8, 2);
    n_units = d[1];
  }
  {
    const std::uint32_t* const d = layer.dimensions(3, DataType::int32, 2);
    layer.same(d[0], 2, 3);
  }
  layer.is_constant(4);
  {
    const std::uint32_t* const d = layer.dimensions(4, DataType::int32, 2);
    layer.same(d[0], 8, 4);
    layer.same(d[1], 2, 4);
  }
  layer.has_type(5, DataType::int8);
  layer.same(layer.elements(6, DataType::int8), n_units, 6);
  layer.same(layer.elements(7, DataType::int16), n_units, 7);
  layer.has_type(8, DataType::int16);
  if (layer.ok()) checks::quantized_lstm(layer);
}

void check_clip(LayerCheck& layer) {
  using P = parameters::Clip;
  layer.is_zero(layer.word(8), offsetof(P, reserved));
  {
    std::uint32_t many = 0;
    layer.leading(0, layer.type(), 1, &many);
  }
  layer.is_like(1, layer.type(), 0);
}

}  // namespace

namespace rules {

const OperatorRule fully_connected = {
    check_fully_connected, 36, 4, 1, 1, 0, false, false, 1, OperatorRule::kNone, 28};
const OperatorRule conv_2d = {
    check_conv_2d, 48, 4, 1, 1, 0, false, false, 1, OperatorRule::kNone, 42};
const OperatorRule depthwise_conv_2d = {
    check_depthwise_conv_2d, 48, 4, 1, 1, 0, false, false, 1, OperatorRule::kNone, 40};
const OperatorRule max_pool_2d = {
    check_max_pool_2d, 36, 1, 0, 1, 0, false, false, 0, OperatorRule::kNone, OperatorRule::kNone};
const OperatorRule average_pool_2d = {
    check_average_pool_2d, 36, 1, 0, 1, 0, false, false, 0, OperatorRule::kNone, OperatorRule::kNone};
const OperatorRule affine = {
    check_affine, 12, 5, 0, 1, 0, true, false, 0, OperatorRule::kNone, OperatorRule::kNone};
const OperatorRule activation = {
    check_activation, 24, 1, 0, 1, 0, true, false, 0, 16, OperatorRule::kNone};
const OperatorRule prelu = {
    check_prelu, 32, 2, 0, 1, 0, true, false, 0, OperatorRule::kNone, OperatorRule::kNone};
const OperatorRule softmax = {
    check_softmax, 16, 1, 0, 1, 0, true, false, 0, OperatorRule::kNone, OperatorRule::kNone};
const OperatorRule lookup_table = {
    check_lookup_table, 4, 2, 0, 1, 0, true, false, 0, OperatorRule::kNone, OperatorRule::kNone};
const OperatorRule binary = {
    check_binary, 64, 2, 0, 1, 0, true, false, 0, 56, OperatorRule::kNone};
const OperatorRule concatenate = {
    check_concatenate, 8, 1, 0, 1, 0, false, true, 0, OperatorRule::kNone, OperatorRule::kNone};
const OperatorRule permute = {
    check_permute, 12, 1, 0, 1, 0, false, false, 0, OperatorRule::kNone, OperatorRule::kNone};
const OperatorRule pad = {
    check_pad, 44, 1, 0, 1, 0, false, false, 0, OperatorRule::kNone, OperatorRule::kNone};
const OperatorRule embedding = {
    check_embedding, 4, 2, 0, 1, 0, false, false, 1, OperatorRule::kNone, OperatorRule::kNone};
const OperatorRule lstm = {
    check_lstm, 24, 4, 0, 1, 3, false, false, 1, OperatorRule::kNone, OperatorRule::kNone};
const OperatorRule tree_ensemble = {
    check_tree_ensemble, 8, 6, 0, 1, 0, false, false, 4, OperatorRule::kNone, OperatorRule::kNone};
const OperatorRule impute = {
    check_impute, 8, 2, 0, 1, 0, true, false, 0, OperatorRule::kNone, OperatorRule::kNone};
const OperatorRule arg_max = {
    check_arg_max, 4, 1, 0, 1, 0, false, false, 0, OperatorRule::kNone, OperatorRule::kNone};
const OperatorRule binarize = {
    check_binarize, 8, 1, 0, 1, 0, false, false, 0, OperatorRule::kNone, OperatorRule::kNone};
const OperatorRule label_decode = {
    check_label_decode, 4, 3, 1, 1, 0, false, false, 0, OperatorRule::kNone, OperatorRule::kNone};
const OperatorRule label_encode = {
    check_label_encode, 4, 3, 1, 1, 0, false, false, 0, OperatorRule::kNone, OperatorRule::kNone};
const OperatorRule quantize = {
    check_quantize, 12, 1, 0, 1, 0, false, false, 0, OperatorRule::kNone, OperatorRule::kNone};
const OperatorRule dequantize = {
    check_dequantize, 12, 1, 0, 1, 0, false, false, 0, OperatorRule::kNone, OperatorRule::kNone};
const OperatorRule requantize = {
    check_requantize, 24, 1, 0, 1, 0, true, false, 0, OperatorRule::kNone, OperatorRule::kNone};
const OperatorRule select = {
    check_select, 4, 2, 0, 1, 0, false, false, 0, OperatorRule::kNone, OperatorRule::kNone};
const OperatorRule normalize = {
    check_normalize, 12, 1, 0, 1, 0, true, false, 0, OperatorRule::kNone, OperatorRule::kNone};
const OperatorRule reduce = {
    check_reduce, 24, 1, 0, 1, 0, false, false, 0, 16, OperatorRule::kNone};
const OperatorRule slice = {
    check_slice, 100, 1, 0, 1, 0, false, false, 0, OperatorRule::kNone, OperatorRule::kNone};
const OperatorRule copy = {
    check_copy, 4, 1, 0, 1, 0, false, false, 0, OperatorRule::kNone, OperatorRule::kNone};
const OperatorRule quantized_lstm = {
    check_quantized_lstm, 28, 5, 0, 1, 3, false, false, 1, OperatorRule::kNone, OperatorRule::kNone};
const OperatorRule clip = {
    check_clip, 12, 1, 0, 1, 0, true, false, 0, OperatorRule::kNone, OperatorRule::kNone};

}  // namespace rules
}  // namespace nacre
