#include <algorithm>

#include "tools/operators/shapes.hpp"

namespace nacre::tools {
namespace {

TensorType infer(const Node& node, const std::vector<TensorType>& inputs) {
  require_shapes(inputs.size() == 5, node, "needs centre, scale and offset");
  for (std::size_t i = 1; i < 5; ++i)
    require_shapes(inputs[i].size() == inputs[0].last(), node,
                   "has " + std::to_string(inputs[i].size()) + " features, its input is " +
                       to_string(inputs[0]));
  return inputs[0];
}

Tensor64 evaluate(const Node& node, const std::vector<Tensor64>& inputs, const TensorType& output) {
  const auto& t = node.as<schema::AffineT>();
  const auto width = static_cast<std::size_t>(output.last());
  Tensor64 y = zeros(output);
  for (std::size_t i = 0; i < y.values.size(); ++i) {
    const std::size_t c = i % width;
    const double centred = inputs[0].values[i] - (inputs[1].values[c] + inputs[2].values[c]);
    y.values[i] = std::clamp<double>(centred * inputs[3].values[c] + inputs[4].values[c], t.minimum, t.maximum);
  }
  return y;
}

}  // namespace

const Definition definitions::affine = {
    .name = "affine", .infer = infer, .evaluate = evaluate, .in_place = true, .tolerance = 2e-6};

}  // namespace nacre::tools
