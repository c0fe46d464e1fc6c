#include <algorithm>
#include <cmath>

#include "tools/operators/errors.hpp"
#include "tools/operators/shapes.hpp"

namespace nacre::tools {
namespace {

TensorType infer(const Node& node, const std::vector<TensorType>& inputs) {
  require_shapes((inputs.size() == 2 || inputs.size() == 3) && inputs[0].type == DataType::int32, node,
                 "needs indices and labels");
  return {inputs.size() == 3 ? DataType::string : inputs[1].type, inputs[0].shape};
}

Tensor64 evaluate(const Node& node, const std::vector<Tensor64>& inputs, const TensorType& output) {
  Tensor64 y = zeros(output);
  const std::size_t count = inputs[1].values.size() - (output.type == DataType::string ? 1 : 0);
  for (std::size_t i = 0; i < inputs[0].values.size(); ++i) {
    const auto index = static_cast<std::size_t>(inputs[0].values[i]);
    require_shapes(inputs[0].values[i] >= 0 && index < count, node, "reads a label that it does not have");
    if (output.type != DataType::string) {
      y.values[i] = inputs[1].values.at(index);
      continue;
    }
    const auto begin = static_cast<std::size_t>(inputs[1].values.at(index)),
               end = static_cast<std::size_t>(inputs[1].values.at(index + 1));
    std::string text;
    for (std::size_t b = begin; b < end; ++b)
      text.push_back(static_cast<char>(static_cast<unsigned char>(inputs[2].values.at(b))));  // UTF-8
    y.strings.push_back(text);
  }
  return y;
}

/// Where the index is uncertain, every label that it may mean is as good.
std::vector<double> errors(const Node&, const std::vector<Tensor64>& inputs, const Tensor64& output) {
  if (inputs[0].errors.empty()) return {};
  const bool is_text = output.type.type == DataType::string;
  const double last = static_cast<double>(inputs[1].values.size()) - (is_text ? 2 : 1);
  std::vector<double> result(inputs[0].values.size());
  for (std::size_t i = 0; i < result.size(); ++i) {
    const double index = inputs[0].values[i], error = inputs[0].errors[i];
    if (is_text) result[i] = error;
    else for (double other = std::max(index - error, 0.0); other <= std::min(index + error, last); ++other)
      result[i] = std::max(result[i], std::abs(inputs[1].values[static_cast<std::size_t>(other)] - output.values[i]));
  }
  return result;
}

}  // namespace

const Definition definitions::label_decode = {
    .name = "label_decode", .infer = infer, .evaluate = evaluate, .errors = errors};

}  // namespace nacre::tools
