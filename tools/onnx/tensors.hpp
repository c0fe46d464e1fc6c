#pragma once

#include <optional>
#include <string>

#include "tools/common/buffer.hpp"
#include "tools/graph/graph.hpp"
#include "tools/onnx/proto.hpp"

namespace nacre::tools {

/// How a constant of a type is held: float16 and bfloat16 as float32, packed integers as bytes. Nothing where it
/// cannot.
std::optional<ElementType> onnx_element(OnnxType type);

bool is_real(OnnxType type);
/// Integers, and not booleans.
bool is_integer(OnnxType type);
/// Whether every number of the type is one of int32.
bool fits_int32(OnnxType type);

/// The elements of a tensor of the file; of one that lies in a file beside it, in `folder`. Throws Refusal that names
/// the tensor.
Array read_onnx_tensor(const OnnxTensorProto& tensor, const Buffer& file, const std::string& folder);

}  // namespace nacre::tools
