#pragma once

#include <nlohmann/json.hpp>

#include "tools/graph/parameters.hpp"

namespace nacre::tools {

/// The fields of a layer's parameters that are not what they are in a new struct, as an object. Of fields with an
/// element for each dimension, the first `rank` elements are shown.
nlohmann::ordered_json attributes(const OperatorParameters& parameters, std::size_t rank);

}  // namespace nacre::tools
