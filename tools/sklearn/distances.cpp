#include "tools/sklearn/distances.hpp"

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

ValueId number_labels(const Estimator& estimator, ValueId index, std::int64_t count) {
  std::vector<std::int64_t> labels(static_cast<std::size_t>(count));
  std::iota(labels.begin(), labels.end(), std::int64_t{0});
  return decode_labels(estimator, Array::of(ElementType::int64, {count}, labels), index);
}

}  // namespace nacre::tools
