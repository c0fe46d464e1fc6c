#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tools/graph/graph.hpp"

namespace nacre::tools {

// Rows of which most elements are 0 are two values, [1, entries] each: what some elements are, and where they stand
// (int32). An entry that a row does not need has the value 0. Readers see the dense row that `scatter` makes of them,
// so that every model takes it; layers that can do with the entries look behind it, and the dense row is never made.

struct SparseRow {
  ValueId value, index;
  std::int64_t width;  ///< of the dense row
};

/// The entries of which a dense row was made; none where it was made otherwise.
std::optional<SparseRow> sparse_row(const Graph& graph, ValueId x);

/// The dense row [1, width].
ValueId add_scatter(Graph& graph, const SparseRow& row, std::string name);

/// Some elements of the row, which is dense then: places that ascend.
ValueId add_scatter(Graph& graph, const SparseRow& row, std::vector<std::int64_t> columns, std::string name);

/// Whether values are whole numbers, as they were counted.
bool is_count(const Graph& graph, ValueId value);

/// x times one number.
ValueId add_scaled(Graph& graph, ValueId x, double factor, const std::string& name);

/// Rows one behind the other, of their entries; none where that saves nothing.
std::optional<ValueId> join_sparse(Graph& graph, const std::vector<ValueId>& parts, const std::string& name);

/// Whether scikit-learn holds `x` as a sparse matrix, so that a library that takes what is not there for missing does
/// so.
bool is_sparse_in_library(const Graph& graph, ValueId x);
/// The same row, which scikit-learn holds as a dense matrix.
ValueId as_dense_in_library(Graph& graph, ValueId x);

}  // namespace nacre::tools
