// What looks at neighbours and has no targets: searches, graphs of neighbours, and the local outlier factor.

#include <numeric>

#include "tools/sklearn/algebra.hpp"
#include "tools/sklearn/families.hpp"
#include "tools/sklearn/neighbor_search.hpp"
#include "tools/sklearn/outliers.hpp"

namespace nacre::tools {
namespace {

using F = ActivationFunction;

/// The rows of training that stand at these places.
ValueId rows_at(const Estimator& estimator, const NeighborSearch& search, ValueId place) {
  return decode_labels(estimator, Array::of(ElementType::int64, {search.count()}, search.rows()), place);
}

Predictions find_nearest(const Estimator& estimator, ValueId x) {
  const NeighborSearch search(estimator);
  const auto [place, ordering] = search.nearest(x, neighbor_count(estimator, search));
  Predictions result;
  result.distances = distances_from(estimator, ordering, search.metric());
  result.indices = rows_at(estimator, search, place);
  return result;
}

bool states_distances(const Estimator& estimator) {
  const std::string mode = text_of(estimator.value, "mode");
  if (mode != "distance" && mode != "connectivity")
    estimator.refuse("has the mode " + mode + ", which is not read", "use distance or connectivity");
  return mode == "distance";
}

/// Columns of places in the order of the training rows.
ValueId in_order_of_rows(const Estimator& estimator, const NeighborSearch& search, ValueId of_places) {
  std::vector<std::int64_t> places(search.rows().size());
  for (std::size_t place = 0; place < places.size(); ++place)
    places[static_cast<std::size_t>(search.rows()[place])] = static_cast<std::int64_t>(place);
  return Algebra(estimator).columns(of_places, places);
}

/// One column for each row of training: its distance, or 1, where it is a neighbour, else 0. A row of training is its
/// own neighbour: where distances are asked for, the library adds one.
ValueId transform_nearest(const Estimator& estimator, ValueId x) {
  const bool has_distances = states_distances(estimator);
  const Algebra algebra(estimator);
  const NeighborSearch search(estimator);
  const std::int64_t own = has_distances ? 1 : 0, k = neighbor_count(estimator, search, own) + own;
  const NeighborSearch::Found found = search.nearest(x, k);
  const ValueId place = found.place, ordering = found.ordering;
  std::vector<std::int64_t> places(search.rows().size());
  std::iota(places.begin(), places.end(), std::int64_t{0});
  const ValueId all = estimator.graph.add_constant(Array::of(ElementType::int32, {search.count()}, places),
                                                   DataType::int32);
  Program compare;
  compare.then(MapFunction::equal, DataType::int32, {{Operand::Kind::input, 0}, {Operand::Kind::input, 1}});
  compare.instructions.push_back({MapFunction::cast, DataType::int32, DataType::float32, {{Operand::Kind::output, 0}}});
  const ValueId is_at = estimator.graph.add_map(std::move(compare), {algebra.reshaped(place, {k, 1}), all});
  const ValueId entries =
      has_distances ? algebra.where(is_at, algebra.reshaped(distances_from(estimator, ordering, search.metric()),
                                                            {k, 1}), algebra.constant({1}, {0}))
                    : is_at;
  return in_order_of_rows(estimator, search, algebra.sum(entries, 1));
}

ValueId transform_within_radius(const Estimator& estimator, ValueId x) {
  const bool has_distances = states_distances(estimator);
  const Algebra algebra(estimator);
  const NeighborSearch search(estimator);
  const auto [is_near, distance] = search.within(x, estimator.value.attribute("radius").as_double());
  return in_order_of_rows(estimator, search,
                          has_distances ? algebra.where(is_near, distance, algebra.constant({1}, {0})) : is_near);
}

/// How much denser the neighbours lie than the row: of each the density is one over the mean distance to its own
/// neighbours, but at least theirs to the last of them.
Predictions predict_local_outlier_factor(const Estimator& estimator, ValueId x) {
  if (number_of(estimator.value, "novelty").value_or(0) == 0)
    estimator.refuse("has novelty=False, so that it judges no other rows than those of training",
                     "train it with novelty=True");
  const Algebra algebra(estimator);
  const NeighborSearch search(estimator);
  const auto k = static_cast<std::int64_t>(estimator.value.attribute("n_neighbors_").as_double());
  const Array apart = estimator.value.attribute("_distances_fit_X_").as_array();
  if (k < 1 || apart.shape() != Dimensions{search.count(), k})
    estimator.refuse("keeps other distances than neighbours", "save the model again");
  const std::vector<double> distances = apart.to<double>();
  std::vector<double> last;
  for (auto i = static_cast<std::size_t>(k) - 1; i < distances.size(); i += static_cast<std::size_t>(k))
    last.push_back(distances[i]);
  const NeighborSearch::Found found = search.nearest(x, k);
  const ValueId place = found.place, ordering = found.ordering;
  const auto of_neighbors = [&](const std::vector<double>& of_rows) {
    return algebra.reshaped(algebra.lookup(search.arranged(of_rows, 1), {search.count(), 1}, place), {k});
  };
  const ValueId distance = distances_from(estimator, ordering, search.metric());
  const ValueId reach = algebra.reduce(ReduceFunction::mean, algebra.maximum(distance, of_neighbors(last)), 1);
  const ValueId density = of_neighbors(estimator.value.attribute("_lrd").as_doubles());
  const ValueId ratios = algebra.multiply(density, algebra.scaled(algebra.reshaped(reach, {1}), 1, 1e-10));
  const ValueId score = algebra.apply(F::negative, algebra.reduce(ReduceFunction::mean, ratios, 1));
  return detect(estimator, algebra.reshaped(score, {1}), estimator.value.attribute("offset_").as_doubles().at(0));
}

}  // namespace

std::span<const SklearnClass> neighbor_graph_classes() {
  static constexpr SklearnClass kRows[] = {
      predictor("NearestNeighbors", find_nearest,
                "algorithm leaf_size metric metric_params n_jobs n_neighbors p radius"),
      transformer("KNeighborsTransformer", transform_nearest,
                  "algorithm leaf_size metric metric_params mode n_jobs n_neighbors p"),
      transformer("RadiusNeighborsTransformer", transform_within_radius,
                  "algorithm leaf_size metric metric_params mode n_jobs p radius"),
      predictor("LocalOutlierFactor", predict_local_outlier_factor,
                "algorithm contamination leaf_size metric metric_params n_jobs n_neighbors novelty p"),
  };
  return kRows;
}

}  // namespace nacre::tools
