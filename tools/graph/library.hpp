#pragma once

#include <string_view>

namespace nacre::tools {

/// Whether a library computes in float64, so that rows are compared with it.
inline bool computes_in_float64(std::string_view library) {
  return library == "scikit-learn" || library == "LightGBM";
}

}  // namespace nacre::tools
