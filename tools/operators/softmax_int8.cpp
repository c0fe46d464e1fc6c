#include "tools/operators/softmax_int8.hpp"

#include <algorithm>
#include <cstdint>

#include "tools/operators/fixed_point.hpp"
#include "tools/operators/rescale.hpp"

namespace nacre::tools {
void softmax_int8(const parameters::Softmax& table, const double* x, std::size_t width, double* y) {
  constexpr int kBits = 31, kIntegerBits = 5;  // of a fraction, and of the rescaled difference
  const FixedPoint fixed(kBits);
  const double largest = *std::max_element(x, x + width);
  const auto exponential = [&](double value) -> std::int64_t {
    const auto difference = static_cast<std::int64_t>(value - largest);
    if (difference < table.difference_minimum) return -1;
    return fixed.exp_of_negative(
        multiply_by_quantized_multiplier(difference, table.input_multiplier, table.input_shift), kIntegerBits);
  };
  std::int64_t sum = 0;  // Q12.19
  for (std::size_t i = 0; i < width; ++i)
    if (const std::int64_t e = exponential(x[i]); e >= 0) sum += FixedPoint::shift_right(e, 12);
  const int headroom = __builtin_clz(static_cast<std::uint32_t>(sum));
  const std::int64_t fraction =
      static_cast<std::int64_t>(static_cast<std::uint32_t>(sum) << headroom) - (std::int64_t{1} << kBits);
  const std::int64_t scale = fixed.one_over_one_plus(fraction);
  const int bits = 12 - headroom + 31 - 8;
  for (std::size_t i = 0; i < width; ++i) {
    const std::int64_t e = exponential(x[i]);
    y[i] = e < 0 ? -128.0 : static_cast<double>(std::clamp<std::int64_t>(
                                FixedPoint::shift_right(fixed.product(scale, e), bits) - 128, -128, 127));
  }
}

}  // namespace nacre::tools
