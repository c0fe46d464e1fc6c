#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tools/graph/graph.hpp"
#include "tools/pickle/document.hpp"
#include "tools/sklearn/container.hpp"

namespace nacre::tools {

/// Adds a pickled scikit-learn object to `graph`: at its inputs where it has none yet, else at its one
/// output, which is consumed. What a container gives, `choose_models` says: several models are chained. `width`: how
/// many features a model takes that does not say it; gone once it has been asked for. Throws Refusal.
void add_sklearn(Graph& graph, const Document& document, Keys& select, std::vector<std::string>* warnings,
                 std::optional<std::int64_t>* width = nullptr);

}  // namespace nacre::tools
