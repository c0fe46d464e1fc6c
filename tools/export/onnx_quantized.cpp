#include "tools/export/onnx_quantized.hpp"

#include <cmath>

#include "tools/common/message.hpp"
#include "tools/export/onnx_fixed_point.hpp"
#include "tools/export/onnx_windows.hpp"

namespace nacre::tools {
namespace {

struct Factors {
  std::vector<double> multipliers, shifts;
};

/// Pairs of multiplier and shift, one for each channel.
Factors factors_of(OnnxExporter& to, const Node& node, ValueId rescale) {
  Factors factors;
  const std::vector<double> pairs = to.numbers(node, rescale);
  for (std::size_t i = 0; i < pairs.size(); i += 2) {
    factors.multipliers.push_back(pairs[i]);
    factors.shifts.push_back(pairs[i + 1]);
  }
  return factors;
}

std::string to_int8(OnnxExporter& to, const std::string& sum, const Factors& factors, Int8Output output) {
  std::string y = rescaled(to, to.cast(sum, OnnxType::int64), factors.multipliers, factors.shifts);
  const auto number = [&](double value) { return to.number(OnnxType::int64, value); };
  if (output.zero_point != 0) y = to.add("Add", {y, number(output.zero_point)});
  y = to.add("Min", {to.add("Max", {y, number(output.minimum)}), number(output.maximum)});
  return to.cast(y, OnnxType::int8);
}

template <typename Window>
Int8Output output_of(const Window& t) {
  return {static_cast<double>(t.output_zero_point), static_cast<double>(t.output_minimum),
          static_cast<double>(t.output_maximum)};
}

/// int8 as uint8, 128 higher: what ConvInteger of ONNX Runtime takes.
std::string raised(OnnxExporter& to, const std::string& x) {
  return to.cast(to.add("Add", {to.cast(x, OnnxType::int32), to.number(OnnxType::int32, 128)}), OnnxType::uint8);
}

/// Sums of (x - zero_point) w, int32, channels last.
std::string integer_conv(OnnxExporter& to, const std::string& x, double zero_point, const ConvWeights& weights,
                         const OnnxAttributes& attributes) {
  const std::string kernel = to.constant(OnnxType::int8, weights.shape, weights.values);
  return channels_last(to, to.add("ConvInteger", {channels_first(to, raised(to, x)), kernel,
                                                  to.number(OnnxType::uint8, zero_point + 128)},
                                  attributes));
}

/// The bias of a file has the input's zero point folded into it: what the convolution subtracts is added again.
template <typename Window>
void write_conv(OnnxExporter& to, const Node& node, const Window& t, const ConvWeights& weights,
                const OnnxAttributes& attributes) {
  const auto outputs = static_cast<std::size_t>(weights.shape[0]);
  std::vector<double> bias = to.numbers(node, node.inputs[2]);
  const std::size_t each = weights.values.size() / outputs;
  for (std::size_t i = 0; i < weights.values.size(); ++i) bias[i / each] += t.input_zero_point * weights.values[i];
  const std::string sum = integer_conv(to, to.flat(node.inputs[0]), t.input_zero_point, weights, attributes);
  const std::string offset = to.constant(OnnxType::int32, {static_cast<std::int64_t>(outputs)}, bias);
  to.define(node.outputs[0],
            to_int8(to, to.add("Add", {sum, offset}), factors_of(to, node, node.inputs[3]), output_of(t)));
}

void write_quantize(OnnxExporter& to, const Node& node) {
  const auto& t = node.as<parameters::Quantize>();
  const auto number = [&](double value) { return to.number(OnnxType::float32, value); };
  const std::string x = to.flat(node.inputs[0]);
  const std::string steps =
      nearest_away(to, to.add("Div", {x, number(static_cast<double>(t.scale))}), OnnxType::float32);
  const std::string moved = to.add("Add", {steps, number(t.zero_point)});
  const std::string known = to.add("Where", {to.add("IsNaN", {x}), number(-128), moved});
  to.define(node.outputs[0], to.cast(to.clamped(known, OnnxType::float32, -128, 127), OnnxType::int8));
}

void write_dequantize(OnnxExporter& to, const Node& node) {
  const auto& t = node.as<parameters::Dequantize>();
  const std::string x = to.add("Sub", {to.cast(to.flat(node.inputs[0]), OnnxType::int32),
                                       to.number(OnnxType::int32, t.zero_point)});
  to.define(node.outputs[0], to.add("Mul", {to.cast(x, OnnxType::float32),
                                            to.number(OnnxType::float32, static_cast<double>(t.scale))}));
}

void write_lookup(OnnxExporter& to, const Node& node) {
  const std::string place =
      to.add("Add", {to.cast(to.flat(node.inputs[0]), OnnxType::int32), to.number(OnnxType::int32, 128)});
  to.define(node.outputs[0], to.gather(to.reshape(to.flat(node.inputs[1]), {256}), place, 0));
}

void write_requantize(OnnxExporter& to, const Node& node) {
  const auto& t = node.as<parameters::Requantize>();
  const auto number = [&](double value) { return to.number(OnnxType::int64, value); };
  const std::string x =
      to.add("Sub", {to.cast(to.flat(node.inputs[0]), OnnxType::int64), number(t.input_zero_point)});
  std::string y = to.add("Add", {rescaled(to, x, {static_cast<double>(t.multiplier)}, {static_cast<double>(t.shift)}),
                                 number(t.output_zero_point)});
  const bool is_signed = t.output_type == DataType::int8;
  y = to.add("Min", {to.add("Max", {y, number(is_signed ? -128 : 0)}), number(is_signed ? 127 : 255)});
  to.define(node.outputs[0], to.cast(y, onnx_type(t.output_type)));
}

/// Two tensors of int8, each less its zero point.
void write_binary(OnnxExporter& to, const Node& node) {
  const auto& t = node.as<parameters::Binary>();
  const auto number = [&](double value) { return to.number(OnnxType::int64, value); };
  for (const ValueId input : node.inputs)
    if (to.shape(input).size() != to.shape(node.outputs[0]).size() && !to.is_constant(input))
      to.refuse(node, "broadcasts over axes that are missing");
  const auto centred = [&](std::size_t i, double zero_point) {
    return to.add("Sub", {to.cast(to.flat(node.inputs[i]), OnnxType::int64), number(zero_point)});
  };
  const bool picks = t.function == BinaryFunction::maximum || t.function == BinaryFunction::minimum;
  std::string a = centred(0, picks ? 0 : t.a_zero_point), b = centred(1, picks ? 0 : t.b_zero_point), y;
  if (picks) {
    y = to.add(t.function == BinaryFunction::maximum ? "Max" : "Min", {a, b});
  } else {
    if (t.function != BinaryFunction::multiply) {
      const std::string raise = number(std::exp2(t.left_shift));
      const auto scaled = [&](const std::string& x, double multiplier, double shift) {
        return rescaled(to, to.add("Mul", {x, raise}), {multiplier}, {shift});
      };
      a = scaled(a, t.a_multiplier, t.a_shift), b = scaled(b, t.b_multiplier, t.b_shift);
    }
    const char* op = t.function == BinaryFunction::add ? "Add" : t.function == BinaryFunction::multiply ? "Mul" : "Sub";
    y = rescaled(to, to.add(op, {a, b}), {static_cast<double>(t.output_multiplier)},
                 {static_cast<double>(t.output_shift)});
    y = to.add("Add", {y, number(t.output_zero_point)});
  }
  y = to.add("Min", {to.add("Max", {y, number(t.output_minimum)}), number(t.output_maximum)});
  to.define(node.outputs[0], to.cast(y, OnnxType::int8));
}

void write_prelu(OnnxExporter& to, const Node& node) {
  const auto& t = node.as<parameters::PRelu>();
  const auto number = [&](double value) { return to.number(OnnxType::int64, value); };
  const std::string x = to.add("Sub", {to.cast(to.rows(node.inputs[0]), OnnxType::int64), number(t.input_zero_point)});
  Dimensions row = to.shape(node.inputs[0]);
  row.erase(row.begin());
  std::vector<double> slopes = to.numbers(node, node.inputs[1]);
  for (double& slope : slopes) slope -= t.alpha_zero_point;
  const std::string below = to.add("Mul", {x, to.constant(OnnxType::int64, row, slopes)});
  const auto scaled = [&](const std::string& z, double multiplier, double shift) {
    return rescaled(to, z, {multiplier}, {shift});
  };
  std::string y = to.add("Where", {to.add("GreaterOrEqual", {x, number(0)}),
                                   scaled(x, t.positive_multiplier, t.positive_shift),
                                   scaled(below, t.negative_multiplier, t.negative_shift)});
  y = to.add("Add", {y, number(t.output_zero_point)});
  y = to.add("Min", {to.add("Max", {y, number(-128)}), number(127)});
  to.define_rows(node.outputs[0], to.cast(y, OnnxType::int8));
}

void write_conv_integer(OnnxExporter& to, const Node& node) {
  const auto& t = node.as<parameters::ConvInteger>();
  if (node.inputs.size() > 2) to.refuse(node, "quantises each row by itself, which ONNX's convolutions cannot");
  const Dimensions& shape = to.shape(node.inputs[1]);
  const std::vector<double> weights = to.numbers(node, node.inputs[1]);
  ConvWeights turned{{}, {shape[0], shape[3], shape[1], shape[2]}};
  const std::int64_t window = shape[1] * shape[2];
  for (std::int64_t o = 0; o < shape[0]; ++o)
    for (std::int64_t c = 0; c < shape[3]; ++c)
      for (std::int64_t k = 0; k < window; ++k)
        turned.values.push_back(weights[static_cast<std::size_t>((o * window + k) * shape[3] + c)]);
  OnnxAttributes attributes;
  attributes.integers("strides", {t.stride_h, t.stride_w})
      .integers("dilations", {t.dilation_h, t.dilation_w})
      .integers("pads", {t.pad_top, t.pad_left, t.pad_bottom, t.pad_right})
      .integers("kernel_shape", {shape[1], shape[2]})
      .integer("group", t.groups);
  to.define(node.outputs[0], integer_conv(to, to.flat(node.inputs[0]), 0, turned, attributes));
}

}  // namespace

void require_portable(OnnxExporter& to, const Node& node, Layout layout) {
  if (layout != Layout::portable)
    to.refuse(node, "has weights in the order of one processor", "convert the model without --target, and export that");
}

std::string rescaled_to_int8(OnnxExporter& to, const std::string& sum, std::pair<double, double> factor,
                             Int8Output output) {
  return to_int8(to, sum, {{factor.first}, {factor.second}}, output);
}

std::string clamped_int8(OnnxExporter& to, const std::string& x, int minimum, int maximum) {
  return minimum == -128 && maximum == 127 ? x : to.clamped(x, OnnxType::int8, minimum, maximum);
}

void write_fully_connected_int8(OnnxExporter& to, const Node& node) {
  const auto& t = node.as<parameters::FullyConnected>();
  require_portable(to, node, t.layout);
  const Dimensions& shape = to.shape(node.inputs[1]);
  const std::vector<double> weights = to.numbers(node, node.inputs[1]);
  std::vector<double> turned(weights.size());  // [depth, units]
  for (std::int64_t u = 0; u < shape[0]; ++u)
    for (std::int64_t d = 0; d < shape[1]; ++d)
      turned[static_cast<std::size_t>(d * shape[0] + u)] = weights[static_cast<std::size_t>(u * shape[1] + d)];
  const std::string sum =
      to.add("MatMul", {to.cast(to.flat(node.inputs[0]), OnnxType::int32),
                        to.cast(to.constant(OnnxType::int8, {shape[1], shape[0]}, turned), OnnxType::int32)});
  const Factors factors = node.inputs.size() > 3
                              ? factors_of(to, node, node.inputs[3])
                              : Factors{{static_cast<double>(t.multiplier)}, {static_cast<double>(t.shift)}};
  to.define(node.outputs[0], to_int8(to, to.add("Add", {sum, to.flat(node.inputs[2])}), factors, output_of(t)));
}

void write_conv_int8(OnnxExporter& to, const Node& node, const parameters::Conv2D& t, const ConvWeights& weights,
                     OnnxAttributes attributes) {
  write_conv(to, node, t, weights, attributes);
}
void write_conv_int8(OnnxExporter& to, const Node& node, const parameters::DepthwiseConv2D& t,
                     const ConvWeights& weights, OnnxAttributes attributes) {
  write_conv(to, node, t, weights, attributes);
}

void write_mean_int8(OnnxExporter& to, const Node& node, const std::string& mean, int minimum, int maximum,
                     int window) {
  if (window > 4096) to.refuse(node, "takes the mean of windows so large that float32 may round it elsewhere");
  const std::string y = nearest_away(to, mean, OnnxType::float32);
  to.define(node.outputs[0], to.cast(to.clamped(y, OnnxType::float32, minimum, maximum), OnnxType::int8));
}

void write_softmax_int8(OnnxExporter& to, const Node& node) {
  const auto& t = node.as<parameters::Softmax>();
  print_warning("layer " + node.name +
                ": this softmax of int8 may differ by one step of 1/256 in ONNX, which has none");
  const double factor = static_cast<double>(t.input_multiplier) * std::exp2(t.input_shift - 31 - 26);
  const std::string x = to.add("Mul", {to.cast(to.flat(node.inputs[0]), OnnxType::float32),
                                       to.number(OnnxType::float32, factor)});
  const std::string shares = to.add("Softmax", {x}, OnnxAttributes().integer("axis", -1));
  const std::string steps =
      nearest_away(to, to.add("Mul", {shares, to.number(OnnxType::float32, 256)}), OnnxType::float32);
  const std::string y = to.add("Sub", {steps, to.number(OnnxType::float32, 128)});
  to.define(node.outputs[0], to.cast(to.clamped(y, OnnxType::float32, -128, 127), OnnxType::int8));
}

std::vector<OnnxExportRow> onnx_export_quantized() {
  return {{Operator::quantize, write_quantize},         {Operator::dequantize, write_dequantize},
          {Operator::lookup_table, write_lookup},       {Operator::requantize, write_requantize},
          {Operator::binary, write_binary},             {Operator::prelu, write_prelu},
          {Operator::conv_integer, write_conv_integer}};
}

}  // namespace nacre::tools
