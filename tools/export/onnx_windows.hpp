#pragma once

#include <string>

#include "tools/export/onnx_exporter.hpp"

namespace nacre::tools {

/// [N, height, width, channels] as [N, channels, height, width],
std::string channels_first(OnnxExporter& to, const std::string& x);
/// and back.
std::string channels_last(OnnxExporter& to, const std::string& x);

}  // namespace nacre::tools
