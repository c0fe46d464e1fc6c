#include <algorithm>

#include "tools/common/refusal.hpp"
#include "tools/operators/errors.hpp"
#include "tools/operators/shapes.hpp"

namespace nacre::tools {
namespace {

TensorType infer(const Node& node, const std::vector<TensorType>& inputs) {
  require_shapes(inputs.size() == 2 && inputs[0].type == DataType::int32 && inputs[1].shape.size() == 2,
                 node, "needs integer indices and a table of two dimensions");
  Dimensions shape = inputs[0].shape;
  shape.push_back(inputs[1].shape[1]);
  return {inputs[1].type, shape};
}

Tensor64 evaluate(const Node& node, const std::vector<Tensor64>& inputs, const TensorType& output) {
  const auto width = static_cast<std::size_t>(output.last());
  Tensor64 y = zeros(output);
  for (std::size_t i = 0; i < inputs[0].values.size(); ++i) {
    const double row = inputs[0].values[i];
    require_shapes(row >= 0 && row < static_cast<double>(inputs[1].type.shape[0]), node,
                   "reads an index outside its table");
    for (std::size_t j = 0; j < width; ++j)
      y.values[i * width + j] = inputs[1].values[static_cast<std::size_t>(row) * width + j];
  }
  return y;
}

std::vector<double> errors(const Node&, const std::vector<Tensor64>& inputs, const Tensor64& output) {
  if (!inputs[0].errors.empty()) return integer_errors(inputs, output);
  std::vector<double> result(output.values.size());
  std::transform(output.values.begin(), output.values.end(), result.begin(), storing);
  return result;
}

}  // namespace

const Definition definitions::embedding = {
    .name = "embedding", .infer = infer, .evaluate = evaluate, .errors = errors,
    .parameters = {"table"}};

}  // namespace nacre::tools
