#pragma once

#include <string>
#include <vector>

#include "tools/export/onnx_exporter.hpp"

namespace nacre::tools {

// Integer arithmetic of quantised layers, exactly, in int64 tensors.

/// floor(x / divisor) of int64, for a divisor above 0.
std::string floor_divided(OnnxExporter& to, const std::string& x, double divisor);

/// x * multiplier * 2^(shift - 31), rounded as quantised layers round. One pair, or one for each element of the last
/// axis.
std::string rescaled(OnnxExporter& to, const std::string& x, const std::vector<double>& multipliers,
                     const std::vector<double>& shifts);

/// The nearest integer, of two the one farther from 0, of reals.
std::string nearest_away(OnnxExporter& to, const std::string& x, OnnxType type);

}  // namespace nacre::tools
