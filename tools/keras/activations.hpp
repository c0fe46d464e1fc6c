#pragma once

#include <span>
#include <string>

#include "tools/graph/graph.hpp"

namespace nacre::tools {

/// An activation function that is no function of the operator activation, by its Keras name.
struct ComposedActivation {
  const char* word;
  ValueId (*add)(Graph& graph, ValueId x, const std::string& name);
};

std::span<const ComposedActivation> composed_activations();
/// Null for a word that is none of them.
const ComposedActivation* find_composed_activation(const std::string& word);

}  // namespace nacre::tools
