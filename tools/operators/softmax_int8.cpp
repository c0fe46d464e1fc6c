#include "tools/operators/softmax_int8.hpp"

#include <algorithm>
#include <cstdint>

#include "tools/operators/rescale.hpp"

namespace nacre::tools {
namespace {

constexpr std::int64_t kOne = std::int64_t{1} << 31;  // 1.0 in Q0.31, saturated where stored

std::int64_t saturate(std::int64_t x) { return std::clamp<std::int64_t>(x, -kOne, kOne - 1); }

/// Product of two Q0.31 fractions, rounded to nearest with ties away from zero.
std::int64_t product(std::int64_t a, std::int64_t b) {
  const std::int64_t exact = a * b;
  return saturate((exact + (exact >= 0 ? 1 << 30 : 1 - (1 << 30))) / kOne);
}

/// x / 2^bits, rounded to nearest with ties away from zero.
std::int64_t shift_right(std::int64_t x, int bits) {
  const std::int64_t half = (std::int64_t{1} << bits) / 2;
  const std::int64_t rounded = ((x < 0 ? -x : x) + half) >> bits;
  return x < 0 ? -rounded : rounded;
}

/// exp(a) for a in [-1/4, 0) in Q0.31: Taylor series to the fourth order around -1/8.
std::int64_t exp_of_quarter(std::int64_t a) {
  constexpr std::int64_t kExpOfMinusEighth = 1895147668, kThird = 715827883;
  const std::int64_t x = saturate(a + (std::int64_t{1} << 28));
  const std::int64_t x2 = product(x, x), x3 = product(x2, x), x4 = product(x2, x2);
  const std::int64_t x4_over_4 = shift_right(x4, 2);
  const std::int64_t tail = shift_right(product(x4_over_4 + x3, kThird) + x2, 1);
  return saturate(kExpOfMinusEighth + product(kExpOfMinusEighth, x + tail));
}

/// exp(a) in Q0.31 for a <= 0 in Q5.26: the fraction below 1/4 by series, the rest by factors
/// exp(-2^k).
std::int64_t exp_of_negative(std::int64_t a) {
  constexpr std::int64_t kQuarter = std::int64_t{1} << 24;
  constexpr struct { int exponent; std::int64_t factor; } kFactors[] = {
      {-2, 1672461947}, {-1, 1302514674}, {0, 790015084}, {1, 290630308},
      {2, 39332535},    {3, 720401},      {4, 242}};
  if (a == 0) return kOne - 1;
  const std::int64_t fraction = (a & (kQuarter - 1)) - kQuarter;
  const std::int64_t remainder = fraction - a;
  std::int64_t result = exp_of_quarter(fraction * 32);
  for (const auto& [exponent, factor] : kFactors)
    if (remainder & (std::int64_t{1} << (26 + exponent))) result = product(result, factor);
  return result;
}

/// 1 / (1 + a) in Q0.31 for a in [0, 1): three Newton steps from 48/17 - 32/17 x.
std::int64_t one_over_one_plus(std::int64_t a) {
  constexpr std::int64_t k48Over17 = 1515870810, kMinus32Over17 = -1010580540;  // Q2.29
  const std::int64_t sum = a + (kOne - 1);
  const std::int64_t half_denominator = (sum + (sum >= 0 ? 1 : -1)) / 2;
  std::int64_t x = saturate(k48Over17 + product(half_denominator, kMinus32Over17));
  for (int step = 0; step < 3; ++step) {
    const std::int64_t error = (std::int64_t{1} << 29) - product(half_denominator, x);
    x = saturate(x + saturate(product(x, error) * 4));
  }
  return saturate(x * 2);
}

}  // namespace

void softmax_int8(const schema::SoftmaxT& table, const double* x, std::size_t width, double* y) {
  const double largest = *std::max_element(x, x + width);
  const auto exponential = [&](double value) -> std::int64_t {
    const auto difference = static_cast<std::int64_t>(value - largest);
    if (difference < table.difference_minimum) return -1;
    return exp_of_negative(
        multiply_by_quantized_multiplier(difference, table.input_multiplier, table.input_shift));
  };
  std::int64_t sum = 0;  // Q12.19
  for (std::size_t i = 0; i < width; ++i)
    if (const std::int64_t e = exponential(x[i]); e >= 0) sum += shift_right(e, 12);
  const int headroom = __builtin_clz(static_cast<std::uint32_t>(sum));
  const std::int64_t fraction = static_cast<std::int64_t>(static_cast<std::uint32_t>(sum) << headroom) - kOne;
  const std::int64_t scale = one_over_one_plus(fraction);
  const int bits = 12 - headroom + 31 - 8;
  for (std::size_t i = 0; i < width; ++i) {
    const std::int64_t e = exponential(x[i]);
    y[i] = e < 0 ? -128.0 : static_cast<double>(std::clamp<std::int64_t>(
                                shift_right(product(scale, e), bits) - 128, -128, 127));
  }
}

}  // namespace nacre::tools
