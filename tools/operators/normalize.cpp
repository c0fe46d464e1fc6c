#include <algorithm>
#include <cmath>

#include "tools/operators/shapes.hpp"

namespace nacre::tools {
namespace {

double norm_of(schema::Norm norm, const double* x, std::size_t width) {
  double result = 0;
  for (std::size_t i = 0; i < width; ++i) {
    if (norm == schema::Norm::l1) result += std::abs(x[i]);
    if (norm == schema::Norm::l2) result += x[i] * x[i];
    if (norm == schema::Norm::maximum) result = std::max(result, std::abs(x[i]));
  }
  return norm == schema::Norm::l2 ? std::sqrt(result) : result;
}

Tensor64 evaluate(const Node& node, const std::vector<Tensor64>& inputs, const TensorType& output) {
  const auto& t = node.as<schema::NormalizeT>();
  const auto width = static_cast<std::size_t>(output.last());
  Tensor64 y = inputs[0];
  for (std::size_t row = 0; row < y.values.size(); row += width) {
    const double norm = norm_of(t.norm, y.values.data() + row, width);
    for (std::size_t i = 0; i < width; ++i) {
      double& value = y.values[row + i];
      value = norm == 0 ? (t.uniform ? 1.0 / static_cast<double>(width) : value) : value / norm;
    }
  }
  return y;
}

}  // namespace

const Definition definitions::normalize = {
    .name = "normalize", .infer = same_as_input, .evaluate = evaluate, .in_place = true, .tolerance = 2e-6};

}  // namespace nacre::tools
