#include "tools/common/array.hpp"

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <stdexcept>
#include <type_traits>

#include "tools/common/refusal.hpp"

namespace nacre::tools {
namespace {

/// Calls `f` with a value of the C++ type that stores `type` (float16 as its bits in uint16_t).
template <typename F>
auto with_storage(ElementType type, F f) {
  switch (type) {
    case ElementType::boolean:
    case ElementType::uint8: return f(std::uint8_t{});
    case ElementType::int8: return f(std::int8_t{});
    case ElementType::int16: return f(std::int16_t{});
    case ElementType::int32: return f(std::int32_t{});
    case ElementType::int64: return f(std::int64_t{});
    case ElementType::float16:
    case ElementType::uint16: return f(std::uint16_t{});
    case ElementType::uint32: return f(std::uint32_t{});
    case ElementType::uint64: return f(std::uint64_t{});
    case ElementType::float32: return f(float{});
    case ElementType::float64: return f(double{});
    case ElementType::string: break;
  }
  throw Refusal("", "the file holds text where numbers are needed", "the file is damaged: save the model again");
}

/// A real number becomes an integer towards zero, as by NumPy's astype. One beyond the integers of the
/// type, or NaN, is refused: the conversion would be undefined.
template <typename To, typename From>
To converted(From value) {
  if constexpr (std::is_floating_point_v<From> && std::is_integral_v<To>) {
    const From above = std::ldexp(From{1}, std::numeric_limits<To>::digits);
    if (!(value < above && (std::is_signed_v<To> ? value >= -above : value > -1)))
      throw Refusal("", "the file holds a number beyond the integers where one is needed", "save the model again");
  }
  return static_cast<To>(value);
}

}  // namespace

std::size_t element_size(ElementType type) {
  if (type == ElementType::string) return 0;
  return with_storage(type, [](auto storage) { return sizeof(storage); });
}

const char* element_name(ElementType type) {
  switch (type) {
    case ElementType::boolean: return "bool";
    case ElementType::int8: return "int8";
    case ElementType::int16: return "int16";
    case ElementType::int32: return "int32";
    case ElementType::int64: return "int64";
    case ElementType::uint8: return "uint8";
    case ElementType::uint16: return "uint16";
    case ElementType::uint32: return "uint32";
    case ElementType::uint64: return "uint64";
    case ElementType::float16: return "float16";
    case ElementType::float32: return "float32";
    case ElementType::float64: return "float64";
    case ElementType::string: return "string";
  }
  return "unknown";
}

float half_to_float(std::uint16_t bits) {
  const int exponent = (bits >> 10) & 0x1f;
  const int fraction = bits & 0x3ff;
  const float sign = (bits & 0x8000) ? -1.0f : 1.0f;
  if (exponent == 0) return sign * std::ldexp(static_cast<float>(fraction), -24);
  if (exponent == 31) return fraction ? std::nanf("") : sign * INFINITY;
  return sign * std::ldexp(static_cast<float>(fraction | 0x400), exponent - 25);
}

Array::Array(ElementType type, std::vector<std::int64_t> shape, Buffer bytes)
    : type_(type), shape_(std::move(shape)), bytes_(std::move(bytes)) {
  const std::size_t width = element_size(type_);
  if (width == 0 || bytes_.size() / width != size() || bytes_.size() % width != 0)
    throw std::logic_error("array bytes do not match its shape");
}

Array::Array(std::vector<std::int64_t> shape, std::vector<std::string> strings)
    : type_(ElementType::string), shape_(std::move(shape)), strings_(std::move(strings)) {
  if (strings_.size() != size()) throw std::logic_error("array strings do not match its shape");
}

std::size_t Array::size() const {
  std::size_t product = 1;
  for (const std::int64_t dimension : shape_)
    if (dimension < 0 || __builtin_mul_overflow(product, static_cast<std::size_t>(dimension), &product))
      throw Refusal("", "the file states a shape that overflows", "save the model again");
  return product;
}

Array Array::reshaped(std::vector<std::int64_t> shape) const {
  Array result = *this;
  result.shape_ = std::move(shape);
  if (result.size() != size()) throw std::logic_error("reshape changes the number of elements");
  return result;
}

template <typename T>
void read_numbers(ElementType type, const std::byte* first, std::size_t stride, std::span<T> to) {
  with_storage(type, [&](auto storage) {
    for (std::size_t i = 0; i < to.size(); ++i) {
      std::memcpy(&storage, first + i * stride, sizeof storage);
      to[i] = type == ElementType::float16
                  ? converted<T>(half_to_float(static_cast<std::uint16_t>(storage)))
                  : converted<T>(storage);
    }
  });
}

template <typename T>
Array Array::of(ElementType type, std::vector<std::int64_t> shape, const std::vector<T>& values) {
  return with_storage(type, [&](auto storage) {
    using Stored = decltype(storage);
    std::vector<std::byte> bytes(values.size() * sizeof(Stored));
    for (std::size_t i = 0; i < values.size(); ++i) {
      storage = converted<Stored>(values[i]);
      std::memcpy(bytes.data() + i * sizeof(Stored), &storage, sizeof(Stored));
    }
    return Array(type, std::move(shape), Buffer::from(std::move(bytes)));
  });
}

#define NACRE_INSTANTIATE(T)                                                                     \
  template void read_numbers<T>(ElementType, const std::byte*, std::size_t, std::span<T>); \
  template Array Array::of(ElementType, std::vector<std::int64_t>, const std::vector<T>&);
NACRE_INSTANTIATE(double)
NACRE_INSTANTIATE(float)
NACRE_INSTANTIATE(std::int64_t)
NACRE_INSTANTIATE(std::uint64_t)
NACRE_INSTANTIATE(std::int32_t)
NACRE_INSTANTIATE(std::int8_t)
NACRE_INSTANTIATE(std::uint8_t)
#undef NACRE_INSTANTIATE

}  // namespace nacre::tools
