#include <algorithm>

#include "tools/operators/rescale.hpp"
#include "tools/operators/shapes.hpp"

namespace nacre::tools {
namespace {

Tensor64 evaluate(const Node& node, const std::vector<Tensor64>& inputs, const TensorType& output) {
  const auto& t = node.as<schema::RequantizeT>();
  return map(inputs[0], output, [&](double x) {
    const auto centred = static_cast<std::int64_t>(x) - t.input_zero_point;
    const std::int64_t scaled = multiply_by_quantized_multiplier(centred, t.multiplier, t.shift);
    return static_cast<double>(std::clamp<std::int64_t>(scaled + t.output_zero_point, -128, 127));
  });
}

}  // namespace

const Definition definitions::requantize = {
    .name = "requantize", .infer = same_as_input, .evaluate = evaluate, .in_place = true};

}  // namespace nacre::tools
