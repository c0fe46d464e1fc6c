#include "runtime/strict_float.hpp"  // first

#include <type_traits>

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

}  // namespace nacre::reference
