// Nearest neighbours: they are those with the smallest distances, of equal ones the first that was trained.

#include <cmath>
#include <limits>

#include "tools/sklearn/algebra.hpp"
#include "tools/sklearn/distances.hpp"
#include "tools/sklearn/families.hpp"
#include "tools/sklearn/members.hpp"

namespace nacre::tools {
namespace {

using F = ActivationFunction;

struct Metric {
  enum class Kind { euclidean, manhattan, chebyshev };
  Kind kind;
};

Metric read_metric(const Estimator& estimator) {
  const Value stated = estimator.value.attribute("metric");
  const std::string fitted = text_of(estimator.value, "effective_metric_");
  const std::string name = !stated.is_string() ? "" : fitted.empty() ? stated.as_string() : fitted;
  const auto arguments = estimator.value.find("metric_params");
  double p = number_of(estimator.value, "p").value_or(2);
  if (const auto effective = estimator.value.find("effective_metric_params_"); effective && !effective->is_none())
    if (const auto own = effective->find("p"); own && own->is_number()) p = own->as_double();
  const bool has_arguments = arguments && !arguments->is_none() && arguments->has("w");
  if (!has_arguments) {
    if (name == "euclidean" || name == "l2" || name == "sqeuclidean" || (name == "minkowski" && p == 2))
      return {Metric::Kind::euclidean};
    if (name == "manhattan" || name == "l1" || name == "cityblock" || (name == "minkowski" && p == 1))
      return {Metric::Kind::manhattan};
    if (name == "chebyshev" || (name == "minkowski" && std::isinf(p))) return {Metric::Kind::chebyshev};
  }
  estimator.refuse("has the metric " + name + ", which is not read with these arguments",
                   "use euclidean, manhattan or chebyshev");
}

/// Distances that order as the metric does: of the Euclidean one their squares.
ValueId ordering_distances(const Estimator& estimator, ValueId x, const Points& points, Metric metric) {
  const Algebra algebra(estimator);
  if (metric.kind == Metric::Kind::euclidean) return squared_distances(estimator, x, points);
  if (metric.kind == Metric::Kind::manhattan) return manhattan_distances(estimator, x, points);
  return algebra.reduce(ReduceFunction::maximum, algebra.apply(F::abs, differences(estimator, x, points)), 2);
}

/// Neighbours of which many lie equally far are told apart in float64, as the library does.
void doubt_equal_distances(const Estimator& estimator, ValueId distances) {
  for (const Node& node : estimator.graph.nodes)
    if (node.outputs.front() == distances)
      estimator.graph.doubts.push_back({node.name, "float32 does not tell neighbours apart that lie nearly as far",
                                        "train a model that keeps no rows"});
}

std::string weights_of_neighbors(const Estimator& estimator) {
  const Value weights = estimator.value.attribute("weights");
  if (weights.is_none() || (weights.is_string() && weights.as_string() == "uniform")) return "uniform";
  if (weights.is_string() && weights.as_string() == "distance") return "distance";
  estimator.refuse("weighs neighbours by code", "use uniform or distance");
}

struct Neighbors {
  ValueId index;                  ///< int32 [1, k]
  std::optional<ValueId> weight;  ///< [1, k]; none: all the same
};

/// 1 / distance; where some are 0 these count 1, and the others nothing.
ValueId inverse_distances(const Estimator& estimator, ValueId ordering, Metric metric) {
  const Algebra algebra(estimator);
  const ValueId distance = metric.kind == Metric::Kind::euclidean ? algebra.apply(F::sqrt, ordering) : ordering;
  const ValueId is_same = algebra.equals(distance, 0);
  const ValueId any = algebra.reshaped(algebra.reduce(ReduceFunction::maximum, is_same, 1), {1});
  const ValueId one = algebra.constant({1}, {1});
  const ValueId inverse = algebra.divide(one, algebra.where(is_same, one, distance));
  return algebra.where(any, is_same, inverse);
}

Neighbors nearest_neighbors(const Estimator& estimator, ValueId x) {
  const Points points(estimator.value.attribute("_fit_X"));
  const Metric metric = read_metric(estimator);
  const double k = number_of(estimator.value, "n_neighbors").value_or(0);
  if (k < 1 || k > static_cast<double>(points.count))
    estimator.refuse("asks for more neighbours than it keeps", "choose a smaller n_neighbors");
  const ValueId distances = ordering_distances(estimator, x, points, metric);
  doubt_equal_distances(estimator, distances);
  const Algebra algebra(estimator);
  const auto [nearest, index] = algebra.top_k(algebra.apply(F::negative, distances), static_cast<std::int64_t>(k));
  if (weights_of_neighbors(estimator) == "uniform") return {index, std::nullopt};
  return {index, inverse_distances(estimator, algebra.apply(F::negative, nearest), metric)};
}

/// Rows of a table [points, width] of the neighbours, weighed and added up: [1, width].
ValueId gathered_sum(const Estimator& estimator, const Neighbors& neighbors, std::vector<double> table,
                     std::int64_t width) {
  const Algebra algebra(estimator);
  const auto rows = static_cast<std::int64_t>(table.size()) / width;
  ValueId found = algebra.lookup(std::move(table), {rows, width}, neighbors.index);  // [1, k, width]
  if (neighbors.weight) {
    const std::int64_t k = estimator.graph.type(*neighbors.weight).last();
    found = algebra.multiply(found, algebra.reshaped(*neighbors.weight, {k, 1}));
  }
  return algebra.sum(found, 1);
}

Predictions predict_neighbors_regressor(const Estimator& estimator, ValueId x) {
  const Array targets = estimator.value.attribute("_y").as_array();
  const std::int64_t width = targets.shape().size() > 1 ? targets.shape()[1] : 1;
  const Neighbors neighbors = nearest_neighbors(estimator, x);
  const Algebra algebra(estimator);
  const ValueId sum = gathered_sum(estimator, neighbors, targets.to<double>(), width);
  const ValueId total = neighbors.weight ? algebra.reshaped(algebra.sum(*neighbors.weight, 1), {1})
                                         : algebra.constant({1}, {*number_of(estimator.value, "n_neighbors")});
  const ValueId mean = algebra.divide(sum, total);
  return {targets.shape().size() > 1 ? mean : as_vector(estimator, mean), {}, {}, {}};
}

Predictions predict_neighbors_classifier(const Estimator& estimator, ValueId x) {
  const Value listed = estimator.value.attribute("classes_");
  if (number_of(estimator.value, "outputs_2d_").value_or(0) != 0)
    estimator.refuse("predicts several targets", "train one model for each target");
  const Array classes = listed.as_array();
  const auto count = static_cast<std::int64_t>(classes.size());
  const std::vector<std::int64_t> labels = estimator.value.attribute("_y").as_array().to<std::int64_t>();
  std::vector<double> table(labels.size() * classes.size());
  for (std::size_t row = 0; row < labels.size(); ++row)
    table[row * classes.size() + static_cast<std::size_t>(labels[row])] = 1;
  const Neighbors neighbors = nearest_neighbors(estimator, x);
  const ValueId votes = gathered_sum(estimator, neighbors, std::move(table), count);
  Predictions result;
  result.labels = label_texts(classes);
  result.predict = decode_labels(estimator, classes, Algebra(estimator).arg_max(votes));
  result.predict_proba = estimator.graph.add(parameters::Normalize{}, {votes}, estimator.name + ".normalize");
  return result;
}

}  // namespace

std::span<const SklearnClass> neighbors_classes() {
  static constexpr const char* kParameters =
      "algorithm leaf_size metric metric_params n_jobs n_neighbors p weights";
  static constexpr SklearnClass kRows[] = {
      predictor("KNeighborsClassifier", predict_neighbors_classifier, kParameters),
      predictor("KNeighborsRegressor", predict_neighbors_regressor, kParameters),
  };
  return kRows;
}

}  // namespace nacre::tools
