#include "runtime/strict_float.hpp"  // first

#include "nacre/network.hpp"
#include "runtime/kernels/fixed_point.hpp"
#include "runtime/kernels/quantized.hpp"
#include "runtime/kernels/shapes.hpp"
#include "runtime/numerics/bits.hpp"
#include "runtime/numerics/elementary.hpp"

namespace nacre::reference {
namespace {

using parameters::Softmax;

template <typename Real>
void softmax_row(const Real* x, Real* y, std::uint32_t width) {
  Real largest = x[0];
  for (std::uint32_t i = 1; i < width; ++i) largest = x[i] > largest || numerics::is_nan(x[i]) ? x[i] : largest;
  Real sum = 0;
  for (std::uint32_t i = 0; i < width; ++i) {
    y[i] = x[i] == largest ? 1 : numerics::exp(numerics::minus(x[i], largest));  // equal infinities share
    sum = numerics::plus(sum, y[i]);
  }
  for (std::uint32_t i = 0; i < width; ++i) y[i] /= sum;
}

/// e^((x - largest) scale) in Q0.31; negative where it rounds to nothing.
std::int32_t exponential(const Softmax& p, std::int32_t difference) {
  if (difference < p.difference_minimum) return -1;
  constexpr int kIntegerBits = 5;  // of the rescaled difference
  return fixed_point::exp_of_negative(multiply_by_quantized_multiplier(difference, p.input_multiplier, p.input_shift),
                                      kIntegerBits);
}

void softmax_row(const Softmax& p, const std::int8_t* x, std::int8_t* y, std::uint32_t width) {
  std::int32_t largest = -128;
  for (std::uint32_t i = 0; i < width; ++i) largest = x[i] > largest ? x[i] : largest;
  std::uint32_t sum = 0;  // Q12.19
  for (std::uint32_t i = 0; i < width; ++i)
    if (const std::int32_t e = exponential(p, x[i] - largest); e >= 0) sum += fixed_point::shift_right(e, 12);
  const int headroom = __builtin_clz(sum | 1);
  const std::int32_t fraction = static_cast<std::int32_t>((sum << headroom) - 0x80000000u);
  const std::int32_t scale = fixed_point::one_over_one_plus(fraction);
  const int bits = 35 - headroom;  // 23 to 34: from 512 largest elements on, each rounds to nothing
  for (std::uint32_t i = 0; i < width; ++i) {
    const std::int32_t e = exponential(p, x[i] - largest);
    std::int32_t result = -128;
    if (e >= 0 && bits <= 31) result += fixed_point::shift_right(fixed_point::product(scale, e), bits);
    y[i] = static_cast<std::int8_t>(result > 127 ? 127 : result);
  }
}

template <typename Real>
Status softmax(const Layer& layer) {
  const std::uint32_t rows = rows_of(layer), width = width_of(layer);
  for (std::uint32_t row = 0; row < rows; ++row)
    softmax_row(layer.input<Real>(0) + row * width, layer.output<Real>(0) + row * width, width);
  return Status::ok;
}

}  // namespace

Status softmax_f32(const Layer& layer) { return softmax<float>(layer); }
Status softmax_f64(const Layer& layer) { return softmax<double>(layer); }

Status softmax_i8(const Layer& layer) {
  const auto& p = layer.parameters<Softmax>();
  const std::uint32_t rows = rows_of(layer), width = width_of(layer);
  for (std::uint32_t row = 0; row < rows; ++row)
    softmax_row(p, layer.input<std::int8_t>(0) + row * width, layer.output<std::int8_t>(0) + row * width, width);
  return Status::ok;
}

}  // namespace nacre::reference
