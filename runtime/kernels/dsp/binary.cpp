#include "runtime/strict_float.hpp"  // first

#include "nacre/network.hpp"
#include "runtime/kernels/dsp/rescale.hpp"
#include "runtime/kernels/dsp/simd.hpp"
#include "runtime/kernels/reference.hpp"

namespace nacre::dsp {
namespace {

using parameters::Binary;

/// One input of a sum, or the sum, with a multiplier of at least 2^30 and a shift of at most 0: (x - zero_point) *
/// 2^left_shift, rescaled. rescale.hpp says why this gives the bits of the reference.
struct Term {
  std::int32_t zero_point, twice, bits;  ///< zero_point: times 2^left_shift; bits: -shift - 1

  Term(std::int32_t zero, std::int32_t multiplier, std::int32_t shift)
      : zero_point(zero), twice(static_cast<std::int32_t>(static_cast<std::uint32_t>(multiplier) << 1)),
        bits(~shift) {}

  std::int32_t high(std::int32_t x) const { return add_upper_product(x - zero_point, twice, x - zero_point); }
  /// Twice the quotient, not yet rounded, where the shift is below 0.
  std::int32_t doubled(std::int32_t x) const {
    const std::int32_t h = high(x);
    return (h + (h >> 31)) >> bits;
  }
};

/// a + b with these signs, where a's shift is below 0, and with kBoth also b's.
template <bool kBoth, int kSignA, int kSignB>
[[gnu::noinline]] void add(const Binary& p, const Term& of_a, const Term& of_b, const std::int8_t* a,
                           const std::int8_t* b, std::int8_t* y, std::uint32_t count) {
  const Term first = of_a, second = of_b, of_sum(0, p.output_multiplier, p.output_shift);
  const std::int32_t unit = 1 << p.left_shift, offset = 2 * p.output_zero_point + 1;
#pragma GCC unroll 2
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::int32_t x = (first.doubled(a[i] * unit) + 1) >> 1;
    const std::int32_t z = kBoth ? (second.doubled(b[i] * unit) + 1) >> 1 : second.high(b[i] * unit);
    const std::int32_t sum = kSignA * x + kSignB * z;
    y[i] = static_cast<std::int8_t>(half_as_int8(saturating_sum(of_sum.doubled(sum), offset)));
  }
}

bool is_large(std::int32_t multiplier) { return multiplier >= 1 << 30; }

/// Whether add() computes a layer, perhaps with a and b in turn.
bool is_usual(const Layer& layer, const Binary& p) {
  const Shape to = layer.output_shape(0);
  return layer.input_shape(0) == to && layer.input_shape(1) == to && is_large(p.a_multiplier) &&
         is_large(p.b_multiplier) && is_large(p.output_multiplier) && p.a_shift <= 0 && p.b_shift <= 0 &&
         (p.a_shift | p.b_shift) < 0 && p.output_shift < 0;
}

template <int kSign>
Status run(const Layer& layer, const Binary& p) {
  const std::int32_t unit = 1 << p.left_shift;
  const Term of_a(p.a_zero_point * unit, p.a_multiplier, p.a_shift),
      of_b(p.b_zero_point * unit, p.b_multiplier, p.b_shift);
  const std::int8_t *const a = layer.input<std::int8_t>(0), *const b = layer.input<std::int8_t>(1);
  std::int8_t* const y = layer.output<std::int8_t>(0);
  const std::uint32_t count = layer.output_shape(0).size();
  if (p.a_shift == 0) add<false, kSign, 1>(p, of_b, of_a, b, a, y, count);
  else if (p.b_shift == 0) add<false, 1, kSign>(p, of_a, of_b, a, b, y, count);
  else add<true, 1, kSign>(p, of_a, of_b, a, b, y, count);
  clamp_outputs(p, y, count);
  return Status::ok;
}

}  // namespace

Status add_i8(const Layer& layer) {
  const auto& p = layer.parameters<Binary>();
  return is_usual(layer, p) ? run<1>(layer, p) : reference::add_i8(layer);
}

Status subtract_i8(const Layer& layer) {
  const auto& p = layer.parameters<Binary>();
  return is_usual(layer, p) ? run<-1>(layer, p) : reference::subtract_i8(layer);
}

}  // namespace nacre::dsp
