#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "tools/session/model_file.hpp"

namespace nacre::tools {

// Drawings of a report, as inline SVG: each has a title and a description for who does not see it.

/// The layers as a column, with lines for what each takes. `layers` are those of model_report().
std::string graph_drawing(const ModelFile& model, const nlohmann::ordered_json& layers);

/// Bytes of the activations over layers: a rectangle for each tensor, from the layer that writes it to the last one
/// that reads it. The layer that needs most is marked.
std::string memory_drawing(const ModelFile& model);

}  // namespace nacre::tools
