#include "runtime/strict_float.hpp"  // first

#include "runtime/kernels/map.hpp"
#include "runtime/numerics/bits.hpp"
#include "runtime/numerics/elementary.hpp"

namespace nacre::reference {
namespace {

constexpr auto kFloor = [](auto a) { return numerics::floor(a); };
constexpr auto kCeiling = [](auto a) { return numerics::ceiling(a); };
constexpr auto kNearest = [](auto a) { return numerics::nearest_even(a); };
constexpr auto kNearestAway = [](auto a) { return numerics::nearest_away(a); };
constexpr auto kSign = [](auto a) { return static_cast<decltype(a)>(a > 0 ? 1 : a < 0 ? -1 : a); };

std::int32_t floor_divide(std::int32_t a, std::int32_t b) {
  if (b == 0) return 0;
  const std::int64_t quotient = std::int64_t{a} / b;  // of 64 bits: -2^31 / -1 is beyond 32
  const bool is_above = quotient * b != a && (a < 0) != (b < 0);
  return static_cast<std::int32_t>(static_cast<std::uint32_t>(quotient - (is_above ? 1 : 0)));
}

/// With the sign of b.
template <typename T>
T towards(T rest, T b) { return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest; }

}  // namespace

void floor_f32(const Strip& strip) { map_1<float>(strip, kFloor); }
void floor_f64(const Strip& strip) { map_1<double>(strip, kFloor); }

void ceiling_f32(const Strip& strip) { map_1<float>(strip, kCeiling); }
void ceiling_f64(const Strip& strip) { map_1<double>(strip, kCeiling); }

void nearest_f32(const Strip& strip) { map_1<float>(strip, kNearest); }
void nearest_f64(const Strip& strip) { map_1<double>(strip, kNearest); }

void nearest_away_f32(const Strip& strip) { map_1<float>(strip, kNearestAway); }
void nearest_away_f64(const Strip& strip) { map_1<double>(strip, kNearestAway); }

void sign_f32(const Strip& strip) { map_1<float>(strip, kSign); }
void sign_f64(const Strip& strip) { map_1<double>(strip, kSign); }
void sign_i32(const Strip& strip) { map_1<std::int32_t>(strip, kSign); }

/// A quotient of floats is rounded to no integer in double.
void floor_divide_f32(const Strip& strip) {
  map_2<float>(strip, [](float a, float b) { return static_cast<float>(numerics::floor(double{a} / double{b})); });
}
void floor_divide_f64(const Strip& strip) {
  map_2<double>(strip, [](double a, double b) { return numerics::floor(a / b); });
}
void floor_divide_i32(const Strip& strip) { map_2<std::int32_t>(strip, floor_divide); }

void remainder_f32(const Strip& strip) {
  map_2<float>(strip, [](float a, float b) { return towards(numerics::fmod(a, b), b); });
}
void remainder_i32(const Strip& strip) {
  map_2<std::int32_t>(strip, [](std::int32_t a, std::int32_t b) {
    return b == 0 || b == -1 ? 0 : towards(a % b, b);  // -2^31 % -1 is undefined
  });
}

}  // namespace nacre::reference
