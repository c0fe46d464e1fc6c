#pragma once

#include <string>
#include <vector>

#include "tools/graph/graph.hpp"
#include "tools/pickle/document.hpp"

namespace nacre::tools {

/// Adds a pickled scikit-learn object to `graph`: at its inputs where it has none yet, else at its one
/// output, which is consumed. `select` names the entry of a container; `warnings` receives what a
/// container holds beside the model. Throws Refusal.
void add_sklearn(Graph& graph, const Document& document, const std::vector<std::string>& select,
                 std::vector<std::string>* warnings);

}  // namespace nacre::tools
