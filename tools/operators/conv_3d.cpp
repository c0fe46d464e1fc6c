#include <algorithm>

#include "tools/operators/errors.hpp"
#include "tools/operators/filter.hpp"
#include "tools/operators/shapes.hpp"

namespace nacre::tools {
namespace {

constexpr std::size_t kAxes = 3;

TensorType infer(const Node& node, const std::vector<TensorType>& inputs) {
  const auto& t = node.as<parameters::Conv3D>();
  require_shapes(inputs.size() == 3 && inputs[0].shape.size() == kAxes + 2 && inputs[1].shape.size() == kAxes + 2, node,
                 "needs an image of five dimensions and weights of five");
  const Filter filter = Filter::of(inputs[1]);
  require_shapes(t.groups > 0 && inputs[0].last() == filter.channels * t.groups && filter.outputs % t.groups == 0, node,
                 "has weights for " + std::to_string(filter.channels * t.groups) + " channels, its input is " +
                     to_string(inputs[0]));
  TensorType output = inputs[0];
  for (std::size_t axis = 0; axis < kAxes; ++axis)
    output.shape[axis + 1] = window_output(inputs[0].shape[axis + 1], t.pad_before[axis], t.pad_after[axis],
                                           filter.kernel[axis], t.dilation[axis], t.stride[axis]);
  output.shape.back() = filter.outputs;
  return output;
}

/// Adds the products of one window, of which the first output channel is y[to].
void add_window(const parameters::Conv3D& t, const Filter& filter, const std::vector<Tensor64>& inputs,
                const Dimensions& place, Numbers& y, std::size_t to) {
  const Dimensions& x = inputs[0].type.shape;
  const std::int64_t outputs_of_group = filter.outputs / t.groups;
  for (std::int64_t tap = 0; tap < filter.taps; ++tap) {
    Dimensions at = coordinates(static_cast<std::size_t>(tap), filter.kernel);
    bool inside = true;
    for (std::size_t axis = 0; axis < kAxes; ++axis) {
      at[axis] = place[axis + 1] * t.stride[axis] - t.pad_before[axis] + at[axis] * t.dilation[axis];
      inside = inside && at[axis] >= 0 && at[axis] < x[axis + 1];
    }
    if (!inside) continue;
    const std::size_t from = flat_index({place[0], at[0], at[1], at[2], 0}, x);
    for (std::int64_t o = 0; o < filter.outputs; ++o)
      for (std::int64_t c = 0; c < filter.channels; ++c)
        y[to + static_cast<std::size_t>(o)] +=
            inputs[1].values[filter.index(tap, c, o)] *
            inputs[0].values[from + static_cast<std::size_t>(o / outputs_of_group * filter.channels + c)];
  }
}

Tensor64 evaluate(const Node& node, const std::vector<Tensor64>& inputs, const TensorType& output) {
  const auto& t = node.as<parameters::Conv3D>();
  const Filter filter = Filter::of(inputs[1].type);
  const auto outputs = static_cast<std::size_t>(filter.outputs);
  Tensor64 y = zeros(output);
  for (std::size_t i = 0; i < y.values.size(); ++i) y.values[i] = inputs[2].values[i % outputs];
  for (std::size_t i = 0; i < y.values.size(); i += outputs)
    add_window(t, filter, inputs, coordinates(i, output.shape), y.values, i);
  for (double& value : y.values) value = std::clamp<double>(value, t.minimum, t.maximum);
  return y;
}

std::int64_t macs(const Node&, const std::vector<TensorType>& inputs, const TensorType& output) {
  const Filter filter = Filter::of(inputs[1]);
  return output.size() * filter.taps * filter.channels;
}

std::vector<double> errors(const Node& node, const std::vector<Tensor64>& inputs, const Tensor64& output) {
  const Filter filter = Filter::of(inputs[1].type);
  return sum_of_products_errors(without_clamp<parameters::Conv3D>(node), inputs, output,
                                static_cast<double>(filter.taps * filter.channels + 2));
}

}  // namespace

const Definition definitions::conv_3d = {
    .name = "conv_3d", .infer = infer, .evaluate = evaluate, .errors = errors, .macs = macs,
    .parameters = {"weights", "bias"}};

}  // namespace nacre::tools
