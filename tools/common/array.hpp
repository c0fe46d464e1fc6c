#pragma once

#include <cstdint>
#include <span>
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

/// Numbers of `type` that lie `stride` bytes apart, converted to `T` (double, float or an integer) as by a
/// C++ cast after widening float16; a real that no integer holds is refused, and so is text.
template <typename T>
void read_numbers(ElementType type, const std::byte* first, std::size_t stride, std::span<T> to);

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
  /// An array that takes over `values` as they are.
  static Array from(std::vector<std::int64_t> shape, std::vector<double> values) {
    return Array(ElementType::float64, std::move(shape), Buffer::from(std::move(values)));
  }
  static Array from(std::vector<std::int64_t> shape, std::vector<std::int32_t> values) {
    return Array(ElementType::int32, std::move(shape), Buffer::from(std::move(values)));
  }
  static Array float32(std::vector<std::int64_t> shape, const std::vector<double>& values) {
    return of(ElementType::float32, std::move(shape), values);
  }

  ElementType type() const { return type_; }
  const std::vector<std::int64_t>& shape() const { return shape_; }
  /// Product of the shape; 1 for a scalar.
  std::size_t size() const;
  const Buffer& bytes() const { return bytes_; }
  const std::vector<std::string>& strings() const { return strings_; }

  /// The elements from `first` on, in C order, converted as by read_numbers. Requires an array that reaches so
  /// far.
  template <typename T>
  void read(std::size_t first, std::span<T> to) const {
    const std::size_t size = element_size(type_);
    read_numbers(type_, bytes_.data() + first * size, size, to);
  }
  /// All elements, likewise.
  template <typename T>
  std::vector<T> to() const {
    std::vector<T> values(size());
    read(0, std::span<T>(values));
    return values;
  }

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
