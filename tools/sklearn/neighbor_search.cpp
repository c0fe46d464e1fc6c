// How scikit-learn finds neighbours. A tree of KDTree or BallTree hands its rows to a heap, leaf by leaf, the nearer
// half first; a brute search, since 1.1, in the order of training, and merges the heaps of its threads into another
// one. That a tree leaves out parts which lie too far changes nothing: no row of them would stay in the heap.

#include "tools/sklearn/neighbor_search.hpp"

#include <algorithm>
#include <map>
#include <numeric>

#include "tools/sklearn/algebra.hpp"

namespace nacre::tools {
namespace {

using F = ActivationFunction;

/// What an object of Cython was given as its state: a tuple.
Value state_of(const Value& object) {
  return {object.document(), object.document().object(object.node()).state, object.path() + ".state"};
}

/// Brute searches that go through heaps; the others sort whole rows by NumPy.
bool is_searched_in_heaps(const Value& model, const Metric& metric) {
  return !saved_before(model, 1, 1) && metric.kind != MetricKind::mahalanobis && metric.kind != MetricKind::hamming &&
         metric.kind != MetricKind::cosine;
}

}  // namespace

NeighborSearch::NeighborSearch(const Estimator& estimator)
    : estimator_(estimator),
      points_(estimator.value.attribute("_fit_X")),
      metric_(read_metric(estimator, points_)),
      rows_(static_cast<std::size_t>(points_.count)) {
  std::iota(rows_.begin(), rows_.end(), std::int64_t{0});
  if (const auto tree = estimator.value.find("_tree"); tree && tree->is_object()) {
    tree->within([&] { return read_tree(*tree); });
    return;
  }
  in_heaps_ = is_searched_in_heaps(estimator.value, metric_);
  metric_.of_scipy = !in_heaps_;
}

void NeighborSearch::read_tree(const Value& tree) {
  const Value state = state_of(tree);
  const Value node_data = state.at(2);
  rows_ = state.at(1).as_array().to<std::int64_t>();
  const std::vector<double> bounds = state.at(3).as_doubles();
  const bool is_ball = state.at(3).as_array().shape().at(0) == 1;
  const auto width = static_cast<std::size_t>(points_.width);
  radius_ = node_data.numpy().numbers<double>("radius");
  nodes_ = radius_.size();
  std::vector<std::int64_t> sorted = rows_;
  std::sort(sorted.begin(), sorted.end());
  bool fits = (nodes_ & (nodes_ + 1)) == 0 && bounds.size() == nodes_ * width * (is_ball ? 1 : 2) &&
              sorted.size() == static_cast<std::size_t>(points_.count);
  for (std::size_t i = 0; i < sorted.size(); ++i) fits &= sorted[i] == static_cast<std::int64_t>(i);
  if (!fits) estimator_.refuse("has a tree of other rows than it keeps", "save the model again");
  const auto half = bounds.begin() + static_cast<std::ptrdiff_t>(nodes_ * width);
  lower_.assign(bounds.begin(), half);
  upper_.assign(half, bounds.end());
  points_.values = arranged(points_.values, width);
}

void NeighborSearch::refuse_left_to_chance(const std::vector<double>& of_rows, std::size_t width) const {
  constexpr std::int64_t kOneChunk = 256;  // rows that one thread searches
  const bool is_certain = !radius_.empty() || (in_heaps_ && points_.count <= kOneChunk);
  if (is_certain || of_rows.size() != rows_.size() * width) return;
  const char* const advice = "train it with algorithm=\"ball_tree\" or \"kd_tree\"";
  if (metric_.kind == MetricKind::hamming)
    estimator_.refuse("counts what differs by brute force: many rows lie equally far, and NumPy decides among them in "
                      "another way on each kind of processor", advice);
  const auto row = [](const std::vector<double>& of, std::size_t i, std::size_t length) {
    const auto first = of.begin() + static_cast<std::ptrdiff_t>(i * length);
    return std::vector<double>(first, first + static_cast<std::ptrdiff_t>(length));
  };
  std::map<std::vector<double>, std::size_t> seen;
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    const auto [found, is_new] = seen.try_emplace(row(points_.values, i, static_cast<std::size_t>(points_.width)), i);
    if (!is_new && row(of_rows, i, width) != row(of_rows, found->second, width))
      estimator_.refuse("was trained on equal rows with different targets and searches by brute force: which of them "
                        "are found depends on NumPy, the processor and its threads", advice);
  }
}

std::vector<double> NeighborSearch::arranged(const std::vector<double>& of_rows, std::size_t width) const {
  if (of_rows.size() != rows_.size() * width)
    estimator_.refuse("keeps other targets than rows", "save the model again");
  std::vector<double> result;
  for (const std::int64_t row : rows_) {
    const auto from = of_rows.begin() + row * static_cast<std::ptrdiff_t>(width);
    result.insert(result.end(), from, from + static_cast<std::ptrdiff_t>(width));
  }
  return result;
}

/// The least that a row of each node may be away.
ValueId NeighborSearch::bounds(ValueId x) const {
  const Algebra algebra(estimator_);
  if (nodes_ == 1) return algebra.constant({1, 1}, {0});
  const ValueId zero = algebra.constant({1}, {0});
  const auto nodes = static_cast<std::int64_t>(nodes_);
  if (upper_.empty()) {  // balls
    Points centers = points_;
    centers.values = lower_, centers.count = nodes;
    const ValueId to_center =
        distances_from(estimator_, ordering_distances(estimator_, x, centers, metric_), metric_);
    return algebra.maximum(algebra.subtract(to_center, algebra.constant({nodes}, radius_)), zero);
  }
  const ValueId row = algebra.reshaped(x, {1, points_.width});
  const Dimensions shape{1, nodes, points_.width};
  const ValueId below = algebra.subtract(algebra.constant(shape, lower_), row),
                above = algebra.subtract(row, algebra.constant(shape, upper_));
  const ValueId outside = algebra.maximum(algebra.maximum(below, above), zero);
  if (metric_.kind == MetricKind::chebyshev) return algebra.reduce(ReduceFunction::maximum, outside, 2);
  if (metric_.kind == MetricKind::manhattan) return algebra.sum(outside, 2);
  return algebra.sum(metric_.kind == MetricKind::euclidean ? algebra.apply(F::square, outside)
                                                     : algebra.power(outside, metric_.p), 2);
}

void NeighborSearch::doubt(ValueId value) const {
  for (const Node& node : estimator_.graph.nodes)
    if (std::find(node.outputs.begin(), node.outputs.end(), value) != node.outputs.end())
      estimator_.graph.doubts.push_back({node.name, "float32 does not tell neighbours apart that lie nearly as far",
                                         "train a model that keeps no rows"});
}

NeighborSearch::Found NeighborSearch::nearest(ValueId x, std::int64_t k) const {
  parameters::Neighbors table;
  table.k = static_cast<std::int32_t>(k);
  table.merges = in_heaps_;
  const bool sorts_by_numpy = !in_heaps_ && radius_.empty();
  if (sorts_by_numpy || !saved_before(estimator_.value, 1, 9)) table.sort = NeighborSort::insertion;
  sample_like(estimator_, x, points_);
  const ValueId distances = ordering_distances(estimator_, x, points_, metric_);
  const auto [ordering, place] = Algebra(estimator_).neighbors(distances, bounds(x), table);
  doubt(place);
  return {place, ordering};
}

NeighborSearch::Within NeighborSearch::within(ValueId x, double radius) const {
  const Algebra algebra(estimator_);
  sample_like(estimator_, x, points_);
  const ValueId ordering = ordering_distances(estimator_, x, points_, metric_);
  const ValueId is_near = algebra.at_least(algebra.constant({1}, {ordering_of(radius, metric_)}), ordering);
  doubt(is_near);
  return {is_near, distances_from(estimator_, ordering, metric_)};
}

std::int64_t neighbor_count(const Estimator& estimator, const NeighborSearch& search, std::int64_t own) {
  const double k = number_of(estimator.value, "n_neighbors").value_or(0);
  if (k < 1 || k > static_cast<double>(search.count() - own))
    estimator.refuse("asks for more neighbours than it keeps", "choose a smaller n_neighbors");
  return static_cast<std::int64_t>(k);
}

}  // namespace nacre::tools
