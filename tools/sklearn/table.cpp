#include "tools/sklearn/table.hpp"

#include <algorithm>

#include "tools/common/refusal.hpp"
#include "tools/sklearn/algebra.hpp"

namespace nacre::tools {
namespace {

/// The tensor that has just these columns; none where no tensor has.
std::optional<ValueId> whole_tensor(const Graph& graph, const std::vector<Column>& columns) {
  const ValueId source = columns.front().source;
  if (graph.type(source).last() != static_cast<std::int64_t>(columns.size())) return std::nullopt;
  for (std::size_t i = 0; i < columns.size(); ++i)
    if (columns[i].source != source || columns[i].element != static_cast<std::int64_t>(i) ||
        !columns[i].replaced.empty())
      return std::nullopt;
  return source;
}

/// Numbers in one tensor: each source's columns are selected, then brought into their order.
ValueId selected(const Estimator& estimator, const std::vector<Column>& columns) {
  const Algebra algebra(estimator);
  std::vector<ValueId> sources, parts;
  for (const Column& column : columns)
    if (std::ranges::find(sources, column.source) == sources.end()) sources.push_back(column.source);
  std::vector<std::int64_t> order(columns.size());
  std::int64_t next = 0;
  for (const ValueId source : sources) {
    std::vector<std::int64_t> elements;
    for (std::size_t i = 0; i < columns.size(); ++i)
      if (columns[i].source == source) order[i] = next++, elements.push_back(columns[i].element);
    parts.push_back(algebra.columns(source, std::move(elements)));
  }
  const ValueId joined = algebra.join(parts);
  return std::ranges::is_sorted(order) ? joined : algebra.columns(joined, order);
}

/// What people call a column of the model's rows.
std::string name_of(const Graph& graph, const Column& column) {
  for (const Port& input : graph.inputs) {
    const auto element = static_cast<std::size_t>(column.element);
    if (input.value == column.source && element < input.features.size()) return input.features[element];
  }
  return std::to_string(column.element);
}

/// An input of some columns of a table.
ValueId add_columns_input(Graph& graph, const std::string& name, DataType type, std::vector<std::uint32_t> places) {
  std::vector<std::string> names;
  for (const std::uint32_t place : places)
    if (!graph.table[place].empty()) names.push_back(graph.table[place]);
  const ValueId x = graph.add_input(name, {type, {1, std::ssize(places)}}, std::move(names));
  graph.inputs.back().places = std::move(places);
  return x;
}

/// Rows of texts, and mostly of numbers: an input for each, without the columns that the model does not read.
ValueId add_table_inputs(Graph& graph, const std::vector<ColumnKind>& kinds, const Value& model) {
  graph.table = feature_names(model);
  graph.table.resize(kinds.size());
  const auto places_of_kind = [&](ColumnKind kind) {
    std::vector<std::uint32_t> places;
    for (std::uint32_t i = 0; i < kinds.size(); ++i)
      if (kinds[i] == kind) places.push_back(i);
    return places;
  };
  const std::vector<std::uint32_t> numbers = places_of_kind(ColumnKind::number),
                                   texts = places_of_kind(ColumnKind::text);
  const bool has_numbers = !numbers.empty();
  const ValueId x = has_numbers ? add_columns_input(graph, "X", DataType::float32, numbers) : ValueId{};
  const char* const alone = sklearn_class(model) == "LabelBinarizer" ? "y" : "X";
  const ValueId text = add_columns_input(graph, has_numbers ? "text" : alone, DataType::string, texts);
  std::vector<Column> columns;
  std::int64_t next_number = 0, next_text = 0;
  for (const ColumnKind kind : kinds)  // nobody asks for columns that are not read
    columns.push_back(kind == ColumnKind::number ? Column{x, next_number++}
                      : kind == ColumnKind::text ? Column{text, next_text++}
                                                 : Column{text, 0});
  return with_columns({graph, model, ""}, std::move(columns));
}

}  // namespace

std::vector<Column> columns_of(const Graph& graph, ValueId x) {
  if (!graph.values[x].columns.empty()) return graph.values[x].columns;
  std::vector<Column> columns;
  for (std::int64_t i = 0; i < graph.type(x).last(); ++i) columns.push_back({x, i});
  return columns;
}

bool holds_text(const Graph& graph, const Column& column) { return graph.type(column.source).type == DataType::string; }

bool has_texts(const Graph& graph, ValueId x) { return graph.type(x).type == DataType::string; }

ValueId with_columns(const Estimator& estimator, std::vector<Column> columns) {
  Graph& graph = estimator.graph;
  if (columns.empty()) estimator.refuse("is left without columns", "save the model again");
  if (const auto tensor = whole_tensor(graph, columns)) return *tensor;
  if (std::ranges::none_of(columns, [&](const Column& column) { return holds_text(graph, column); }))
    return selected(estimator, columns);
  GraphValue table{"", {DataType::string, {1, static_cast<std::int64_t>(columns.size())}}, std::nullopt, {}};
  table.columns = std::move(columns);
  graph.values.push_back(std::move(table));
  return static_cast<ValueId>(graph.values.size() - 1);
}

ValueId select_columns(const Estimator& estimator, ValueId x, const std::vector<std::int64_t>& places) {
  if (!has_texts(estimator.graph, x)) return Algebra(estimator).columns(x, places);
  const std::vector<Column> all = columns_of(estimator.graph, x);
  std::vector<Column> columns;
  for (const std::int64_t place : places) columns.push_back(all.at(static_cast<std::size_t>(place)));
  return with_columns(estimator, std::move(columns));
}

ValueId join_columns(const Estimator& estimator, const std::vector<ValueId>& parts) {
  const Graph& graph = estimator.graph;
  if (std::ranges::none_of(parts, [&](ValueId part) { return has_texts(graph, part); }))
    return Algebra(estimator).join(parts);
  std::vector<Column> columns;
  for (const ValueId part : parts)
    for (Column& column : columns_of(graph, part)) columns.push_back(std::move(column));
  return with_columns(estimator, std::move(columns));
}

void refuse_texts(const Estimator& estimator, ValueId x) {
  if (!has_texts(estimator.graph, x)) return;
  std::string names;
  for (const Column& column : columns_of(estimator.graph, x))
    if (holds_text(estimator.graph, column)) names += (names.empty() ? "" : ", ") + name_of(estimator.graph, column);
  estimator.refuse("would compute with texts: of the column " + names,
                   "encode texts before it, as with OneHotEncoder in a ColumnTransformer");
}

ValueId add_rows(Graph& graph, const Value& model, std::int64_t features) {
  const std::vector<ColumnKind> kinds = column_kinds(model, features);
  if (std::ranges::count(kinds, ColumnKind::text) > 0) return add_table_inputs(graph, kinds, model);
  const ValueId x = graph.add_input("X", {DataType::float32, {1, features}}, feature_names(model));
  for (std::uint32_t i = 0; i < kinds.size(); ++i)  // a table may hold anything there
    if (kinds[i] == ColumnKind::unread) graph.inputs.back().categories.push_back({i, {}});
  return x;
}

}  // namespace nacre::tools
