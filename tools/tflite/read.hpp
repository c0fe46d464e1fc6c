#pragma once

#include "tools/common/buffer.hpp"
#include "tools/graph/graph.hpp"

namespace nacre::tools {

/// Reads a TensorFlow Lite file: float32, float16 weights, dynamic range and full integers (int8,
/// with uint8 at the edges). Throws Refusal naming the operator or tensor that stands in the way.
Graph read_tflite(const Buffer& file);

}  // namespace nacre::tools
