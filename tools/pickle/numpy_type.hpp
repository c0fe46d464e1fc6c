#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tools/common/array.hpp"

namespace nacre::tools {

/// What the elements of a numpy array are, as its dtype says.
struct NumpyType {
  enum class Kind : std::uint8_t {
    boolean, signed_integer, unsigned_integer, real, complex, time, bytes, text, object, raw, structure,
  };

  struct Field;

  Kind kind = Kind::raw;
  std::size_t item_size = 0;  ///< bytes
  bool big_endian = false;
  std::vector<Field> fields;  ///< of a structure, in the order of the dtype

  /// The type that an `Array` of such elements has; nothing for complex, time, raw and structures.
  std::optional<ElementType> element_type() const;

  /// For messages: "float64", "big-endian int32", "structure of 7 fields".
  std::string name() const;

  /// The field called `field_name`, or null.
  const Field* find(std::string_view field_name) const;
};

/// A field of a structure. Offsets and sizes lie inside the structure's item.
struct NumpyType::Field {
  std::string name;
  std::size_t offset = 0;            ///< bytes from the start of the item
  std::vector<std::int64_t> shape;   ///< of a sub-array; empty for a scalar
  std::shared_ptr<const NumpyType> type;
};

/// The type that a dtype string such as "f8", "<i4", "U12" or "V56" names.
/// Throws `Refusal` when it names none.
NumpyType parse_numpy_type(std::string_view code);

/// Product of `shape` times `item_size`. Throws `Refusal` on overflow, negative or too many
/// dimensions, and on items of no size.
std::size_t byte_count(const std::vector<std::int64_t>& shape, std::size_t item_size);

/// Product of `shape`, which `byte_count` has accepted.
std::size_t element_count(const std::vector<std::int64_t>& shape);

}  // namespace nacre::tools
