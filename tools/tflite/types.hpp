#pragma once

#include <optional>
#include <string>

#include "nacre/tensor.hpp"
#include "tools/common/array.hpp"
#include "tools/tflite/tflite_generated.h"

namespace nacre::tools {

/// "int8", "float8_e5m2"; the number of a type that is newer than this reader.
std::string type_name(tflite::TensorType type);
std::string type_name(DataType type);

/// How the graph holds elements of a type: int64 as int32, because TensorFlow's indices are often int64 and never that
/// large; int4, which constants are stored in, as int8; uint32 and uint64 as float64. Nothing where it cannot.
std::optional<DataType> device_type(tflite::TensorType type);

/// How the file stores elements that device_type() knows.
ElementType stored_type(tflite::TensorType type);

/// Whether elements are integers of 32 or 64 bits without a sign, which signal operators make: float64 in the graph.
bool is_unsigned_word(tflite::TensorType type);

/// Bits of an element of a constant, the first in the lowest ones of a byte; 8 of all that are not packed.
unsigned packed_bits(tflite::TensorType type);

/// What a user can do about a tensor with elements that no kernel computes.
std::string advice_for(const std::string& type);

/// Why the elements of a tensor cannot be read, and what to do; nothing where they can.
struct StorageProblem {
  std::string what, advice;
};
std::optional<StorageProblem> storage_problem(const tflite::Model& model, const tflite::Tensor& tensor);

}  // namespace nacre::tools
