// NearestCentroid: the class whose centre is nearest; since 1.6 by its prior too. And the projection that moves the
// rows of a class together.

#include <algorithm>
#include <cmath>

#include "tools/sklearn/algebra.hpp"
#include "tools/sklearn/families.hpp"
#include "tools/sklearn/metrics.hpp"

namespace nacre::tools {
namespace {

/// The priors of the classes; none before 1.6.
std::vector<double> priors_of(const Estimator& estimator, std::size_t count) {
  const auto saved = estimator.value.find("class_prior_");
  if (!saved) return {};
  std::vector<double> priors = saved->as_doubles();
  if (priors.size() != count) estimator.refuse("has other priors than classes", "save the model again");
  return priors;
}

/// As NumPy's isclose() says it.
bool are_all_alike(const std::vector<double>& priors) {
  const double even = 1 / static_cast<double>(std::max<std::size_t>(priors.size(), 1));
  return std::all_of(priors.begin(), priors.end(),
                     [&](double prior) { return std::abs(prior - even) <= 1e-8 + 1e-5 * even; });
}

/// What discriminant analysis would say of classes that spread alike: -d² + 2 log prior, where d is measured in
/// deviations within the classes.
ValueId discriminants(const Estimator& estimator, ValueId x, Points centers, const std::vector<double>& priors,
                      const Metric& metric) {
  const Algebra algebra(estimator);
  std::vector<double> scale = estimator.value.attribute("within_class_std_dev_").as_doubles(), bias;
  if (scale.size() != static_cast<std::size_t>(centers.width))
    estimator.refuse("has other deviations than features", "save the model again");
  for (double& deviation : scale) deviation = deviation == 0 ? 1 : deviation;
  for (std::size_t i = 0; i < centers.values.size(); ++i) centers.values[i] /= scale[i % scale.size()];
  for (const double prior : priors) bias.push_back(2 * std::log(prior));
  const ValueId scaled = algebra.divide(x, algebra.constant({centers.width}, scale));
  ValueId square = ordering_distances(estimator, scaled, centers, metric);
  if (!has_root(metric)) square = algebra.apply(ActivationFunction::square, square);
  return algebra.scaled(square, std::vector<double>(bias.size(), -1.0), bias);
}

/// The nearest centre, of equally far ones the first. Products of matrices and sums in another order leave open which
/// one is nearer.
ValueId nearest_of(const Estimator& estimator, ValueId x, const Points& centers, const Metric& metric) {
  const Algebra algebra(estimator);
  const ValueId nearness =
      algebra.apply(ActivationFunction::negative, ordering_distances(estimator, x, centers, metric));
  doubt_neighbors(estimator, nearness);
  const ValueId index = algebra.arg_max(nearness);
  Choice choice;
  if (is_of_products(metric)) choice.norm = metric.kind == MetricKind::cosine ? 1 : largest_norm(centers);
  if (choice.norm > 0 || saved_before(estimator.value, 1, 1) || metric.kind != MetricKind::manhattan)
    choice.rounding = 0x1p-53 * (static_cast<double>(centers.width) + 8);
  estimator.graph.nodes.back().choice = choice;
  return index;
}

Predictions predict_nearest_centroid(const Estimator& estimator, ValueId x) {
  const Algebra algebra(estimator);
  const Array classes = estimator.value.attribute("classes_").as_array();
  const Points centers(estimator.value.attribute("centroids_"));
  const Metric metric = read_metric(estimator, centers);
  const std::vector<double> priors = priors_of(estimator, classes.size());
  if (static_cast<std::size_t>(centers.count) != classes.size())
    estimator.refuse("has other centres than classes", "save the model again");
  Predictions result;
  result.labels = label_texts(classes);
  std::optional<ValueId> scores;
  if (!priors.empty() && (metric.kind == MetricKind::euclidean || !are_all_alike(priors)))
    scores = discriminants(estimator, x, centers, priors, metric);
  const ValueId index = are_all_alike(priors) ? nearest_of(estimator, x, centers, metric) : algebra.arg_max(*scores);
  result.predict = decode_labels(estimator, classes, index);
  if (priors.empty() || metric.kind != MetricKind::euclidean) return result;
  result.predict_proba = algebra.softmax(*scores);
  result.decision_function = *scores;
  if (classes.size() == 2) {
    const ValueId apart = algebra.subtract(algebra.column(*scores, 1), algebra.column(*scores, 0));
    doubt_cancelling(estimator, apart, "scale the data that the model is trained on");
    result.decision_function = as_vector(estimator, apart);
  }
  return result;
}

ValueId transform_neighborhood_components(const Estimator& estimator, ValueId x) {
  const Points components(estimator.value.attribute("components_"));
  const auto rows = static_cast<std::size_t>(components.count), width = static_cast<std::size_t>(components.width);
  return Algebra(estimator).product(x, transposed(components.values, rows, width), std::vector<double>(rows));
}

}  // namespace

std::span<const SklearnClass> nearest_centroid_classes() {
  static constexpr SklearnClass kRows[] = {
      predictor("NearestCentroid", predict_nearest_centroid, "metric priors shrink_threshold"),
      transformer("NeighborhoodComponentsAnalysis", transform_neighborhood_components,
                  "callback init max_iter n_components random_state tol verbose warm_start"),
  };
  return kRows;
}

}  // namespace nacre::tools
