#pragma once

#include <cstdint>

#include "runtime/kernels/dsp/simd.hpp"
#include "runtime/kernels/quantized.hpp"

namespace nacre::dsp {

/// Multiplier and shift of an output channel where they are usual: a multiplier of at least 2^30 and a shift below 0.
/// Converters write no others, except where the output is coarser than the input.
///
/// Let m be the multiplier and r = -shift. The reference computes h = floor((sum m + 2^30) / 2^31), then h / 2^r
/// rounded half away from zero. With twice = 2 m - 2^32, h = sum + floor((sum twice + 2^31) / 2^32): one instruction.
/// With t = floor((h - (h < 0)) / 2^(r - 1)), the quotient is floor((t + 1) / 2); what is to be added to it, times 2,
/// is added to t.
struct Factors {
  std::int32_t twice, bits;  ///< bits: r - 1

  constexpr Factors(std::int32_t twice_less, std::int32_t bits_less) : twice(twice_less), bits(bits_less) {}
  explicit Factors(const std::int32_t* rescale)
      : twice(static_cast<std::int32_t>(static_cast<std::uint32_t>(rescale[0]) << 1)), bits(~rescale[1]) {}

  /// The sum, rescaled, plus the zero point of which `offset` is 2 zero_point + 1, within the bounds of int8: what
  /// rescale_to_int8() gives, in five instructions.
  std::int8_t rescaled(std::uint32_t sum, std::int32_t offset) const {
    const auto x = static_cast<std::int32_t>(sum);
    const std::int32_t high = add_upper_product(x, twice, x);
    return static_cast<std::int8_t>(half_as_int8(saturating_sum((high + (high >> 31)) >> bits, offset)));
  }
};

/// Whether the pairs of multiplier and shift are usual.
inline bool are_usual(const std::int32_t* rescale, std::uint32_t pairs) {
  std::int32_t all = -1;
  for (; pairs > 0; --pairs, rescale += 2)
    all &= static_cast<std::int32_t>(static_cast<std::uint32_t>(rescale[0]) << 1) & rescale[1];
  return all < 0;
}

/// A sum rescaled by any pair, as Factors::rescaled does it by a usual one.
[[gnu::noinline]] inline std::int8_t rescaled_any(std::uint32_t sum, const std::int32_t* rescale,
                                                  std::int32_t offset) {
  if (are_usual(rescale, 1)) return Factors(rescale).rescaled(sum, offset);
  return rescale_to_int8(sum, rescale, offset >> 1, INT8_MIN, INT8_MAX);
}

/// Limits what rescaled() gave to a layer's bounds, which most layers do not have.
template <typename Parameters>
void clamp_outputs(const Parameters& p, std::int8_t* y, std::uint32_t count) {
  if (p.output_minimum == INT8_MIN && p.output_maximum == INT8_MAX) return;
  const std::int32_t minimum = p.output_minimum, maximum = p.output_maximum;
  for (const std::int8_t* const end = y + count; y != end; ++y)
    *y = static_cast<std::int8_t>(*y < minimum ? minimum : (*y > maximum ? maximum : *y));
}

}  // namespace nacre::dsp
