#pragma once

#include <deque>
#include <string>

#include "tools/common/buffer.hpp"
#include "tools/graph/graph.hpp"
#include "tools/tflite/read.hpp"

namespace nacre::tools {

/// Reads an ONNX model: operator sets 7 to 28 of ONNX, and those of ai.onnx.ml that `onnx_operators` has. `folder` is
/// where the file lies, for weights in files beside it; empty: it may have none. `shapes` fix the dimensions that
/// inputs leave open; those used are gone. Throws Refusal naming all operators that stand in the way.
Graph read_onnx(const Buffer& file, const std::string& folder, std::deque<InputShape>& shapes);
/// The same of a file that needs nothing else.
Graph read_onnx(const Buffer& file);

}  // namespace nacre::tools
