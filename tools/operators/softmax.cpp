#include <algorithm>
#include <cmath>
#include <cstdint>

#include "tools/operators/shapes.hpp"
#include "tools/operators/softmax_int8.hpp"

namespace nacre::tools {
namespace {

TensorType infer(const Node& node, const std::vector<TensorType>& inputs) {
  const TensorType output = same_as_input(node, inputs);
  require_shapes(output.type != DataType::int8 || output.last() < 4096, node,
                 "has more classes than an int8 softmax can sum up");
  return output;
}

Tensor64 evaluate(const Node& node, const std::vector<Tensor64>& inputs, const TensorType& output) {
  const auto width = static_cast<std::size_t>(output.last());
  Tensor64 y = zeros(output);
  for (std::size_t row = 0; row < y.values.size(); row += width) {
    const double* x = inputs[0].values.data() + row;
    if (output.type == DataType::int8) {
      softmax_int8(node.as<schema::SoftmaxT>(), x, width, y.values.data() + row);
      continue;
    }
    const double largest = *std::max_element(x, x + width);
    double sum = 0;
    for (std::size_t i = 0; i < width; ++i) sum += y.values[row + i] = std::exp(x[i] - largest);
    for (std::size_t i = 0; i < width; ++i) y.values[row + i] /= sum;
  }
  return y;
}

}  // namespace

const Definition definitions::softmax = {
    .name = "softmax", .infer = infer, .evaluate = evaluate, .in_place = true, .tolerance = 2e-5};

}  // namespace nacre::tools
