#pragma once

#include <nlohmann/json.hpp>

#include "tools/session/model_file.hpp"

namespace nacre::tools {

/// What `inspect` says of a model, as JSON. The model must have been loaded: nothing is checked here.
nlohmann::ordered_json model_report(const ModelFile& file);

/// The same for people.
void print_report(const nlohmann::ordered_json& report);

}  // namespace nacre::tools
