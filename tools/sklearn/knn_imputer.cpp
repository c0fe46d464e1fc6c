// KNNImputer: the mean of the nearest training rows that have a value.

#include <cmath>
#include <limits>

#include "tools/sklearn/algebra.hpp"
#include "tools/sklearn/distances.hpp"
#include "tools/sklearn/families.hpp"
#include "tools/sklearn/imputer.hpp"

namespace nacre::tools {
namespace {

using F = ActivationFunction;

/// Farther than any row: what has no feature in common has no distance.
constexpr double kNoDistance = 3e38;

/// The rows of training, which of their features are there, and how neighbours weigh.
struct Donors {
  Points rows;
  std::vector<double> is_there;
  std::int64_t neighbours;
  bool by_distance, is_float32;

  explicit Donors(const Estimator& estimator)
      : rows(estimator.value.attribute("_fit_X")), neighbours(estimator.value.attribute("n_neighbors").as_int()) {
    const std::vector<std::uint8_t> missing = estimator.value.attribute("_mask_fit_X").as_array().to<std::uint8_t>();
    if (missing.size() != rows.values.size()) estimator.refuse("has a mask of other rows", "save the model again");
    for (std::size_t i = 0; i < missing.size(); ++i) {
      is_there.push_back(missing[i] != 0 ? 0 : 1);
      if (missing[i] != 0) rows.values[i] = 0;
    }
    const Value weights = estimator.value.attribute("weights"), metric = estimator.value.attribute("metric");
    const std::string kind = weights.is_string() ? weights.as_string() : "";
    if (kind != "uniform" && kind != "distance")
      estimator.refuse("weighs neighbours by code", "use weights=\"uniform\" or \"distance\"");
    if (!metric.is_string() || metric.as_string() != "nan_euclidean")
      estimator.refuse("measures distances by code", "use metric=\"nan_euclidean\"");
    by_distance = kind == "distance";
    is_float32 = estimator.value.attribute("_fit_X").as_array().type() == ElementType::float32;
  }

  /// The rows that have a value in a column.
  std::vector<std::int64_t> of(std::int64_t column) const {
    std::vector<std::int64_t> found;
    for (std::int64_t row = 0; row < rows.count; ++row)
      if (is_there[static_cast<std::size_t>(row * rows.width + column)] != 0) found.push_back(row);
    return found;
  }

  /// NumPy sorts distances between these rows, which the library makes of products that it subtracts.
  Choice choice(const std::vector<std::int64_t>& own) const {
    Choice choice{Choice::Ties::open};
    const auto width = static_cast<double>(rows.width);
    choice.rounding = (is_float32 ? 0x1p-24 : 0x1p-53) * (width + 8) * width;
    choice.norm = largest_norm(rows);
    if (own.size() < static_cast<std::size_t>(rows.count)) choice.rows = own;
    return choice;
  }
};

/// Mean squares of the differences in features that both have: [1, rows].
ValueId mean_squares(const Estimator& estimator, const Donors& donors, ValueId known, ValueId missing) {
  const Algebra algebra(estimator);
  const std::int64_t count = donors.rows.count, width = donors.rows.width;
  const ValueId there = algebra.scaled(missing, -1, 1);
  const ValueId squares = algebra.apply(F::square, differences(estimator, known, donors.rows));
  const ValueId both = algebra.multiply(algebra.constant({1, count, width}, donors.is_there),
                                        algebra.reshaped(there, {1, width}));
  const ValueId sum = algebra.sum(algebra.multiply(squares, both), 2), number = algebra.sum(both, 2);
  const ValueId one = algebra.constant({1}, {1});
  return algebra.where(number, algebra.divide(sum, algebra.maximum(number, one)),
                       algebra.constant({1}, {kNoDistance}));
}

/// 1 for each neighbour, or what its distance says; of neighbours at no distance, they alone; 0 for what is none.
ValueId weights_of(const Algebra& algebra, const Donors& donors, ValueId distances) {
  const ValueId is_known = algebra.greater(algebra.constant({1}, {kNoDistance}), distances);
  if (!donors.by_distance) return is_known;
  const ValueId is_same = algebra.equals(distances, 0), one = algebra.constant({1}, {1});
  const ValueId any = algebra.reshaped(algebra.reduce(ReduceFunction::maximum, is_same, 1), {1});
  const ValueId nearness = algebra.divide(one, algebra.apply(F::sqrt, algebra.where(is_same, one, distances)));
  return algebra.where(any, is_same, algebra.where(is_known, nearness, algebra.constant({1}, {0})));
}

ValueId imputed_column(const Estimator& estimator, const Donors& donors, ValueId distances, std::int64_t column) {
  const Algebra algebra(estimator);
  const std::vector<std::int64_t> own = donors.of(column);
  std::vector<double> values;
  double mean = 0;
  for (const std::int64_t row : own) {
    values.push_back(donors.rows.values[static_cast<std::size_t>(row * donors.rows.width + column)]);
    mean += values.back() / static_cast<double>(own.size());
  }
  const auto count = static_cast<std::int64_t>(own.size());
  parameters::Neighbors table;
  table.k = static_cast<std::int32_t>(std::min(donors.neighbours, count));
  table.sort = NeighborSort::insertion;
  const auto [nearest, places] =
      algebra.neighbors(algebra.columns(distances, own), algebra.constant({1, 1}, {0}), table);
  estimator.graph.nodes.back().choice = donors.choice(own);
  doubt_neighbors(estimator, places);
  const ValueId weights = weights_of(algebra, donors, nearest);
  const ValueId chosen = algebra.lookup(std::move(values), {count}, places);
  const auto total = [&](ValueId x) { return algebra.reshaped(algebra.sum(x, 1), {1}); };
  const ValueId sum = total(weights), zero_less = algebra.where(sum, sum, algebra.constant({1}, {1}));
  return algebra.where(sum, algebra.divide(total(algebra.multiply(weights, chosen)), zero_less),
                       algebra.constant({1}, {mean}));
}

ValueId transform_knn_imputer(const Estimator& estimator, ValueId x) {
  const Donors donors(estimator);
  if (donors.neighbours < 1) estimator.refuse("asks for no neighbour", "save the model again");
  const Algebra algebra(estimator);
  const bool keeps_empty = number_of(estimator.value, "keep_empty_features").value_or(0) != 0;
  const std::vector<double> nothing(static_cast<std::size_t>(donors.rows.width));
  const ValueId missing = missing_mask(estimator, x),
                known = filled(estimator, x, missing_value(estimator), nothing),
                distances = mean_squares(estimator, donors, known, missing);
  std::vector<ValueId> columns;
  for (std::int64_t column = 0; column < donors.rows.width; ++column) {
    if (donors.of(column).empty()) {
      if (keeps_empty) columns.push_back(algebra.constant({1, 1}, {0}));
      continue;
    }
    columns.push_back(algebra.where(algebra.column(missing, column),
                                    imputed_column(estimator, donors, distances, column),
                                    algebra.column(known, column)));
  }
  if (columns.empty()) estimator.refuse("drops every column", "train it on data");
  return with_indicators(estimator, x, algebra.join(columns));
}

}  // namespace

std::span<const SklearnClass> knn_imputer_classes() {
  static constexpr SklearnClass kRows[] = {
      transformer("KNNImputer", transform_knn_imputer,
                  "add_indicator copy keep_empty_features metric missing_values n_neighbors weights"),
  };
  return kRows;
}

}  // namespace nacre::tools
