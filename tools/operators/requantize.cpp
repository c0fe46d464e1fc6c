#include <algorithm>

#include "tools/operators/errors.hpp"
#include "tools/operators/rescale.hpp"
#include "tools/operators/shapes.hpp"

namespace nacre::tools {
namespace {

TensorType infer(const Node& node, const std::vector<TensorType>& inputs) {
  require_shapes(!inputs.empty(), node, "has no input");
  return {node.as<parameters::Requantize>().output_type, inputs[0].shape};
}

Tensor64 evaluate(const Node& node, const std::vector<Tensor64>& inputs, const TensorType& output) {
  const auto& t = node.as<parameters::Requantize>();
  return map(inputs[0], output, [&](double x) {
    const auto centred = static_cast<std::int64_t>(x) - t.input_zero_point;
    const std::int64_t scaled = multiply_by_quantized_multiplier(centred, t.multiplier, t.shift);
    const std::int64_t least = output.type == DataType::int8 ? -128 : 0;
    return static_cast<double>(std::clamp(scaled + t.output_zero_point, least, least + 255));
  });
}

std::vector<double> errors(const Node&, const std::vector<Tensor64>& inputs, const Tensor64& output) {
  return integer_errors(inputs, output);
}

}  // namespace

const Definition definitions::requantize = {
    .name = "requantize", .infer = infer, .evaluate = evaluate, .errors = errors};

}  // namespace nacre::tools
