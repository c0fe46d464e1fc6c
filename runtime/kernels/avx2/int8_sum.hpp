#pragma once

#include <cstdint>

#include "nacre/network.hpp"
#include "runtime/kernels/avx2/rescale.hpp"

namespace nacre {
namespace {  // each instruction set has its own

/// The sum of two tensors of one shape, or their difference.
template <bool is_difference>
void add_elements(const Layer& layer) {
  const auto& p = layer.parameters<parameters::Binary>();
  const std::int8_t *a = layer.input<std::int8_t>(0), *b = layer.input<std::int8_t>(1);
  std::int8_t* y = layer.output<std::int8_t>(0);
  const Rescale8 of_a = Rescale8::broadcast(p.a_multiplier, p.a_shift);
  const Rescale8 of_b = Rescale8::broadcast(p.b_multiplier, p.b_shift);
  const Rescale8 of_y = Rescale8::broadcast(p.output_multiplier, p.output_shift);
  const Int8Range range{p.output_zero_point, p.output_minimum, p.output_maximum};
  std::uint32_t count;
  const auto scaled = [&](const std::int8_t* at, std::int32_t zero_point, const Rescale8& rescale) {
    const __m256i x = _mm256_sub_epi32(widen_first_of_8(at, count), _mm256_set1_epi32(zero_point));
    return rescaled(_mm256_slli_epi32(x, p.left_shift), rescale);
  };
  for (std::uint32_t left = layer.output_shape(0).size(); left > 0; left -= count) {
    count = left < 8 ? left : 8;
    const __m256i x = scaled(a, p.a_zero_point, of_a), z = scaled(b, p.b_zero_point, of_b);
    const __m256i sum = is_difference ? _mm256_sub_epi32(x, z) : _mm256_add_epi32(x, z);
    store_first(y, rescale_to_int8(sum, of_y, range), count);
    a += count, b += count, y += count;
  }
}

inline bool has_one_shape(const Layer& layer) {
  return layer.input_shape(0) == layer.output_shape(0) && layer.input_shape(1) == layer.output_shape(0);
}

}  // namespace
}  // namespace nacre
