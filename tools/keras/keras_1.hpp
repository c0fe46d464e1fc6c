#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tools/common/array.hpp"

namespace nacre::tools {

/// A model that Keras 1 saved, with the classes and words of Keras 2. Throws Refusal for what Keras 2
/// has no word for.
nlohmann::json modernised_keras_1(nlohmann::json model);

/// The weights of a layer (by its class in Keras 2) as Keras 2 keeps them.
std::vector<Array> modernised_keras_1(const std::string& class_name, std::vector<Array> weights);

}  // namespace nacre::tools
