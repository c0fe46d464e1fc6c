#pragma once

#include <deque>
#include <string>
#include <vector>

#include "tools/graph/graph.hpp"
#include "tools/pickle/document.hpp"

namespace nacre::tools {

/// Keys that choose among what containers hold, in the order in which the containers are met.
using Keys = std::deque<std::string>;

/// Adds a pickled scikit-learn object to `graph`: at its inputs where it has none yet, else at its one
/// output, which is consumed. A container that has the first key of `select` gives what lies there and
/// uses the key up; `warnings` receives what a container holds beside the model. Throws Refusal.
void add_sklearn(Graph& graph, const Document& document, Keys& select, std::vector<std::string>* warnings);

}  // namespace nacre::tools
