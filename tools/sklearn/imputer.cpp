// SimpleImputer, its forerunner Imputer, and MissingIndicator.

#include <cmath>
#include <limits>

#include "tools/graph/moves.hpp"
#include "tools/sklearn/preprocessing.hpp"
#include "tools/trees/forest.hpp"

namespace nacre::tools {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

/// What stands for a missing value: a number, or NaN, which is also how None and pandas.NA arrive in
/// numbers.
double missing_value(const Estimator& estimator) {
  if (const auto number = number_of(estimator.value, "missing_values")) return *number;
  const std::string text = text_of(estimator.value, "missing_values");
  if (!text.empty() && text != "NaN")
    estimator.refuse("looks for text as the missing value", "encode text before the model");
  return std::numeric_limits<double>::quiet_NaN();
}

std::vector<std::int64_t> integers(const Value& value) { return value.as_array().to<std::int64_t>(); }

ValueId select_columns(const Estimator& estimator, ValueId x, const std::vector<std::int64_t>& columns) {
  const auto count = static_cast<std::int64_t>(columns.size());
  if (count == estimator.graph.type(x).last()) return x;
  if (count == 0) estimator.refuse("drops every column", "train it on data");
  return add_selection(estimator.graph, x, columns, estimator.name + ".select");
}

/// 1 where the feature is missing, else 0, by the questions of a tree: no number is above infinity, so
/// that NaN alone goes right; another `missing` is what is neither above it nor below.
void add_question(Forest& forest, std::int64_t feature, std::int64_t target, float missing) {
  if (std::isnan(missing)) {
    const TreeNodes nodes{{1, -1, -1}, {2, -1, -1}, {feature, 0, 0}, {kInfinity, 0, 0}, {}};
    forest.add(nodes, target, [](std::size_t node) { return std::vector<double>{node == 2 ? 1.0 : 0.0}; });
    return;
  }
  const double below = std::nextafter(missing, -kInfinity);
  const TreeNodes nodes{
      {1, 3, -1, -1, -1}, {2, 4, -1, -1, -1}, {feature, feature, 0, 0, 0}, {missing, below, 0, 0, 0}, {}};
  forest.add(nodes, target, [](std::size_t node) { return std::vector<double>{node == 4 ? 1.0 : 0.0}; });
}

ValueId indicators(const Estimator& estimator, ValueId x, const std::vector<std::int64_t>& features, float missing) {
  Forest forest(estimator.graph.type(x).last(), 1, static_cast<std::int64_t>(features.size()));
  for (std::size_t i = 0; i < features.size(); ++i)
    add_question(forest, features[i], static_cast<std::int64_t>(i), missing);
  return forest.finish(estimator.graph, x, 1, estimator.name + ".indicator");
}

/// The columns that are left: those without a statistic were all missing in training.
std::vector<std::int64_t> kept_columns(const Estimator& estimator, const std::vector<double>& fill) {
  const bool constant = text_of(estimator.value, "strategy") == "constant";
  const bool all = number_of(estimator.value, "keep_empty_features").value_or(0) != 0 ||
                   (constant && saved_before(estimator.value, 1, 8));
  std::vector<std::int64_t> kept;
  for (std::size_t i = 0; i < fill.size(); ++i)
    if (all || !std::isnan(fill[i])) kept.push_back(static_cast<std::int64_t>(i));
  return kept;
}

}  // namespace

ValueId transform_simple_imputer(const Estimator& estimator, ValueId x) {
  Graph& graph = estimator.graph;
  if (number_of(estimator.value, "axis").value_or(0) != 0)
    estimator.refuse("imputes along rows", "train it with axis=0");
  const Array statistics = estimator.value.attribute("statistics_").as_array();
  if (statistics.type() == ElementType::string)
    estimator.refuse("imputes text", "impute text before encoding it, outside of the model");
  const double missing = missing_value(estimator);
  const std::vector<double> fill = statistics.to<double>();
  parameters::Impute table;
  table.missing_value = missing;
  ValueId y = graph.add(table, {x, graph.add_constant({static_cast<std::int64_t>(fill.size())}, fill)},
                        estimator.name);
  y = select_columns(estimator, y, kept_columns(estimator, fill));
  const auto indicator = estimator.value.find("indicator_");
  if (!indicator || indicator->is_none()) return y;
  const std::vector<std::int64_t> features = integers(indicator->attribute("features_"));
  if (features.empty()) return y;
  parameters::Concatenate join;
  join.axis = 1;
  return graph.add(join, {y, indicators(estimator, x, features, missing)}, estimator.name + ".join");
}

ValueId transform_missing_indicator(const Estimator& estimator, ValueId x) {
  const std::vector<std::int64_t> features = integers(estimator.value.attribute("features_"));
  if (features.empty()) estimator.refuse("met no missing value in training", "leave it out");
  return indicators(estimator, x, features, static_cast<float>(missing_value(estimator)));
}

}  // namespace nacre::tools
