#include "runtime/strict_float.hpp"  // first

#include "runtime/numerics/bits.hpp"
#include "runtime/numerics/elementary.hpp"

namespace nacre::numerics {
namespace {

// x = (quadrant + 4 n) pi / 2 + r with |r| <= pi / 4.
struct Turned {
  std::uint32_t quadrant;
  double r;
};

/// Of large x, after Payne and Hanek: x is an integer times 2^k, and of 2 / pi only those bits count that do not make
/// whole turns with it.
Turned turn_large(float x) {
  constexpr std::uint32_t kTwoOverPi[] = {0,          0xa2f9836e, 0x4e441529, 0xfc2757d1,
                                          0xf534ddc0, 0xdb629599, 0x3c439041, 0xfe5163ab};
  const std::uint32_t bits = to_bits(absolute(x)), first = (bits >> 23) - 120;  // the bit that stands for half a turn
  const std::uint64_t mantissa = (bits & 0x7fffff) | 0x800000;
  const auto word = [&](std::uint32_t i) {  // 32 bits from the first on
    const std::uint32_t at = first + 32 * i, shift = at % 32;
    const std::uint64_t two = std::uint64_t{kTwoOverPi[at / 32]} << 32 | kTwoOverPi[at / 32 + 1];
    return static_cast<std::uint32_t>(two >> (32 - shift));
  };
  const std::uint64_t low = mantissa * word(2), middle = mantissa * word(1) + (low >> 32);
  const std::uint64_t turns = (mantissa * word(0) << 32) + middle;  // modulo 4, 62 bits behind the point
  const std::uint64_t rest = turns << 2;
  const bool is_behind = rest >> 63 != 0;  // the middle of its quadrant
  const std::uint64_t part = is_behind ? 0 - rest : rest;
  const double r = static_cast<double>(part) * 8.515303950216386e-20;  // pi / 2 / 2^64
  const std::uint32_t quadrant = static_cast<std::uint32_t>(turns >> 62) + (is_behind ? 1 : 0);
  return x < 0 ? Turned{0 - quadrant, is_behind ? r : -r} : Turned{quadrant, is_behind ? -r : r};
}

Turned turn(float x) {
  constexpr double kHigh = 1.5707963267341256, kLow = 6.077100506506192e-11;  // pi / 2: the first has 33 bits
  if (absolute(x) >= 1048576.0f) return turn_large(x);                        // 2^20: then n has more than 20 bits
  const double n = round_even(x * 0.6366197723675814);
  return {static_cast<std::uint32_t>(static_cast<std::int32_t>(n)), minus(minus(double{x}, n * kHigh), n * kLow)};
}

/// Sine of a quarter turn by its Taylor series to r^11, and cosine to r^12: the rest is below 1e-11.
double sine_of(double r) {
  constexpr double kTerms[] = {2.7557319223985893e-06, -0.0001984126984126984, 0.008333333333333333,
                               -0.16666666666666666};
  const double z = r * r;
  double p = -2.505210838544172e-08;
  for (const double term : kTerms) p = plus(p * z, term);
  return plus(r, r * z * p);
}
double cosine_of(double r) {
  constexpr double kTerms[] = {-2.755731922398589e-07, 2.48015873015873e-05, -0.001388888888888889,
                               0.041666666666666664, -0.5};
  const double z = r * r;
  double p = 2.08767569878681e-09;
  for (const double term : kTerms) p = plus(p * z, term);
  return plus(1.0, z * p);
}

float value(const Turned& x) {
  const double y = x.quadrant % 2 == 0 ? sine_of(x.r) : cosine_of(x.r);
  return static_cast<float>(x.quadrant % 4 < 2 ? y : -y);
}

}  // namespace

float sine(float x) {
  if (!(absolute(x) < kInfinity)) return nan();
  if (absolute(x) < 1e-4f) return x;
  return value(turn(x));
}

float cosine(float x) {
  if (!(absolute(x) < kInfinity)) return nan();
  const Turned turned = turn(x);
  return value({turned.quadrant + 1, turned.r});
}

}  // namespace nacre::numerics
