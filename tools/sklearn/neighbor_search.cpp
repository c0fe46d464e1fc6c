// How scikit-learn finds neighbours. A tree of KDTree or BallTree hands its rows to a heap, leaf by leaf, the nearer
// half first; a brute search, since 1.1, in the order of training, and merges the heaps of its threads into another
// one. That a tree leaves out parts which lie too far changes nothing: no row of them would stay in the heap.

#include "tools/sklearn/neighbor_search.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "tools/sklearn/algebra.hpp"

namespace nacre::tools {
namespace {

using F = ActivationFunction;

/// What an object of Cython was given as its state: a tuple.
Value state_of(const Value& object) {
  return {object.document(), object.document().object(object.node()).state, object.path() + ".state"};
}

ElementType type_of(const Value& rows) {
  return (rows.is_array() ? rows : rows.attribute("data")).as_array().type();
}

/// Brute searches that go through heaps. The others sort whole rows by NumPy, as those among whole numbers do; among
/// float32 rows it depends on the type of the rows that are asked about.
bool is_searched_in_heaps(const Value& model, const Metric& metric) {
  const Value rows = model.attribute("_fit_X");
  if (saved_before(model, 1, 1) || type_of(rows) != ElementType::float64) return false;
  if (!rows.is_array() && (saved_before(model, 1, 2) || is_of_products(metric))) return false;
  return metric.kind != MetricKind::mahalanobis && metric.kind != MetricKind::hamming &&
         metric.kind != MetricKind::cosine;
}

/// The largest power of two that divides all numbers, if it is not too small for their products to be exact; else 0.
double step_of(const std::vector<double>& values) {
  constexpr double kLeast = 0x1p-10;
  for (double step = 1; step >= kLeast; step /= 2)
    if (std::ranges::all_of(values, [&](double value) { return std::fmod(value, step) == 0; })) return step;
  return 0;
}

}  // namespace

NeighborSearch::NeighborSearch(const Estimator& estimator)
    : estimator_(estimator),
      points_(estimator.value.attribute("_fit_X")),
      metric_(read_metric(estimator, points_)),
      rows_(static_cast<std::size_t>(points_.count)) {
  std::iota(rows_.begin(), rows_.end(), std::int64_t{0});
  is_float32_ = type_of(estimator.value.attribute("_fit_X")) == ElementType::float32;
  if (const auto tree = estimator.value.find("_tree"); tree && tree->is_object()) {
    tree->within([&] { return read_tree(*tree); });
    return;
  }
  in_heaps_ = is_searched_in_heaps(estimator.value, metric_);
  is_sparse_ = !estimator.value.attribute("_fit_X").is_array();
  metric_.of_scipy = !in_heaps_;
  refuse_columns_out_of_order();
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

/// The least that a row of each node may be away, as it is compared: bounds may be equal then that were not.
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
    const ValueId outside = algebra.subtract(to_center, algebra.constant({nodes}, radius_));
    return ordering_from(estimator_, algebra.maximum(outside, zero), metric_);
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

/// Sums of positive terms are off by a few units in the last place, whatever their order; what is subtracted from
/// products, by as much of these. Whole powers are products here, and so have the library's bits only of whole numbers.
/// Other powers are the library's in the float64 evaluation, with which each row is compared. What stands before a
/// search of float32 rows computes in float32.
std::optional<Choice> NeighborSearch::choice(ValueId x) const {
  const bool is_tree = !radius_.empty(), has_powers = metric_.kind == MetricKind::minkowski;
  const bool is_computed = is_float32_ && std::ranges::find(estimator_.graph.inputs, x, &Port::value) ==
                                              estimator_.graph.inputs.end();
  if (is_tree && !has_powers && !is_computed) return std::nullopt;
  Choice choice;
  if (!is_tree) choice.ties = in_heaps_ ? Choice::Ties::by_threads : Choice::Ties::open;
  const double width = static_cast<double>(points_.width) + 8, step = step_of(points_.values);
  const double unit = is_float32_ && (!is_tree || is_computed) ? 0x1p-24 : 0x1p-53;
  const bool has_products = is_of_products(metric_) && !is_tree;
  const bool is_whole_power = has_powers && metric_.p == std::floor(metric_.p);
  const bool in_order = is_tree ? !is_computed : in_heaps_ && !is_sparse_;  // weights of texts end in other bits
  if (has_products || is_whole_power || !in_order)
    choice.rounding = unit * width * (metric_.kind == MetricKind::mahalanobis ? width : 1);
  if (has_products || is_computed) choice.norm = metric_.kind == MetricKind::cosine ? 1 : largest_norm(points_);
  if (is_computed) return choice;
  if (has_products && metric_.kind != MetricKind::cosine) choice.step = step * step;
  if (metric_.kind == MetricKind::manhattan || metric_.kind == MetricKind::chebyshev) choice.step = step;
  if (is_whole_power && metric_.weights.empty()) choice.step = std::pow(step, metric_.p);
  return choice;
}

void NeighborSearch::refuse_columns_out_of_order() const {
  const Value rows = estimator_.value.attribute("_fit_X");
  if (rows.is_array() || !in_heaps_) return;
  const std::vector<std::int64_t> starts = rows.attribute("indptr").as_array().to<std::int64_t>();
  const std::vector<std::int64_t> columns = rows.attribute("indices").as_array().to<std::int64_t>();
  for (std::size_t row = 0; row + 1 < starts.size(); ++row)
    if (!std::is_sorted(columns.begin() + starts[row], columns.begin() + starts[row + 1]))
      estimator_.refuse("keeps sparse rows whose columns are not in order, as vectorisers of texts make them: "
                        "scikit-learn measures wrong distances to them",
                        "call sort_indices() on the rows that it is trained on, or use metric=\"euclidean\"");
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
  estimator_.graph.nodes.back().choice = choice(x);
  if (!radius_.empty() && estimator_.graph.nodes.back().choice) estimator_.graph.nodes.back().choice->rows = rows_;
  doubt_neighbors(estimator_, place);
  return {place, ordering};
}

NeighborSearch::Within NeighborSearch::within(ValueId x, double radius) const {
  const Algebra algebra(estimator_);
  sample_like(estimator_, x, points_);
  const ValueId ordering = ordering_distances(estimator_, x, points_, metric_);
  const ValueId is_near = algebra.at_least(algebra.constant({1}, {ordering_of(radius, metric_)}), ordering);
  if (radius_.empty()) estimator_.graph.nodes.back().choice = choice(x);
  doubt_neighbors(estimator_, is_near);
  return {is_near, distances_from(estimator_, ordering, metric_)};
}

std::int64_t neighbor_count(const Estimator& estimator, const NeighborSearch& search, std::int64_t own) {
  const double k = number_of(estimator.value, "n_neighbors").value_or(0);
  if (k < 1 || k > static_cast<double>(search.count() - own))
    estimator.refuse("asks for more neighbours than it keeps", "choose a smaller n_neighbors");
  return static_cast<std::int64_t>(k);
}

}  // namespace nacre::tools
