#include <algorithm>
#include <cmath>
#include <limits>

#include "tools/operators/errors.hpp"
#include "tools/operators/shapes.hpp"

namespace nacre::tools {
namespace {

constexpr std::size_t kAxes = 3;

TensorType infer(const Node& node, const std::vector<TensorType>& inputs) {
  const auto& t = node.as<parameters::Pool3D>();
  require_shapes(inputs.size() == 1 && inputs[0].shape.size() == kAxes + 2, node,
                 "needs an image of five dimensions");
  TensorType output = inputs[0];
  for (std::size_t axis = 0; axis < kAxes; ++axis)
    output.shape[axis + 1] = window_output(output.shape[axis + 1], t.pad_before[axis], t.pad_after[axis],
                                           t.kernel[axis], 1, t.stride[axis]);
  return output;
}

/// The elements of x under the window of output `i`.
std::vector<double> window(const parameters::Pool3D& t, const Tensor64& x, const TensorType& output, std::size_t i) {
  const Dimensions place = coordinates(i, output.shape), &shape = x.type.shape;
  const auto first = [&](std::size_t axis) {
    return place[axis + 1] * t.stride[axis] - t.pad_before[axis];
  };
  const auto is_inside = [&](std::size_t axis, std::int64_t at) { return at >= 0 && at < shape[axis + 1]; };
  std::vector<double> elements;
  for (std::int64_t d = first(0); d < first(0) + t.kernel[0]; ++d)
    for (std::int64_t h = first(1); h < first(1) + t.kernel[1]; ++h)
      for (std::int64_t w = first(2); w < first(2) + t.kernel[2]; ++w)
        if (is_inside(0, d) && is_inside(1, h) && is_inside(2, w))
          elements.push_back(x.values[flat_index({place[0], d, h, w, place[4]}, shape)]);
  return elements;
}

Tensor64 evaluate(const Node& node, const std::vector<Tensor64>& inputs, const TensorType& output) {
  const auto& t = node.as<parameters::Pool3D>();
  Tensor64 y = zeros(output);
  for (std::size_t i = 0; i < y.values.size(); ++i) {
    const std::vector<double> elements = window(t, inputs[0], output, i);
    double result = t.function == PoolFunction::maximum ? -std::numeric_limits<double>::infinity() : 0;
    for (const double element : elements)
      result = t.function == PoolFunction::maximum ? std::max(result, element) : result + element;
    y.values[i] = t.function == PoolFunction::maximum ? result : result / static_cast<double>(elements.size());
  }
  return y;
}

/// Of a largest element as where elements move; means are taken twice, along two axes and along the third.
std::vector<double> errors(const Node& node, const std::vector<Tensor64>& inputs, const Tensor64& output) {
  const auto& t = node.as<parameters::Pool3D>();
  if (t.function == PoolFunction::maximum) return moved_errors(node, inputs, output);
  Tensor64 x = inputs[0];
  const double share = chain(static_cast<double>(t.kernel[1]) * t.kernel[2] + t.kernel[0] + 2);
  for (std::size_t i = 0; i < x.values.size(); ++i)
    x.values[i] = share * std::abs(x.values[i]) + error_of(x, i) + 2 * kSmallest;
  return evaluate(node, {x}, output.type).values;
}

}  // namespace

const Definition definitions::pool_3d = {
    .name = "pool_3d", .infer = infer, .evaluate = evaluate, .errors = errors};

}  // namespace nacre::tools
