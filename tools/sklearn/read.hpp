#pragma once

#include <string>
#include <vector>

#include "tools/graph/graph.hpp"
#include "tools/pickle/document.hpp"
#include "tools/sklearn/container.hpp"

namespace nacre::tools {

/// Adds a pickled scikit-learn object to `graph`: at its inputs where it has none yet, else at its one
/// output, which is consumed. What a container gives, `choose_models` says: several models are chained. Throws Refusal.
void add_sklearn(Graph& graph, const Document& document, Keys& select, std::vector<std::string>* warnings);

}  // namespace nacre::tools
