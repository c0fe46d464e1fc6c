#pragma once

#include <optional>
#include <vector>

#include "tools/operators/definition.hpp"
#include "tools/session/model_file.hpp"
#include "tools/session/row.hpp"

namespace nacre::tools {

/// The number of a row for which the library raises an error, because it takes only what lies above a limit there.
std::optional<RowProblem> find_below_limit(const schema::Description& description, const GivenRow& given);

/// A NaN of a row where training had None for a missing value, which the library tells from NaN.
std::optional<RowProblem> find_other_missing(const schema::Description& description, const GivenRow& given);

/// The layer that makes NaN, infinity or too little of the numbers of a row, for which the library raises an error:
/// `values` are what evaluate() gave of them for `library`, a graph that rebuild() made. `is_float32`: of float32 rows.
std::optional<RowProblem> find_no_number(const Graph& library, const std::vector<Tensor64>& values, bool is_float32);

}  // namespace nacre::tools
