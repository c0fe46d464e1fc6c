// Transformers beside each other: FeatureUnion, ColumnTransformer.

#include <algorithm>
#include <numeric>

#include "tools/graph/sparse.hpp"
#include "tools/sklearn/algebra.hpp"
#include "tools/sklearn/families.hpp"
#include "tools/sklearn/members.hpp"
#include "tools/sklearn/parts.hpp"
#include "tools/sklearn/table.hpp"

namespace nacre::tools {
namespace {

bool is_text(const Value& value, const char* text) { return value.is_string() && value.as_string() == text; }

/// What a named transformer makes of x, times its weight; nothing of one that was dropped.
std::optional<ValueId> part_of(const Estimator& estimator, const Value& transformer, const std::string& name,
                               ValueId x) {
  if (transformer.is_none() || is_text(transformer, "drop")) return std::nullopt;
  const ValueId y = is_text(transformer, "passthrough")
                        ? x : import_transform(estimator.with(unwrap(transformer), name), x);
  const auto weights = estimator.value.find("transformer_weights");
  if (weights && !weights->is_none())
    if (const auto weight = weights->find(name)) {
      refuse_texts(estimator, y);
      return add_scaled(estimator.graph, y, weight->as_double(), estimator.with(transformer, name).name + ".weight");
    }
  return y;
}

ValueId joined(const Estimator& estimator, const std::vector<ValueId>& parts) {
  if (parts.empty()) estimator.refuse("drops every column", "keep one transformer at least");
  return join_columns(estimator, parts);
}

ValueId transform_feature_union(const Estimator& estimator, ValueId x) {
  const Value list = estimator.value.attribute("transformer_list");
  std::vector<ValueId> parts;
  Obstacles obstacles;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const std::string name = list.at(i).at(0).as_string();
    obstacles.attempt(part_name(name, list.at(i).at(1)), [&] {
      if (const auto part = part_of(estimator, list.at(i).at(1), name, x)) parts.push_back(*part);
    });
  }
  obstacles.refuse_if_any();
  return joined(estimator, parts);
}

/// The items of an Index of pandas, which releases before 0.24 kept.
Value items_of_index(const Value& index) {
  if (!index.is_object() || !index.class_name().starts_with("pandas.")) index.refuse("is no list of names");
  return index.arguments().at(1).attribute("data");
}

/// The names of the columns that a transformer was fitted with, by which its parts may name theirs.
std::vector<std::string> column_names(const Value& transformer) {
  for (const char* name : {"feature_names_in_", "_df_columns", "_feature_names_in"})
    if (const auto found = transformer.find(name); found && !found->is_none())
      return (found->is_array() ? *found : items_of_index(*found)).as_array().strings();
  return {};
}

/// The places that a slice of places takes.
std::vector<std::int64_t> sliced(const Estimator& estimator, const Value& slice, std::int64_t width) {
  const Value bounds = slice.arguments();
  const auto bound = [&](std::size_t i, std::int64_t otherwise) {
    if (bounds.at(i).is_none()) return otherwise;
    if (!bounds.at(i).is_number()) estimator.refuse("takes a slice between names", "name columns by place");
    const std::int64_t stated = bounds.at(i).as_int();
    return i == 2 ? stated : std::clamp<std::int64_t>(stated < 0 ? stated + width : stated, 0, width);
  };
  const std::int64_t step = bound(2, 1);
  if (step < 1) estimator.refuse("takes a slice that goes backwards", "name columns by place");
  std::vector<std::int64_t> places;
  for (std::int64_t i = bound(0, 0); i < bound(1, width); i += step) places.push_back(i);
  return places;
}

/// Columns given by name, place (from the end where it is negative), slice or mask.
std::vector<std::int64_t> resolved(const Estimator& estimator, const Value& columns, std::int64_t width) {
  if (columns.class_name() == "builtins.slice" || columns.class_name() == "__builtin__.slice")
    return sliced(estimator, columns, width);
  if (columns.is_object()) return resolved(estimator, items_of_index(columns), width);
  const std::vector<std::string> names = column_names(estimator.value);
  const bool is_mask = columns.is_sequence() && columns.size() > 0 && columns.at(0).kind() == Kind::boolean;
  const Array listed = columns.is_string() ? Array({1}, std::vector<std::string>{columns.as_string()})
                                           : columns.as_array();
  std::vector<std::int64_t> places;
  if (listed.type() == ElementType::string) {
    for (const std::string& name : listed.strings()) {
      const auto found = std::find(names.begin(), names.end(), name);
      if (found == names.end())
        estimator.refuse("takes the column " + name + " and does not say where it stands", "name columns by place");
      places.push_back(found - names.begin());
    }
    return places;
  }
  if (is_mask || listed.type() == ElementType::boolean) {
    const std::vector<std::uint8_t> mask = listed.to<std::uint8_t>();
    for (std::size_t i = 0; i < mask.size(); ++i)
      if (mask[i] != 0) places.push_back(static_cast<std::int64_t>(i));
    return places;
  }
  for (const std::int64_t place : listed.to<std::int64_t>()) places.push_back(place < 0 ? place + width : place);
  return places;
}

ValueId transform_columns(const Estimator& estimator, ValueId x) {
  const Value list = estimator.value.attribute("transformers_");
  const std::int64_t width = estimator.graph.type(x).last();
  std::vector<ValueId> parts;
  Obstacles obstacles;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const Value transformer = list.at(i).at(1);
    if (transformer.is_none() || is_text(transformer, "drop")) continue;
    const std::string name = list.at(i).at(0).as_string();
    obstacles.attempt(part_name(name, transformer), [&] {
      const std::vector<std::int64_t> places = places_of(estimator, name, list.at(i).at(2), width);
      if (places.empty()) return;
      for (const std::int64_t place : places)
        if (place < 0 || place >= width)
          estimator.refuse("takes a column that it does not have", "save the model again");
      if (const auto part = part_of(estimator, transformer, name, select_columns(estimator, x, places)))
        parts.push_back(*part);
    });
  }
  obstacles.refuse_if_any();
  const ValueId y = joined(estimator, parts);
  const auto is_sparse = estimator.value.find("sparse_output_");
  return !is_sparse || is_sparse->as_bool() ? y : as_dense_in_library(estimator.graph, y);
}

}  // namespace

/// Since 1.0 fitting keeps them by the part's name.
std::vector<std::int64_t> places_of(const Estimator& transformer, const std::string& part, const Value& columns,
                                    std::int64_t width) {
  if (const auto all = transformer.value.find("_transformer_to_input_indices"))
    if (const auto own = all->find(part)) return resolved(transformer, *own, width);
  return resolved(transformer, columns, width);
}

std::span<const SklearnClass> compose_classes() {
  static constexpr SklearnClass kRows[] = {
      transformer("FeatureUnion", transform_feature_union,
                  "n_jobs transformer_list transformer_weights verbose verbose_feature_names_out", kTakesTexts),
      transformer("ColumnTransformer", transform_columns,
                  "force_int_remainder_cols n_jobs remainder sparse_threshold transformer_weights transformers verbose "
                  "verbose_feature_names_out", kTakesTexts),
  };
  return kRows;
}

}  // namespace nacre::tools
