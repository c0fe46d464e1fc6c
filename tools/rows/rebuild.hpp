#pragma once

#include "tools/graph/graph.hpp"
#include "tools/session/model_file.hpp"

namespace nacre::tools {

/// How trees that a scaler was moved into ask their questions: of float64 numbers or of float32 ones as the library
/// does, or as the device does.
enum class Questions { of_float64, of_float32, of_device };

/// The graph that a Nacre file holds, with the exact values that its description has for some constants. Each value is
/// written once: value `i` is what tensor `i` of the file holds first. `model` must outlive it.
Graph rebuild(const ModelFile& model, Questions questions);

}  // namespace nacre::tools
