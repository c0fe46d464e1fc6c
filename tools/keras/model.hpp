#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "tools/graph/graph.hpp"
#include "tools/keras/weights.hpp"

namespace nacre::tools {

/// The graph of a Keras model from its configuration ({class_name, config}) and weights. `version` is
/// keras_version as saved; empty: Keras 1.
Graph import_keras(const nlohmann::json& config, KerasWeights weights, const std::string& version);

}  // namespace nacre::tools
