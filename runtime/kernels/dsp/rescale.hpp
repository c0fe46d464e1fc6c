#pragma once

#include <cstdint>

#include "nacre/network.hpp"
#include "runtime/kernels/dsp/simd.hpp"
#include "runtime/kernels/quantized.hpp"

namespace nacre::dsp {

/// Multiplier m and shift of an output channel, as the layout has them: 2 m, modulo 2^32, and -1 - shift. Whatever two
/// words a file has, they mean something.
///
/// They are usual where m is at least 2^30 and the shift below 0. Converters write no others, except where the output
/// is coarser than the input. Let r = -shift. The reference computes h = floor((sum m + 2^30) / 2^31), then h / 2^r
/// rounded half away from zero. With twice = 2 m - 2^32, h = sum + floor((sum twice + 2^31) / 2^32): one instruction.
/// With t = floor((h - (h < 0)) / 2^(r - 1)), the quotient is floor((t + 1) / 2); what is to be added to it, times 2,
/// is added to t.
struct Factors {
  std::int32_t twice, bits;  ///< bits: r - 1

  static constexpr Factors of(std::int32_t multiplier, std::int32_t shift) {
    return {static_cast<std::int32_t>(static_cast<std::uint32_t>(multiplier) << 1), ~shift};
  }

  bool are_usual() const { return twice < 0 && static_cast<std::uint32_t>(bits) < 32; }

  /// The sum, rescaled, plus the zero point of which `offset` is 2 zero_point + 1, within the bounds of int8: what
  /// rescale_to_int8() gives, in five instructions. Of usual ones alone.
  std::int8_t rescaled(std::uint32_t sum, std::int32_t offset) const {
    const auto x = static_cast<std::int32_t>(sum);
    const std::int32_t high = add_upper_product(x, twice, x);
    return static_cast<std::int8_t>(half_as_int8(saturating_sum((high + (high >> 31)) >> bits, offset)));
  }

  /// The same of any. A shift beyond -32 … 30 counts as the nearest.
  [[gnu::noinline]] std::int8_t rescaled_anyhow(std::uint32_t sum, std::int32_t offset) const {
    if (are_usual()) return rescaled(sum, offset);
    const std::int32_t shift = bits > 31 ? -32 : (bits < -31 ? 30 : ~bits);
    const std::int32_t pair[] = {static_cast<std::int32_t>(static_cast<std::uint32_t>(twice) >> 1), shift};
    return rescale_to_int8(sum, pair, offset >> 1, INT8_MIN, INT8_MAX);
  }
};

/// Whether all are usual.
inline bool are_usual(const Factors* factors, std::uint32_t count) {
  std::int32_t twice = -1, bits = 0;
  for (const Factors* const end = factors + count; factors != end; ++factors)
    twice &= factors->twice, bits |= factors->bits;
  return Factors{twice, bits}.are_usual();
}

/// Those of the outputs of a layer.
inline const Factors* factors_of(const Layer& layer) {
  return reinterpret_cast<const Factors*>(layer.input<std::int32_t>(3));
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
