#include "tools/sklearn/outliers.hpp"

#include "tools/sklearn/algebra.hpp"

namespace nacre::tools {

ValueId inlier_labels(const Estimator& estimator, ValueId score, bool strictly) {
  const ValueId asked = strictly ? score : Algebra(estimator).scaled(score, -1);
  const ValueId index = estimator.graph.add(parameters::Binarize{}, {asked}, estimator.name + ".predict");
  const std::vector<std::int64_t> labels{strictly ? -1 : 1, strictly ? 1 : -1};
  return decode_labels(estimator, Array::of(ElementType::int64, {2}, labels), as_vector(estimator, index));
}

Predictions detect(const Estimator& estimator, ValueId score, double offset) {
  const ValueId decision = Algebra(estimator).scaled(score, 1, -offset);
  Predictions result;
  result.predict = inlier_labels(estimator, decision);
  result.decision_function = as_vector(estimator, decision);
  result.score_samples = as_vector(estimator, score);
  return result;
}

}  // namespace nacre::tools
