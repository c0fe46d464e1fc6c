#include "runtime/strict_float.hpp"  // first

#include "runtime/kernels/map.hpp"
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

void multiply_add_f32(const Strip& strip) { map_3<float>(strip, kMultiplyAdd); }
void multiply_add_f64(const Strip& strip) { map_3<double>(strip, kMultiplyAdd); }

void square_f32(const Strip& strip) { map_1<float>(strip, kSquare); }
void square_f64(const Strip& strip) { map_1<double>(strip, kSquare); }

}  // namespace nacre::reference
