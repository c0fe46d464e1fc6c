#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "tools/common/array.hpp"
#include "tools/common/buffer.hpp"
#include "tools/pickle/numpy_type.hpp"

namespace nacre::tools {

/// A numpy array as the file stores it: a view into the file, converted only on demand.
struct NumpyArray {
  std::shared_ptr<const NumpyType> type;
  std::vector<std::int64_t> shape;
  bool fortran_order = false;           ///< the first index varies fastest in `data`
  Buffer data;                          ///< byte_count(shape, type->item_size) bytes
  std::vector<std::uint32_t> elements;  ///< object arrays: nodes of the document, in C order

  std::size_t size() const { return element_count(shape); }

  /// The elements in C order, little-endian; byte and unicode strings as text. Shares the bytes when
  /// they are that already. Throws `Refusal` for object arrays (see `Value::to_array`), complex
  /// numbers, times and structures.
  Array to_array() const;

  /// One field of a structured array, likewise; its shape is followed by that of a sub-array.
  /// Throws `Refusal` when there is no such field.
  Array field(std::string_view name) const;

  /// The numbers of one field (double, std::int64_t or std::uint8_t), in one pass: `field` without the copy
  /// between.
  template <typename T>
  std::vector<T> numbers(std::string_view name) const;
};

}  // namespace nacre::tools
