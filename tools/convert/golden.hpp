#pragma once

#include <string>
#include <vector>

#include "tools/graph/graph.hpp"
#include "tools/operators/definition.hpp"
#include "tools/session/model_file.hpp"

namespace nacre::tools {

/// The rows of data files, [NAME=]FILE, as inputs of `graph`, rounded and quantised as the device takes
/// them. `network` is the loaded `model` of that graph. Throws Refusal.
std::vector<std::vector<Tensor64>> read_golden_rows(const Graph& graph, const ModelFile& model, const Network& network,
                                                    const std::vector<std::string>& files);

}  // namespace nacre::tools
