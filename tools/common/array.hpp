#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tools/common/buffer.hpp"

namespace nacre::tools {

/// Element types that saved models and data files hold. The runtime knows fewer: readers convert.
enum class ElementType : std::uint8_t {
  boolean, int8, int16, int32, int64, uint8, uint16, uint32, uint64, float16, float32, float64, string,
};

/// Bytes of one element; 0 for strings.
std::size_t element_size(ElementType type);
const char* element_name(ElementType type);

/// A dense array as read from a file: C order, little-endian. Copies share the bytes.
class Array {
 public:
  Array() = default;
  /// Requires `bytes` to hold exactly the elements of `shape`.
  Array(ElementType type, std::vector<std::int64_t> shape, Buffer bytes);
  Array(std::vector<std::int64_t> shape, std::vector<std::string> strings);

  /// An array that owns a copy of `values` converted to `type` (`T` is any arithmetic type).
  template <typename T>
  static Array of(ElementType type, std::vector<std::int64_t> shape, const std::vector<T>& values);
  static Array float32(std::vector<std::int64_t> shape, const std::vector<double>& values) {
    return of(ElementType::float32, std::move(shape), values);
  }

  ElementType type() const { return type_; }
  const std::vector<std::int64_t>& shape() const { return shape_; }
  /// Product of the shape; 1 for a scalar.
  std::size_t size() const;
  const Buffer& bytes() const { return bytes_; }
  const std::vector<std::string>& strings() const { return strings_; }

  /// All elements converted to `T` (double, float or a 64-bit integer), in C order. Conversion is
  /// that of a C++ cast after widening float16. Requires a numeric array.
  template <typename T>
  std::vector<T> to() const;

  /// The same elements under another shape of equal size.
  Array reshaped(std::vector<std::int64_t> shape) const;

 private:
  ElementType type_ = ElementType::float32;
  std::vector<std::int64_t> shape_;
  Buffer bytes_;
  std::vector<std::string> strings_;
};

/// IEEE binary16 bits to float, exactly.
float half_to_float(std::uint16_t bits);

}  // namespace nacre::tools
