#include <algorithm>

#include "tools/operators/errors.hpp"
#include "tools/operators/rescale.hpp"
#include "tools/operators/shapes.hpp"

namespace nacre::tools {
namespace {

TensorType infer(const Node& node, const std::vector<TensorType>& inputs) {
  const auto& t = node.as<parameters::DepthwiseConv2D>();
  require_shapes(inputs.size() >= 3 && inputs[0].shape.size() == 4 && inputs[1].shape.size() == 3, node,
                 "needs an image of four dimensions and weights of three");
  const Dimensions &x = inputs[0].shape, &w = inputs[1].shape;
  require_shapes(w[2] % x[3] == 0, node, "has weights that do not fit its input " + to_string(inputs[0]));
  return {inputs[0].type,
          {x[0], window_output(x[1], t.pad_top, t.pad_bottom, w[0], t.dilation_h, t.stride_h),
           window_output(x[2], t.pad_left, t.pad_right, w[1], t.dilation_w, t.stride_w), w[2]}};
}

Tensor64 evaluate(const Node& node, const std::vector<Tensor64>& inputs, const TensorType& output) {
  const auto& t = node.as<parameters::DepthwiseConv2D>();
  const Dimensions &x = inputs[0].type.shape, &k = inputs[1].type.shape;
  const bool is_int8 = output.type == DataType::int8;
  const std::int64_t multiplier = k[2] / x[3];
  Tensor64 y = zeros(output);
  for (std::size_t i = 0; i < y.values.size(); ++i) {
    const Dimensions at = coordinates(i, output.shape);
    const std::int64_t o = at[3];
    double sum = inputs[2].values[o];
    for (std::int64_t h = 0; h < k[0]; ++h)
      for (std::int64_t w = 0; w < k[1]; ++w) {
        const std::int64_t iy = at[1] * t.stride_h - t.pad_top + h * t.dilation_h;
        const std::int64_t ix = at[2] * t.stride_w - t.pad_left + w * t.dilation_w;
        const bool inside = iy >= 0 && iy < x[1] && ix >= 0 && ix < x[2];
        const double weight = inputs[1].values[(h * k[1] + w) * k[2] + o];
        if (inside)
          sum += weight * inputs[0].values[((at[0] * x[1] + iy) * x[2] + ix) * x[3] + o / multiplier];
        else if (is_int8)
          sum += weight * t.input_zero_point;
      }
    y.values[i] = output.type == DataType::int16 ? rescale_to_int16(sum, inputs[3], o, t.minimum, t.maximum)
                  : is_int8 ? rescale_to_int8(sum, inputs[3], o, t.output_zero_point, t.output_minimum,
                                       t.output_maximum)
                          : std::clamp<double>(sum, t.minimum, t.maximum);
  }
  return y;
}

std::int64_t macs(const Node&, const std::vector<TensorType>& inputs, const TensorType& output) {
  return output.size() * inputs[1].shape[0] * inputs[1].shape[1];
}

/// A packed layer unpacks the weights of four channels, and pairs of rows of them; one for MVE collects four rows of
/// eight channels, where the kernel is small.
std::vector<Temporary> temporaries(const Node& node, const std::vector<TensorType>& inputs, const TensorType& output) {
  const auto& t = node.as<parameters::DepthwiseConv2D>();
  if (t.layout == Layout::portable) return {};
  if (t.layout == Layout::mve) {
    const bool is_small =
        inputs[1].shape[0] <= 4 && inputs[1].shape[1] <= 4 && t.dilation_h == 1 && t.dilation_w == 1;
    return {{{DataType::int32, {is_small ? 8 * ((output.shape[2] - 1) * t.stride_w + 4) : 4}}, false}};
  }
  const Dimensions& k = inputs[1].shape;  // packed: [groups, height, width]
  const std::int64_t pairs = (k[1] + 1) / 2;
  const std::int64_t columns = (output.shape[2] - 1) * t.stride_w + (k[2] - 1) * t.dilation_w + 1;
  return {{{DataType::int32, {4 * (pairs * k[2] + (2 * pairs - 1) * columns)}}, false}};
}

std::vector<double> errors(const Node& node, const std::vector<Tensor64>& inputs, const Tensor64& output) {
  if (is_quantised(output.type.type)) return integer_errors(inputs, output);
  const Dimensions& k = inputs[1].type.shape;
  return sum_of_products_errors(without_clamp<parameters::DepthwiseConv2D>(node), inputs, output,
                                static_cast<double>(k[0] * k[1] + 2));
}

}  // namespace

const Definition definitions::depthwise_conv_2d = {
    .name = "depthwise_conv_2d", .infer = infer, .evaluate = evaluate, .errors = errors, .macs = macs,
    .temporaries = temporaries,
    .parameters = {"weights", "bias"}};

}  // namespace nacre::tools
