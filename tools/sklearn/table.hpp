#pragma once

#include <vector>

#include "tools/sklearn/importer.hpp"

namespace nacre::tools {

// Rows whose columns are numbers and texts. What transformers hand on is a value of the graph: a tensor of numbers, a
// tensor of texts, or, where columns come from both, a list of columns that no layer reads. Before a layer reads them,
// they are a tensor: numbers() makes one.

/// The columns of rows, whatever they are.
std::vector<Column> columns_of(const Graph& graph, ValueId x);

/// Whether a column holds texts.
bool holds_text(const Graph& graph, const Column& column);
/// Whether any column does.
bool has_texts(const Graph& graph, ValueId x);

/// Rows of these columns: the tensor that has just them, else a selection where all are numbers, else a list.
ValueId with_columns(const Estimator& estimator, std::vector<Column> columns);

/// The columns at these places, and several rows side by side.
ValueId select_columns(const Estimator& estimator, ValueId x, const std::vector<std::int64_t>& places);
ValueId join_columns(const Estimator& estimator, const std::vector<ValueId>& parts);

/// Refuses rows that have texts, by the names of their columns.
void refuse_texts(const Estimator& estimator, ValueId x);

/// The rows that a model takes, as inputs of the graph.
ValueId add_rows(Graph& graph, const Value& model, std::int64_t features);

/// What a model reads a column of its rows as.
enum class ColumnKind : std::uint8_t { unread, number, text };

/// The same of each of the `width` columns.
std::vector<ColumnKind> column_kinds(const Value& model, std::int64_t width);

/// The places that a part of a ColumnTransformer takes, as fitting found them.
std::vector<std::int64_t> places_of(const Estimator& transformer, const std::string& part, const Value& columns,
                                    std::int64_t width);

}  // namespace nacre::tools
