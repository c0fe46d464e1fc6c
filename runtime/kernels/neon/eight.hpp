#pragma once

#include <arm_neon.h>

#include <cstdint>

#include "runtime/kernels/int8_range.hpp"

namespace nacre {
namespace {  // each instruction set has its own

/// Eight sums of int32, which are rescaled to int8 together.
struct Eight {
  struct Sums {
    int32x4_t low, high;
  };
  using Bytes = int8x8_t;
  using Factors = int16x8_t;  ///< eight of int8, widened to be multiplied

  /// Multipliers and shifts, as multiply_by_quantized_multiplier() takes them: those to the right are negative.
  struct Rescale {
    Sums multiplier, left, right;

    /// From pairs of both, `count` of them; the others are 0.
    static Rescale load(const std::int32_t* pairs, std::uint32_t count) {
      std::int32_t all[16] = {};
      if (count < 8) {
        for (std::uint32_t i = 0; i < 2 * count; ++i) all[i] = pairs[i];
        pairs = all;
      }
      const int32x4x2_t low = vld2q_s32(pairs), high = vld2q_s32(pairs + 8);
      return of({low.val[0], high.val[0]}, {low.val[1], high.val[1]});
    }
    static Rescale broadcast(std::int32_t multiplier, std::int32_t shift) {
      return of(Eight::broadcast(multiplier), Eight::broadcast(shift));
    }
    /// Of `count`, at most four, twice.
    static Rescale load_four_twice(const std::int32_t* pairs, std::uint32_t count) {
      std::int32_t all[8] = {};
      if (count < 4) {
        for (std::uint32_t i = 0; i < 2 * count; ++i) all[i] = pairs[i];
        pairs = all;
      }
      const int32x4x2_t four = vld2q_s32(pairs);
      return of({four.val[0], four.val[0]}, {four.val[1], four.val[1]});
    }

   private:
    static Rescale of(Sums multiplier, Sums shift) {
      const int32x4_t zero = vdupq_n_s32(0);
      return {multiplier, {vmaxq_s32(shift.low, zero), vmaxq_s32(shift.high, zero)},
              {vminq_s32(shift.low, zero), vminq_s32(shift.high, zero)}};
    }
  };

  static Sums broadcast(std::int32_t x) { return {vdupq_n_s32(x), vdupq_n_s32(x)}; }
  /// `count` int32, at most eight; the others are 0.
  static Sums load_first(const std::int32_t* at, std::uint32_t count) {
    std::int32_t all[8] = {};
    if (count < 8) {
      for (std::uint32_t i = 0; i < count; ++i) all[i] = at[i];
      at = all;
    }
    return {vld1q_s32(at), vld1q_s32(at + 4)};
  }
  /// `count` int32, at most four, twice.
  static Sums load_four_twice(const std::int32_t* at, std::uint32_t count) {
    const int32x4_t four = count == 4 ? vld1q_s32(at) : load_first(at, count).low;
    return {four, four};
  }
  /// `count` int8, at most eight, as int32; the others are 0.
  static Sums widen_first(const std::int8_t* at, std::uint32_t count) {
    const int16x8_t x = load_x(at, count);
    return {vmovl_s16(vget_low_s16(x)), vmovl_high_s16(x)};
  }
  static Sums add(Sums a, Sums b) { return {vaddq_s32(a.low, b.low), vaddq_s32(a.high, b.high)}; }
  static Sums subtract(Sums a, Sums b) { return {vsubq_s32(a.low, b.low), vsubq_s32(a.high, b.high)}; }
  static Sums shift_left(Sums x, int bits) { return shifted(x, broadcast(bits)); }

  static Factors load_x(const std::int8_t* at, std::uint32_t count) {
    if (count == 8) return vmovl_s8(vld1_s8(at));
    std::int8_t all[8] = {};
    for (std::uint32_t i = 0; i < count; ++i) all[i] = at[i];
    return vmovl_s8(vld1_s8(all));
  }
  static Factors broadcast_x(std::int32_t x) { return vdupq_n_s16(static_cast<std::int16_t>(x)); }
  static Factors load_w(const std::int8_t* at, std::uint32_t count) { return load_x(at, count); }
  static Sums add_products(Sums sums, Factors x, Factors w) {
    return {vmlal_s16(sums.low, vget_low_s16(x), vget_low_s16(w)), vmlal_high_s16(sums.high, x, w)};
  }

  /// multiply_by_quantized_multiplier() of eight numbers.
  static Sums rescaled(Sums sums, const Rescale& rescale) {
    const Sums x = shifted(sums, rescale.left);
    return {divided(vqrdmulhq_s32(x.low, rescale.multiplier.low), rescale.right.low),
            divided(vqrdmulhq_s32(x.high, rescale.multiplier.high), rescale.right.high)};
  }
  /// rescale_to_int8() of eight sums.
  static Bytes rescale_to_int8(Sums sums, const Rescale& rescale, const Int8Range& range) {
    const Sums y = add(rescaled(sums, rescale), broadcast(range.zero_point));
    const int32x4_t minimum = vdupq_n_s32(range.minimum), maximum = vdupq_n_s32(range.maximum);
    const int32x4_t low = vminq_s32(vmaxq_s32(y.low, minimum), maximum);
    const int32x4_t high = vminq_s32(vmaxq_s32(y.high, minimum), maximum);
    return vmovn_s16(vmovn_high_s32(vmovn_s32(low), high));
  }
  static Bytes second_half(Bytes bytes) { return vext_s8(bytes, bytes, 4); }
  /// The first `count` bytes, at most eight.
  static void store_first(std::int8_t* at, Bytes bytes, std::uint32_t count) {
    const std::uint64_t all = vget_lane_u64(vreinterpret_u64_s8(bytes), 0);
    if (count == 8) __builtin_memcpy(at, &all, 8);
    else if (count == 4) __builtin_memcpy(at, &all, 4);
    else for (std::uint32_t i = 0; i < count; ++i) at[i] = static_cast<std::int8_t>(all >> 8 * i);
  }

 private:
  static Sums shifted(Sums x, Sums bits) { return {vshlq_s32(x.low, bits.low), vshlq_s32(x.high, bits.high)}; }
  /// x / 2^-right, rounded half away from zero: the processor rounds half upwards, so what is negative is one less.
  static int32x4_t divided(int32x4_t x, int32x4_t right) {
    return vrshlq_s32(vqaddq_s32(x, vshrq_n_s32(vandq_s32(x, right), 31)), right);
  }
};

/// `count` int8, fewer than sixteen; the others are 0.
inline int8x16_t load_first_of_16(const std::int8_t* at, std::uint32_t count) {
  std::int8_t all[16] = {}, *to = all;
  if ((count & 8) != 0) __builtin_memcpy(to, at, 8), to += 8, at += 8;
  if ((count & 4) != 0) __builtin_memcpy(to, at, 4), to += 4, at += 4;
  if ((count & 2) != 0) __builtin_memcpy(to, at, 2), to += 2, at += 2;
  if ((count & 1) != 0) *to = *at;
  return vld1q_s8(all);
}

/// What lanes hold of eight sums, added up.
inline Eight::Sums sums_of_eight(const int32x4_t (&of)[8]) {
  const auto four = [&](unsigned i) {
    return vpaddq_s32(vpaddq_s32(of[i], of[i + 1]), vpaddq_s32(of[i + 2], of[i + 3]));
  };
  return {four(0), four(4)};
}

}  // namespace
}  // namespace nacre
