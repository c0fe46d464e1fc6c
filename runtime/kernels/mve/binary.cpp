#include "runtime/strict_float.hpp"  // first

#include "nacre/network.hpp"
#include "runtime/kernels/reference.hpp"
#if defined(__ARM_FEATURE_MVE)
#include <arm_mve.h>

#include "runtime/kernels/quantized.hpp"
#endif

namespace nacre::mve {

#if defined(__ARM_FEATURE_MVE)

namespace {

using parameters::Binary;

/// One input of a sum, or the sum: x -> (x - zero_point) * 2^left_shift * multiplier * 2^shift, shift at most 0.
struct Term {
  std::int32_t minus_zero_point, multiplier, shift;  ///< minus_zero_point: times 2^left_shift

  /// x, which has the scale already, rescaled: kDivides says whether the shift is below 0, kRoundsAway whether halves
  /// of negative numbers are to go away from zero.
  template <bool kDivides, bool kRoundsAway = true>
  int32x4_t scaled(int32x4_t x) const {
    const int32x4_t high = vqrdmulhq_n_s32(x, multiplier);
    if (!kDivides) return high;
    return vrshlq_n_s32(kRoundsAway ? vaddq_s32(high, vshrq_n_s32(high, 31)) : high, shift);
  }
};

/// a + b with these signs, where a's shift is below 0, and with kBoth also b's. By fours; what is left, under a
/// predicate. Without kRoundsAway sums are rounded as is simpler: where negative ones are clamped to -128 anyway.
template <bool kBoth, int kSignA, int kSignB, bool kRoundsAway>
[[gnu::noinline]] void add(const Binary& p, const Term& of_a, const Term& of_b, const std::int8_t* a,
                           const std::int8_t* b, std::int8_t* y, std::uint32_t count) {
  const Term first = of_a, second = of_b, of_sum{0, p.output_multiplier, p.output_shift};
  const std::int32_t zero_point = p.output_zero_point;
  const int32x4_t units = vdupq_n_s32(1 << p.left_shift);
  const int32x4_t minimum = vdupq_n_s32(p.output_minimum), maximum = vdupq_n_s32(p.output_maximum);
  const auto sum = [&](int32x4_t x, int32x4_t z) {
    x = first.scaled<true>(vmlasq_n_s32(x, units, first.minus_zero_point));
    z = second.scaled<kBoth>(vmlasq_n_s32(z, units, second.minus_zero_point));
    const int32x4_t both = kSignA < 0 ? vsubq_s32(z, x) : (kSignB < 0 ? vsubq_s32(x, z) : vaddq_s32(x, z));
    const int32x4_t scaled = of_sum.scaled<true, kRoundsAway>(both);
    return vminq_s32(vmaxq_s32(vaddq_n_s32(scaled, zero_point), minimum), maximum);
  };
#pragma GCC unroll 4
  for (std::uint32_t fours = count / 4; fours > 0; --fours, a += 4, b += 4, y += 4)
    vstrbq_s32(y, sum(vldrbq_s32(a), vldrbq_s32(b)));
  const mve_pred16_t some = vctp32q(count % 4);
  vstrbq_p_s32(y, sum(vldrbq_z_s32(a, some), vldrbq_z_s32(b, some)), some);
}

/// Whether add() computes a layer, perhaps with a and b in turn.
bool is_usual(const Layer& layer, const Binary& p) {
  const Shape to = layer.output_shape(0);
  return layer.input_shape(0) == to && layer.input_shape(1) == to && p.a_shift <= 0 && p.b_shift <= 0 &&
         (p.a_shift | p.b_shift) < 0 && p.output_shift < 0;
}

template <int kSign>
Status run(const Layer& layer, const Binary& p) {
  const std::int32_t unit = 1 << p.left_shift;
  const Term of_a{-p.a_zero_point * unit, p.a_multiplier, p.a_shift};
  const Term of_b{-p.b_zero_point * unit, p.b_multiplier, p.b_shift};
  const std::int8_t *const a = layer.input<std::int8_t>(0), *const b = layer.input<std::int8_t>(1);
  std::int8_t* const y = layer.output<std::int8_t>(0);
  const std::uint32_t count = layer.output_shape(0).size();
  const bool rounds_away = p.output_zero_point != INT8_MIN;
  if (p.a_shift == 0) add<false, kSign, 1, true>(p, of_b, of_a, b, a, y, count);
  else if (p.b_shift == 0 && rounds_away) add<false, 1, kSign, true>(p, of_a, of_b, a, b, y, count);
  else if (p.b_shift == 0) add<false, 1, kSign, false>(p, of_a, of_b, a, b, y, count);
  else if (rounds_away) add<true, 1, kSign, true>(p, of_a, of_b, a, b, y, count);
  else add<true, 1, kSign, false>(p, of_a, of_b, a, b, y, count);
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

#else

Status add_i8(const Layer& layer) { return reference::add_i8(layer); }
Status subtract_i8(const Layer& layer) { return reference::subtract_i8(layer); }

#endif

}  // namespace nacre::mve
