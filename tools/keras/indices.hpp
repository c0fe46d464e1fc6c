#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace nacre::tools {

bool is_keras_model(const std::string& class_name);

/// Whether what a Sequential model takes, or what an input of a functional one gives, ends as indices of
/// an Embedding: Keras says float32 for such an input too.
bool takes_indices(const nlohmann::json& layers);
bool feeds_embedding(const nlohmann::json& layers, const std::string& input);

}  // namespace nacre::tools
