#include "runtime/strict_float.hpp"  // first

#include "runtime/kernels/clamp.hpp"
#include "runtime/kernels/map.hpp"
#include "runtime/kernels/quantized.hpp"
#include "runtime/numerics/double_sum.hpp"
#include "runtime/numerics/fma.hpp"

namespace nacre::reference {
namespace {

// Integers are computed without signs: modulo 2^32, the same bits.
using Integer = std::uint32_t;

constexpr auto kAdd = [](auto a, auto b) { return numerics::plus(a, b); };
constexpr auto kSubtract = [](auto a, auto b) { return numerics::minus(a, b); };
constexpr auto kMultiply = [](auto a, auto b) { return a * b; };
constexpr auto kDivide = [](auto a, auto b) { return a / b; };
constexpr auto kMultiplyAdd = [](auto a, auto b, auto c) { return numerics::multiply_add(a, b, c); };
/// Towards 0; nothing where there is no quotient.
std::int32_t quotient(std::int32_t a, std::int32_t b) {
  if (b == 0) return 0;
  return static_cast<std::int32_t>(static_cast<std::uint32_t>(std::int64_t{a} / b));  // -2^31 / -1 is beyond 32 bits
}

/// With a multiplier and a shift that a kernel takes, whatever they are.
std::int32_t rescaled_number(std::int32_t a, std::int32_t multiplier, std::int32_t shift) {
  return multiply_by_quantized_multiplier(a, multiplier < 0 ? 0 : multiplier, clamp<std::int32_t>(shift, -31, 30));
}

constexpr auto kSquare = [](auto a) { return a * a; };

}  // namespace

void add_f32(const Strip& strip) { map_2<float>(strip, kAdd); }
void add_f64(const Strip& strip) { map_2<double>(strip, kAdd); }
void add_i32(const Strip& strip) { map_2<Integer>(strip, kAdd); }

void subtract_f32(const Strip& strip) { map_2<float>(strip, kSubtract); }
void subtract_f64(const Strip& strip) { map_2<double>(strip, kSubtract); }
void subtract_i32(const Strip& strip) { map_2<Integer>(strip, kSubtract); }

void multiply_f32(const Strip& strip) { map_2<float>(strip, kMultiply); }
void multiply_f64(const Strip& strip) { map_2<double>(strip, kMultiply); }
void multiply_i32(const Strip& strip) { map_2<Integer>(strip, kMultiply); }

void divide_f32(const Strip& strip) { map_2<float>(strip, kDivide); }
void divide_f64(const Strip& strip) { map_2<double>(strip, kDivide); }

void divide_i32(const Strip& strip) { map_2<std::int32_t>(strip, quotient); }

void rescale_i32(const Strip& strip) { map_3<std::int32_t>(strip, rescaled_number); }

void exclusive_or_i32(const Strip& strip) {
  map_2<Integer>(strip, [](Integer a, Integer b) { return a ^ b; });
}

void shift_right_i32(const Strip& strip) {
  map_2<std::int32_t>(strip, [](std::int32_t a, std::int32_t b) { return a >> clamp<std::int32_t>(b, 0, 31); });
}

void multiply_add_f32(const Strip& strip) { map_3<float>(strip, kMultiplyAdd); }
void multiply_add_f64(const Strip& strip) { map_3<double>(strip, kMultiplyAdd); }

void square_f32(const Strip& strip) { map_1<float>(strip, kSquare); }
void square_f64(const Strip& strip) { map_1<double>(strip, kSquare); }

}  // namespace nacre::reference
