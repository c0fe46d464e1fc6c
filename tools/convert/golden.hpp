#pragma once

#include <string>
#include <vector>

#include "tools/data/layout.hpp"
#include "tools/graph/graph.hpp"
#include "tools/operators/definition.hpp"
#include "tools/session/model_file.hpp"

namespace nacre::tools {

/// The rows of data files, [NAME=]FILE, as inputs of `graph`, rounded and quantised as the device takes
/// them. `model` is that graph. Rows that the model refuses, or that rounding changes, are refused; the latter only
/// warned of where the user allows it. Throws Refusal, of the latter LostDigits.
std::vector<std::vector<Tensor64>> read_golden_rows(const Graph& graph, const ModelFile& model,
                                                    const std::vector<std::string>& files, const CsvOptions& csv,
                                                    bool allow_rounding, std::vector<std::string>* warnings);

}  // namespace nacre::tools
