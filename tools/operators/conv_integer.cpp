#include <algorithm>
#include <cmath>

#include "tools/operators/errors.hpp"
#include "tools/operators/shapes.hpp"

namespace nacre::tools {
namespace {

using parameters::ConvInteger;

TensorType infer(const Node& node, const std::vector<TensorType>& inputs) {
  const auto& t = node.as<ConvInteger>();
  require_shapes((inputs.size() == 2 || inputs.size() == 3) && inputs[0].type == DataType::int8 &&
                     inputs[1].type == DataType::int8 && inputs[0].shape.size() == 4 && inputs[1].shape.size() == 4,
                 node, "needs an image and weights of int8, of four dimensions each");
  const Dimensions &x = inputs[0].shape, &w = inputs[1].shape;
  require_shapes(t.groups > 0 && x[3] == w[3] * t.groups && w[0] % t.groups == 0, node,
                 "has weights that do not fit its input " + to_string(inputs[0]));
  require_shapes(inputs.size() == 2 || inputs[2].size() == x[0], node, "has zero points for another number of images");
  return {DataType::int32,
          {x[0], window_output(x[1], t.pad_top, t.pad_bottom, w[1], t.dilation_h, t.stride_h),
           window_output(x[2], t.pad_left, t.pad_right, w[2], t.dilation_w, t.stride_w), w[0]}};
}

/// Calls `term(image, x, w)` for the places in x and in the weights of every product of the output element at `at`.
template <typename Term>
void for_each_product(const ConvInteger& t, const std::vector<Tensor64>& inputs, const Dimensions& at, Term term) {
  const Dimensions &x = inputs[0].type.shape, &w = inputs[1].type.shape;
  const std::int64_t first = at[3] / (w[0] / t.groups) * w[3];
  for (std::int64_t h = 0; h < w[1]; ++h)
    for (std::int64_t k = 0; k < w[2]; ++k) {
      const std::int64_t row = at[1] * t.stride_h - t.pad_top + h * t.dilation_h;
      const std::int64_t column = at[2] * t.stride_w - t.pad_left + k * t.dilation_w;
      if (row < 0 || row >= x[1] || column < 0 || column >= x[2]) continue;
      for (std::int64_t d = 0; d < w[3]; ++d)
        term(static_cast<std::size_t>(at[0]),
             static_cast<std::size_t>(((at[0] * x[1] + row) * x[2] + column) * x[3] + first + d),
             static_cast<std::size_t>(((at[3] * w[1] + h) * w[2] + k) * w[3] + d));
    }
}

double zero_point(const std::vector<Tensor64>& inputs, std::size_t image) {
  return inputs.size() < 3 ? 0 : inputs[2].values[image];
}

Tensor64 evaluate(const Node& node, const std::vector<Tensor64>& inputs, const TensorType& output) {
  Tensor64 y = zeros(output);
  for (std::size_t i = 0; i < y.values.size(); ++i) {
    double sum = 0;
    for_each_product(node.as<ConvInteger>(), inputs, coordinates(i, output.shape),
                     [&](std::size_t image, std::size_t x, std::size_t w) {
                       sum += (inputs[0].values[x] - zero_point(inputs, image)) * inputs[1].values[w];
                     });
    y.values[i] = wrapped_to_int32(sum);
  }
  return y;
}

/// Codes that may be others, and zero points, carry over: in squares, but no more than they add up to.
std::vector<double> errors(const Node& node, const std::vector<Tensor64>& inputs, const Tensor64& output) {
  std::vector<double> result(output.values.size());
  for (std::size_t i = 0; i < result.size(); ++i) {
    double squares = 0, sum = 0;
    for_each_product(node.as<ConvInteger>(), inputs, coordinates(i, output.type.shape),
                     [&](std::size_t image, std::size_t x, std::size_t w) {
                       const double off = error_of(inputs[0], x) + (inputs.size() < 3 ? 0 : error_of(inputs[2], image));
                       const double carried = off * std::abs(inputs[1].values[w]);
                       squares += carried * carried, sum += carried;
                     });
    result[i] = std::min(sum, kConfidence * std::sqrt(squares));
  }
  return result;
}

std::int64_t macs(const Node&, const std::vector<TensorType>& inputs, const TensorType& output) {
  const Dimensions& w = inputs[1].shape;
  return output.size() * w[1] * w[2] * w[3];
}

}  // namespace

const Definition definitions::conv_integer = {
    .name = "conv_integer", .infer = infer, .evaluate = evaluate, .errors = errors, .macs = macs,
    .parameters = {"weights", "zero points"}};

}  // namespace nacre::tools
