// SimpleImputer, its forerunner Imputer, and MissingIndicator.

#include "tools/sklearn/imputer.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "tools/graph/moves.hpp"
#include "tools/sklearn/algebra.hpp"
#include "tools/sklearn/missing_kinds.hpp"
#include "tools/sklearn/preprocessing.hpp"
#include "tools/sklearn/table.hpp"
#include "tools/trees/forest.hpp"

namespace nacre::tools {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

std::vector<std::int64_t> integers(const Value& value) { return value.as_array().to<std::int64_t>(); }

ValueId keep_columns(const Estimator& estimator, ValueId x, const std::vector<std::int64_t>& columns) {
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

/// What counts as missing; none where it is a number or a text of at least one letter.
std::optional<MissingKind> imputed_kind(const Estimator& estimator) {
  const auto missing = estimator.value.find("missing_values");
  if (!missing) return MissingKind::nan;
  if (missing->is_string()) {
    if (missing->as_string() == "NaN") return MissingKind::nan;
    return missing->as_string().empty() ? std::optional(MissingKind::empty_text) : std::nullopt;
  }
  return missing_kind(*missing);
}

/// What stands for a missing text.
std::string missing_text(const Estimator& estimator) {
  const auto missing = estimator.value.find("missing_values");
  const bool is_text = missing && missing->is_string() && missing->as_string() != "NaN";
  return is_text ? missing->as_string() : "";
}

/// A column whose missing texts count as another text: encoders behind it look up that one.
Column filled(Column column, const std::string& missing, const std::string& fill) {
  for (auto& [from, to] : column.replaced)
    if (to == missing) to = fill;
  const auto is_known = [&](const auto& pair) { return pair.first == missing; };
  if (std::ranges::none_of(column.replaced, is_known)) column.replaced.emplace_back(missing, fill);
  return column;
}

/// Rows with columns of text, each filled in by itself; those of numbers are filled in together. A number that is
/// missing where a text would be filled in stays so: it is another category to the encoder that knows numbers.
ValueId impute_texts(const Estimator& estimator, ValueId x) {
  Graph& graph = estimator.graph;
  const Value statistics = estimator.value.attribute("statistics_");
  if (const auto indicator = estimator.value.find("indicator_"); indicator && !indicator->is_none())
    estimator.refuse("says which texts are missing", "train it with add_indicator=False");
  const bool has_objects = statistics.is_sequence();  // else all are texts
  const auto is_text_at = [&](std::size_t i) { return !has_objects || statistics.at(i).is_string(); };
  const auto text_at = [&](std::size_t i) {
    return has_objects ? statistics.at(i).as_string() : statistics.as_array().strings().at(i);
  };
  const std::vector<Column> columns = columns_of(graph, x);
  std::vector<Column> numbers, result;
  std::vector<double> fill;
  for (std::size_t i = 0; i < columns.size(); ++i)
    if (!holds_text(graph, columns[i]) && !is_text_at(i))
      numbers.push_back(columns[i]), fill.push_back(statistics.at(i).as_double());
  std::vector<Column> filled_numbers;
  if (!numbers.empty()) {
    parameters::Impute table;
    table.missing_value = missing_value(estimator);
    const Dimensions shape{std::ssize(fill)};
    filled_numbers = columns_of(
        graph, graph.add(table, {with_columns(estimator, numbers), graph.add_constant(shape, fill)}, estimator.name));
  }
  std::size_t next = 0;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const bool is_text = holds_text(graph, columns[i]);
    if (is_text && !is_text_at(i))
      estimator.refuse("fills a column of texts with a number", "impute texts by themselves");
    result.push_back(is_text         ? filled(columns[i], missing_text(estimator), text_at(i))
                     : is_text_at(i) ? columns[i]
                                     : filled_numbers[next++]);
  }
  return with_columns(estimator, std::move(result));
}

}  // namespace

double missing_value(const Estimator& estimator) {
  if (const auto number = number_of(estimator.value, "missing_values")) return *number;
  const std::string text = text_of(estimator.value, "missing_values");
  if (!text.empty() && text != "NaN")
    estimator.refuse("looks for text as the missing value", "encode text before the model");
  return std::numeric_limits<double>::quiet_NaN();
}

ValueId missing_mask(const Estimator& estimator, ValueId x) {
  const Algebra algebra(estimator);
  const double missing = missing_value(estimator);
  return std::isnan(missing) ? algebra.scaled(algebra.equal(x, x), -1, 1) : algebra.equals(x, missing);
}

ValueId filled(const Estimator& estimator, ValueId x, double missing, const std::vector<double>& fill) {
  parameters::Impute table;
  table.missing_value = missing;
  const ValueId constants = estimator.graph.add_constant({static_cast<std::int64_t>(fill.size())}, fill);
  return estimator.graph.add(table, {x, constants}, estimator.name + ".fill");
}

ValueId with_indicators(const Estimator& estimator, ValueId x, ValueId y) {
  const auto indicator = estimator.value.find("indicator_");
  if (!indicator || indicator->is_none()) return y;
  const std::vector<std::int64_t> features = integers(indicator->attribute("features_"));
  if (features.empty()) return y;
  const auto missing = static_cast<float>(missing_value(estimator));
  parameters::Concatenate join;
  join.axis = 1;
  return estimator.graph.add(join, {y, indicators(estimator, x, features, missing)}, estimator.name + ".join");
}

ValueId transform_simple_imputer(const Estimator& estimator, ValueId x) {
  Graph& graph = estimator.graph;
  if (number_of(estimator.value, "axis").value_or(0) != 0)
    estimator.refuse("imputes along rows", "train it with axis=0");
  if (const auto kind = imputed_kind(estimator))
    for (const Column& column : columns_of(graph, x)) say_missing_kind(estimator, column, *kind);
  if (has_texts(graph, x)) return impute_texts(estimator, x);
  const double missing = missing_value(estimator);
  const std::vector<double> fill = estimator.value.attribute("statistics_").as_array().to<double>();
  parameters::Impute table;
  table.missing_value = missing;
  ValueId y = graph.add(table, {x, graph.add_constant({static_cast<std::int64_t>(fill.size())}, fill)},
                        estimator.name);
  y = keep_columns(estimator, y, kept_columns(estimator, fill));
  return with_indicators(estimator, x, y);
}

ValueId transform_missing_indicator(const Estimator& estimator, ValueId x) {
  const std::vector<std::int64_t> features = integers(estimator.value.attribute("features_"));
  if (features.empty()) estimator.refuse("met no missing value in training", "leave it out");
  return indicators(estimator, x, features, static_cast<float>(missing_value(estimator)));
}

}  // namespace nacre::tools
