#include "runtime/strict_float.hpp"  // first

#include "runtime/kernels/clamp.hpp"
#include "runtime/kernels/map.hpp"
#include "runtime/numerics/bits.hpp"

namespace nacre::reference {
namespace {

using numerics::is_nan;

constexpr auto kMaximum = [](auto a, auto b) { return a > b || is_nan(a) ? a : b; };
constexpr auto kMinimum = [](auto a, auto b) { return a < b || is_nan(a) ? a : b; };
constexpr auto kClamp = [](auto a, auto least, auto most) { return clamp(a, least, most); };
constexpr auto kImpute = [](auto a, auto missing, auto fill) {
  return a == missing || (is_nan(a) && is_nan(missing)) ? fill : a;
};
constexpr auto kWhere = [](auto a, auto b, auto c) { return a != 0 ? b : c; };
constexpr auto kEqual = [](auto a, auto b) { return static_cast<decltype(a)>(a == b ? 1 : 0); };
constexpr auto kGreater = [](auto a, auto b) { return static_cast<decltype(a)>(a > b ? 1 : 0); };
constexpr auto kGreaterEqual = [](auto a, auto b) { return static_cast<decltype(a)>(a >= b ? 1 : 0); };
constexpr auto kRelu = [](auto a) { return a < 0 ? 0 : a; };

}  // namespace

void maximum_f32(const Strip& strip) { map_2<float>(strip, kMaximum); }
void maximum_f64(const Strip& strip) { map_2<double>(strip, kMaximum); }
void maximum_i32(const Strip& strip) { map_2<std::int32_t>(strip, kMaximum); }

void minimum_f32(const Strip& strip) { map_2<float>(strip, kMinimum); }
void minimum_f64(const Strip& strip) { map_2<double>(strip, kMinimum); }
void minimum_i32(const Strip& strip) { map_2<std::int32_t>(strip, kMinimum); }

void clamp_f32(const Strip& strip) { map_3<float>(strip, kClamp); }
void clamp_f64(const Strip& strip) { map_3<double>(strip, kClamp); }
void clamp_i32(const Strip& strip) { map_3<std::int32_t>(strip, kClamp); }

void impute_f32(const Strip& strip) { map_3<float>(strip, kImpute); }
void impute_f64(const Strip& strip) { map_3<double>(strip, kImpute); }

void where_f32(const Strip& strip) { map_3<float>(strip, kWhere); }
void where_f64(const Strip& strip) { map_3<double>(strip, kWhere); }
void where_i32(const Strip& strip) { map_3<std::int32_t>(strip, kWhere); }

void equal_f32(const Strip& strip) { map_2<float>(strip, kEqual); }
void equal_f64(const Strip& strip) { map_2<double>(strip, kEqual); }
void equal_i32(const Strip& strip) { map_2<std::int32_t>(strip, kEqual); }

void greater_f32(const Strip& strip) { map_2<float>(strip, kGreater); }
void greater_f64(const Strip& strip) { map_2<double>(strip, kGreater); }
void greater_i32(const Strip& strip) { map_2<std::int32_t>(strip, kGreater); }

void greater_equal_f32(const Strip& strip) { map_2<float>(strip, kGreaterEqual); }
void greater_equal_f64(const Strip& strip) { map_2<double>(strip, kGreaterEqual); }
void greater_equal_i32(const Strip& strip) { map_2<std::int32_t>(strip, kGreaterEqual); }

void relu_f32(const Strip& strip) { map_1<float>(strip, kRelu); }
void relu_f64(const Strip& strip) { map_1<double>(strip, kRelu); }

}  // namespace nacre::reference
