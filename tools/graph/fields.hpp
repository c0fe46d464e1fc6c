#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <variant>

#include "tools/graph/parameters.hpp"

namespace nacre::tools {

/// A number of a field, or the name of an enumerator.
using FieldValue = std::variant<bool, std::int64_t, float, double, const char*>;

/// A field of an operator's struct, which holds one element or an array of them.
struct StructField {
  Operator op;
  const char* name;
  std::size_t offset, element_bytes, elements;
  const std::byte* initial;  ///< what the field holds in a new struct
  FieldValue (*read)(const std::byte* element);
};

/// The fields of all structs but the reserved ones.
std::span<const StructField> fields();

/// The field of an operator that has a byte there; null where it is reserved.
const StructField* find_field(Operator op, std::size_t offset);

}  // namespace nacre::tools
