#include "tools/sklearn/distances.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "tools/sklearn/algebra.hpp"

namespace nacre::tools {

Points::Points(const Value& array) {
  const Array dense = dense_array(array);
  if (dense.shape().size() != 2 || dense.size() == 0) array.refuse("has another shape than rows and features");
  values = dense.to<double>();
  count = dense.shape()[0];
  width = dense.shape()[1];
}

ValueId differences(const Estimator& estimator, ValueId x, const Points& points) {
  const Algebra algebra(estimator);
  if (estimator.graph.type(x).last() != points.width)
    estimator.refuse("keeps rows of another width than it takes", "save the model again");
  const ValueId row = algebra.reshaped(x, {1, points.width});
  return algebra.subtract(row, algebra.constant({1, points.count, points.width}, points.values));
}

ValueId squared_distances(const Estimator& estimator, ValueId x, const Points& points) {
  const Algebra algebra(estimator);
  return algebra.sum(algebra.apply(ActivationFunction::square, differences(estimator, x, points)), 2);
}

ValueId manhattan_distances(const Estimator& estimator, ValueId x, const Points& points) {
  const Algebra algebra(estimator);
  return algebra.sum(algebra.apply(ActivationFunction::abs, differences(estimator, x, points)), 2);
}

ValueId turned_differences(const Estimator& estimator, ValueId apart, const std::vector<double>& matrices) {
  const Algebra algebra(estimator);
  const Dimensions shape = estimator.graph.shape(apart);
  const ValueId rows = algebra.reshaped(apart, {shape[1], 1, shape[2]});
  const ValueId each = algebra.constant({1, shape[1], shape[2], shape[2]}, matrices);
  return algebra.reshaped(algebra.matmul(rows, each), {shape[1], shape[2]});
}

double largest_norm(const Points& points) {
  double largest = 0;
  for (auto row = points.values.begin(); row != points.values.end(); row += points.width)
    largest = std::max(largest, std::inner_product(row, row + points.width, row, 0.0));
  return std::sqrt(largest);
}

void doubt_neighbors(const Estimator& estimator, ValueId value) {
  for (const Node& node : estimator.graph.nodes)
    if (std::find(node.outputs.begin(), node.outputs.end(), value) != node.outputs.end())
      estimator.graph.doubts.push_back({node.name, "float32 does not tell neighbours apart that lie nearly as far",
                                        "train a model that keeps no rows"});
}

void doubt_cancelling(const Estimator& estimator, ValueId sum, const char* advice) {
  for (const Node& node : estimator.graph.nodes)
    if (node.outputs.front() == sum)
      estimator.graph.doubts.push_back({node.name, "its terms cancel each other", advice, true});
}

void sample_like(const Estimator& estimator, ValueId x, const Points& points) {
  constexpr std::int64_t kMost = 16;
  for (Port& input : estimator.graph.inputs)
    for (std::int64_t i = 0; input.value == x && i < points.width; ++i)
      for (std::int64_t row = 0; row < std::min(points.count, kMost); ++row)
        input.samples[i].numbers.push_back(points.values[static_cast<std::size_t>(row * points.width + i)]);
}

ValueId number_labels(const Estimator& estimator, ValueId index, std::int64_t count) {
  std::vector<std::int64_t> labels(static_cast<std::size_t>(count));
  std::iota(labels.begin(), labels.end(), std::int64_t{0});
  return decode_labels(estimator, Array::of(ElementType::int64, {count}, labels), index);
}

}  // namespace nacre::tools
