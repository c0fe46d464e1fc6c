#include "tools/operators/rescale.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace nacre::tools {

std::int64_t multiply_by_quantized_multiplier(std::int64_t x, std::int64_t multiplier, int shift) {
  constexpr __int128 kOne = std::int64_t{1} << 31, kHalf = kOne / 2, kLimit = std::int64_t{1} << 60;
  const __int128 product = static_cast<__int128>(x) * (std::int64_t{1} << std::max(shift, 0)) * multiplier;
  // (product + 2^30, or 1 - 2^30 when negative) / 2^31, truncated towards zero.
  __int128 result = (product + (product >= 0 ? kHalf : 1 - kHalf)) / kOne;
  if (shift < 0) {
    const __int128 divisor = std::int64_t{1} << -shift, half = divisor / 2;
    result = (result + (result < 0 ? -half : half)) / divisor;
  }
  return static_cast<std::int64_t>(std::clamp(result, -kLimit, kLimit));
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

double rescale_whole_to_int16(double sum, const Tensor64& rescale, std::int64_t channel, double minimum,
                              double maximum) {
  const auto row = static_cast<std::size_t>(channel);
  const auto product = static_cast<__int128>(sum) * static_cast<std::int64_t>(rescale.values[2 * row]);
  const int bits = 31 - static_cast<int>(rescale.values[2 * row + 1]);
  const auto scaled = static_cast<double>((product + (__int128{1} << (bits - 1))) >> bits);
  return std::clamp(std::clamp(std::clamp(scaled, -32768.0, 32767.0), minimum, maximum), -32768.0, 32767.0);
}

double rescale_to_int16(double sum, const Tensor64& rescale, std::int64_t channel, double minimum, double maximum) {
  const std::size_t row = rescale.values.size() == 2 ? 0 : static_cast<std::size_t>(channel);
  const double multiplier = std::min(std::floor((rescale.values[2 * row] + 32768) / 65536), 32767.0);
  const double bits = std::max(15 - rescale.values[2 * row + 1], 1.0);
  const double scaled = std::floor(sum * multiplier / std::exp2(bits) + 0.5);  // sums below 2^37 are exact
  return std::clamp(std::clamp(std::clamp(scaled, -32768.0, 32767.0), minimum, maximum), -32768.0, 32767.0);
}

void quantize_multiplier(double factor, std::int32_t* multiplier, std::int32_t* shift) {
  constexpr int kMaxShift = 30;  // of the kernels
  const auto require = [](bool holds) {
    if (!holds) throw std::invalid_argument("a ratio of scales is not below 2^30");
  };
  require(factor >= 0 && factor < std::ldexp(1.0, kMaxShift));
  int exponent = 0;
  auto fraction = static_cast<std::int64_t>(std::round(std::frexp(factor, &exponent) * 2147483648.0));
  if (fraction == std::int64_t{1} << 31) {
    fraction /= 2;
    ++exponent;
  }
  require(exponent <= kMaxShift);  // rounding may have reached the limit
  if (exponent < -31) {
    exponent = 0;
    fraction = 0;
  }
  *multiplier = static_cast<std::int32_t>(fraction);
  *shift = exponent;
}

}  // namespace nacre::tools
