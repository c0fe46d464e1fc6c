#include "tools/operators/rescale.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace nacre::tools {

std::int64_t multiply_by_quantized_multiplier(std::int64_t x, std::int64_t multiplier, int shift) {
  const std::int64_t shifted = shift > 0 ? x * (std::int64_t{1} << shift) : x;
  const std::int64_t product = shifted * multiplier;
  // (product + 2^30, or 1 - 2^30 when negative) / 2^31, truncated towards zero.
  const std::int64_t nudge = product >= 0 ? std::int64_t{1} << 30 : 1 - (std::int64_t{1} << 30);
  const std::int64_t high = (product + nudge) / (std::int64_t{1} << 31);
  if (shift >= 0) return high;
  const std::int64_t divisor = std::int64_t{1} << -shift;
  const std::int64_t rounded = (std::abs(high) + divisor / 2) / divisor;
  return high < 0 ? -rounded : rounded;
}

double rescale_to_int8(double sum, const Tensor64& rescale, std::int64_t channel, int zero_point,
                       int minimum, int maximum) {
  const std::size_t row = rescale.values.size() == 2 ? 0 : static_cast<std::size_t>(channel);
  const auto multiplier = static_cast<std::int64_t>(rescale.values[2 * row]);
  const int shift = static_cast<int>(rescale.values[2 * row + 1]);
  const std::int64_t scaled =
      multiply_by_quantized_multiplier(static_cast<std::int64_t>(sum), multiplier, shift);
  return static_cast<double>(std::clamp<std::int64_t>(scaled + zero_point, minimum, maximum));
}

void quantize_multiplier(double factor, std::int32_t* multiplier, std::int32_t* shift) {
  constexpr double kLimit = 1 << 30;  // the kernels shift left by 30 at most
  if (!(factor >= 0 && factor < kLimit)) throw std::invalid_argument("a ratio of scales is not below 2^30");
  int exponent = 0;
  auto fraction = static_cast<std::int64_t>(std::round(std::frexp(factor, &exponent) * 2147483648.0));
  if (fraction == std::int64_t{1} << 31) {
    fraction /= 2;
    ++exponent;
  }
  if (exponent < -31) {
    exponent = 0;
    fraction = 0;
  }
  *multiplier = static_cast<std::int32_t>(fraction);
  *shift = exponent;
}

}  // namespace nacre::tools
