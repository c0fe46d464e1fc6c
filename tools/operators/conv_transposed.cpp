#include <algorithm>

#include "tools/operators/conv_transposed.hpp"
#include "tools/operators/errors.hpp"
#include "tools/operators/filter.hpp"
#include "tools/operators/rescale.hpp"
#include "tools/operators/shapes.hpp"

namespace nacre::tools {
namespace {

TensorType infer(const Node& node, const std::vector<TensorType>& inputs) {
  const auto& t = node.as<parameters::ConvTransposed>();
  const std::size_t rank = inputs.at(0).shape.size();
  require_shapes(inputs.size() >= 3 && (rank == 4 || rank == 5) && inputs[1].shape.size() == rank, node,
                 "needs an image of four or five dimensions and weights of as many");
  const Filter filter = Filter::of(inputs[1]);
  require_shapes(inputs[0].last() == filter.channels, node,
                 "has weights for " + std::to_string(filter.channels) + " channels, its input is " +
                     to_string(inputs[0]));
  TensorType output{inputs[0].type, {inputs[0].shape[0]}};
  for (std::size_t axis = 0; axis < filter.kernel.size(); ++axis) {
    require_shapes(t.size[axis] > 0 && t.stride[axis] > 0 && t.dilation[axis] > 0, node,
                   "has a size, stride or dilation of 0");
    output.shape.push_back(t.size[axis]);
  }
  output.shape.push_back(filter.outputs);
  return output;
}

/// Adds the windows of all elements of x to `y`.
void scatter(const parameters::ConvTransposed& t, const Filter& filter, const std::vector<Tensor64>& inputs,
             Tensor64& y) {
  const std::size_t axes = filter.kernel.size();
  const auto channels = static_cast<std::size_t>(filter.channels), outputs = static_cast<std::size_t>(filter.outputs);
  Dimensions pixels = inputs[0].type.shape, places = y.type.shape;
  pixels.pop_back(), places.pop_back();
  for (std::size_t pixel = 0; pixel * channels < inputs[0].values.size(); ++pixel)
    for (std::int64_t tap = 0; tap < filter.taps; ++tap) {
      Dimensions at = coordinates(pixel, pixels);
      const Dimensions in_window = coordinates(static_cast<std::size_t>(tap), filter.kernel);
      bool inside = true;
      for (std::size_t axis = 0; axis < axes; ++axis) {
        std::int64_t& place = at[axis + 1];
        place = place * t.stride[axis] + in_window[axis] * t.dilation[axis] - t.pad_before[axis];
        inside = inside && place >= 0 && place < t.size[axis];
      }
      if (!inside) continue;
      const std::size_t to = flat_index(at, places) * outputs;
      for (std::size_t c = 0; c < channels; ++c) {
        const double x = inputs[0].values[pixel * channels + c] - t.input_zero_point;
        for (std::size_t o = 0; o < outputs; ++o)
          y.values[to + o] += x * inputs[1].values[filter.index(tap, static_cast<std::int64_t>(c),
                                                                static_cast<std::int64_t>(o))];
      }
    }
}

}  // namespace

double transposed_output(const parameters::ConvTransposed& t, DataType type, double sum,
                         const std::vector<Tensor64>& inputs, std::size_t output) {
  const auto channel = static_cast<std::int64_t>(output);
  switch (type) {
    case DataType::int8:
      return rescale_to_int8(sum, inputs[3], channel, t.output_zero_point, t.output_minimum, t.output_maximum);
    case DataType::int16: return rescale_to_int16(sum, inputs[3], channel, t.minimum, t.maximum);
    default: return std::clamp<double>(sum, t.minimum, t.maximum);
  }
}

namespace {

Tensor64 evaluate(const Node& node, const std::vector<Tensor64>& inputs, const TensorType& output) {
  const auto& t = node.as<parameters::ConvTransposed>();
  const Filter filter = Filter::of(inputs[1].type);
  Tensor64 y = zeros(output);
  const auto outputs = static_cast<std::size_t>(filter.outputs);
  for (std::size_t i = 0; i < y.values.size(); ++i) y.values[i] = inputs[2].values[i % outputs];
  scatter(t, filter, inputs, y);
  for (std::size_t i = 0; i < y.values.size(); ++i)
    y.values[i] = transposed_output(t, output.type, y.values[i], inputs, i % outputs);
  return y;
}

std::int64_t macs(const Node&, const std::vector<TensorType>& inputs, const TensorType&) {
  const Filter filter = Filter::of(inputs[1]);
  return inputs[0].size() * filter.taps * filter.outputs;
}

std::vector<double> errors(const Node& node, const std::vector<Tensor64>& inputs, const Tensor64& output) {
  if (output.type.type != DataType::float32) return integer_errors(inputs, output);
  const Filter filter = Filter::of(inputs[1].type);
  return sum_of_products_errors(without_clamp<parameters::ConvTransposed>(node), inputs, output,
                                static_cast<double>(filter.taps * filter.channels + 2));
}

}  // namespace

const Definition definitions::conv_transposed = {
    .name = "conv_transposed", .infer = infer, .evaluate = evaluate, .errors = errors, .macs = macs,
    .parameters = {"weights", "bias"}};

}  // namespace nacre::tools
