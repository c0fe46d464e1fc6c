#include "tools/operators/shapes.hpp"

namespace nacre::tools {
namespace {

TensorType infer(const Node& node, const std::vector<TensorType>& inputs) {
  require_shapes((inputs.size() == 2 || inputs.size() == 3) && inputs[0].type == DataType::int32, node, "needs indices and labels");
  return {inputs.size() == 3 ? DataType::string : inputs[1].type, inputs[0].shape};
}

Tensor64 evaluate(const Node&, const std::vector<Tensor64>& inputs, const TensorType& output) {
  Tensor64 y = zeros(output);
  for (std::size_t i = 0; i < inputs[0].values.size(); ++i) {
    const auto index = static_cast<std::size_t>(inputs[0].values[i]);
    if (output.type != DataType::string) {
      y.values[i] = inputs[1].values.at(index);
      continue;
    }
    const auto begin = static_cast<std::size_t>(inputs[1].values.at(index)), end = static_cast<std::size_t>(inputs[1].values.at(index + 1));
    std::string text;
    for (std::size_t b = begin; b < end; ++b) text.push_back(static_cast<char>(inputs[2].values.at(b)));
    y.strings.push_back(text);
  }
  return y;
}

}  // namespace

const Definition definitions::label_decode = {
    .name = "label_decode", .infer = infer, .evaluate = evaluate};

}  // namespace nacre::tools
