#include "runtime/strict_float.hpp"  // first

#include <limits>
#include <type_traits>

#include "runtime/kernels/clamp.hpp"
#include "runtime/kernels/map.hpp"
#include "runtime/numerics/bits.hpp"

namespace nacre::reference {
namespace {

constexpr auto kAbsolute = [](auto a) { return numerics::absolute(a); };

/// The nearest integer towards 0 within the range of int32; 0 of a NaN.
template <typename T>
std::int32_t to_integer(T x) {
  if (!(x > T{-2147483648.0})) return numerics::is_nan(x) ? 0 : INT32_MIN;
  return x >= T{2147483648.0} ? INT32_MAX : static_cast<std::int32_t>(x);
}

/// An integer limited to the range of T; as a boolean, whether it is not 0.
template <typename T>
T narrowed(std::int32_t x) {
  using Limits = std::numeric_limits<T>;
  if constexpr (std::is_same_v<T, bool>) return x != 0;
  else return static_cast<T>(clamp<std::int32_t>(x, Limits::min(), Limits::max()));
}
template <typename T>
void narrow(const Strip& strip) { map_1<std::int32_t, T>(strip, narrowed<T>); }
template <typename T>
void widen(const Strip& strip) {
  map_1<T, std::int32_t>(strip, [](T a) { return std::int32_t{a}; });
}

}  // namespace

void negative_f32(const Strip& strip) {
  map_1<float>(strip, [](float a) { return -a; });
}
void negative_f64(const Strip& strip) {
  map_1<double>(strip, [](double a) { return -a; });
}
void negative_i32(const Strip& strip) {
  map_1<std::uint32_t>(strip, [](std::uint32_t a) { return 0 - a; });
}

void absolute_f32(const Strip& strip) { map_1<float>(strip, kAbsolute); }
void absolute_f64(const Strip& strip) { map_1<double>(strip, kAbsolute); }
void absolute_i32(const Strip& strip) {
  map_1<std::uint32_t>(strip, [](std::uint32_t a) { return a >> 31 != 0 ? 0 - a : a; });
}

void cast_f32_f64(const Strip& strip) {
  map_1<float, double>(strip, [](float a) { return double{a}; });
}
void cast_f64_f32(const Strip& strip) {
  map_1<double, float>(strip, [](double a) { return static_cast<float>(a); });
}
void cast_f32_i32(const Strip& strip) { map_1<float, std::int32_t>(strip, to_integer<float>); }
void cast_f64_i32(const Strip& strip) { map_1<double, std::int32_t>(strip, to_integer<double>); }
void cast_i32_f32(const Strip& strip) {
  map_1<std::int32_t, float>(strip, [](std::int32_t a) { return static_cast<float>(a); });
}
void cast_i32_f64(const Strip& strip) {
  map_1<std::int32_t, double>(strip, [](std::int32_t a) { return static_cast<double>(a); });
}

void cast_i32_i16(const Strip& strip) { narrow<std::int16_t>(strip); }
void cast_i32_i8(const Strip& strip) { narrow<std::int8_t>(strip); }
void cast_i32_u8(const Strip& strip) { narrow<std::uint8_t>(strip); }
void cast_i32_b(const Strip& strip) { narrow<bool>(strip); }

void cast_i16_i32(const Strip& strip) { widen<std::int16_t>(strip); }
void cast_i8_i32(const Strip& strip) { widen<std::int8_t>(strip); }
void cast_u8_i32(const Strip& strip) { widen<std::uint8_t>(strip); }
/// Of a byte that may be another than 0 and 1, where a caller wrote it.
void cast_b_i32(const Strip& strip) {
  map_1<std::uint8_t, std::int32_t>(strip, [](std::uint8_t a) { return std::int32_t{a != 0}; });
}

}  // namespace nacre::reference
