#pragma once

#include <nlohmann/json.hpp>

#include "tools/graph/graph.hpp"

namespace nacre::tools {

/// What a model takes.
struct KerasInput {
  TensorType type;
  /// Built for more than one row: rows are predicted one by one all the same; only states tell rows apart.
  bool has_fixed_batch;
};

/// The shape that a layer, or the first layer of a model that stands first, says it takes; else null.
const nlohmann::json* keras_input_shape(const nlohmann::json& layer);

/// The input that a layer states, with its `shape` if that stands elsewhere. Throws Refusal where dimensions are open.
KerasInput keras_input(const nlohmann::json& layer, const nlohmann::json* shape);

}  // namespace nacre::tools
