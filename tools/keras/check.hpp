#pragma once

#include <nlohmann/json.hpp>

#include "tools/keras/version.hpp"

namespace nacre::tools {

/// Throws one Refusal of all layers of a model, and of those inside them, whose class or options Nacre lacks, and of
/// inputs that leave a dimension open.
void check_keras_layers(const nlohmann::json& model, const KerasVersion& version);

}  // namespace nacre::tools
