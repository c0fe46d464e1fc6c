// EllipticEnvelope: rows are outliers that lie far from the centre, measured by a robust covariance.

#include "tools/sklearn/algebra.hpp"
#include "tools/sklearn/families.hpp"
#include "tools/sklearn/metrics.hpp"
#include "tools/sklearn/outliers.hpp"

namespace nacre::tools {
namespace {

Predictions predict_elliptic_envelope(const Estimator& estimator, ValueId x) {
  if (saved_before(estimator.value, 0, 20))
    estimator.refuse("was saved by a release before 0.20, which decided by another rule", "train it with a newer one");
  const auto precision = estimator.value.find("precision_");
  if (!precision || precision->is_none())
    estimator.refuse("does not keep the inverse of its covariance", "train it with store_precision=True");
  Metric metric{MetricKind::mahalanobis};
  metric.weights = precision->as_doubles();
  const std::int64_t width = estimator.graph.type(x).last();
  const std::vector<double> center = estimator.value.attribute("location_").as_doubles();
  if (center.size() != static_cast<std::size_t>(width) || metric.weights.size() != center.size() * center.size())
    estimator.refuse("has a covariance of other features than it takes", "save the model again");
  const ValueId square = ordering_distances(estimator, x, Points(center, 1), metric);
  return detect(estimator, Algebra(estimator).apply(ActivationFunction::negative, square),
                estimator.value.attribute("offset_").as_doubles().at(0));
}

}  // namespace

std::span<const SklearnClass> covariance_classes() {
  static constexpr SklearnClass kRows[] = {
      predictor("EllipticEnvelope", predict_elliptic_envelope,
                "assume_centered contamination random_state store_precision support_fraction"),
  };
  return kRows;
}

}  // namespace nacre::tools
