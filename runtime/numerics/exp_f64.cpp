#include "runtime/strict_float.hpp"  // first

#include "runtime/numerics/bits.hpp"
#include "runtime/numerics/elementary.hpp"

namespace nacre::numerics {
namespace {

// x = n log 2 + r + correction with |r| <= log(2) / 2. log 2 in two doubles, of which the first has 21 bits, so that
// its product with n is exact (Cody and Waite).
struct ReducedDouble {
  std::int32_t n;
  double r, correction;
};

ReducedDouble reduce(double x) {
  constexpr double kLog2E = 1.4426950408889634, kHigh = 0.69314670562744141, kLow = 4.7493250390316726e-07;
  const double n = round_even(x * kLog2E);
  const double high = minus(x, n * kHigh), low = n * kLow, r = minus(high, low);
  return {static_cast<std::int32_t>(n), r, minus(minus(high, r), low)};
}

/// e^(r + correction) - 1 by the Taylor series to r^13: the rest is below 5e-18 of e^r for |r| < 0.35.
double small_expm1(double r, double correction) {
  constexpr double kTerms[] = {2.08767569878681e-09,   2.505210838544172e-08,  2.7557319223985888e-07,
                               2.7557319223985893e-06, 2.4801587301587302e-05, 0.00019841269841269841,
                               0.0013888888888888889,  0.0083333333333333332,  0.041666666666666664,
                               0.16666666666666666,    0.5};
  double p = 1.6059043836821613e-10;  // 1/13!
  for (const double term : kTerms) p = plus(p * r, term);
  return plus(r, plus(r * r * p, correction));
}

constexpr double kMost = 709.78271289338397;  // above, e^x is no double

}  // namespace

double exp(double x) {
  if (is_nan(x)) return x;
  if (x > kMost) return kInfinity;
  if (x < -745.13321910194122) return 0;
  const auto [n, r, correction] = reduce(x);
  return scale(plus(1.0, small_expm1(r, correction)), n);
}

double expm1(double x) {
  if (is_nan(x)) return x;
  if (x > kMost) return kInfinity;
  if (x < -37.5) return -1;
  if (absolute(x) < 0x1p-54) return x;
  const auto [n, r, correction] = reduce(x);
  const double small = small_expm1(r, correction);
  if (n == 0) return small;
  if (n == 1024) return twice(scale(plus(1.0, small), 1023));
  const double two_n = power_of_two_f64(n);
  return plus(small * two_n, minus(two_n, 1.0));
}

}  // namespace nacre::numerics
