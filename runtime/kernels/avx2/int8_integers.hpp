#pragma once

#include <cstddef>
#include <cstdint>

#include "runtime/kernels/avx2/int8_pairs.hpp"
#include "runtime/kernels/avx2/int8x16.hpp"

namespace nacre {
namespace {  // each instruction set has its own

// Products of bytes whose sums are the outputs.

/// Up to 8 * kVectors outputs of int32.
template <unsigned kVectors>
struct IntegerBlock {
  void store(std::size_t place, const __m256i (&sums)[kVectors]) const {
    for (unsigned v = 0; v < kVectors && 8 * v < count; ++v) {
      std::int32_t* const to = y + place + 8 * v;
      const std::uint32_t own = count - 8 * v < 8 ? count - 8 * v : 8;
      const __m256i before = adds ? Eight::load_first(to, own) : _mm256_setzero_si256();
      Eight::store_first_sums(to, _mm256_add_epi32(before, sums[v]), own);
    }
  }

  std::int32_t* y;  ///< the first output of the first row
  std::uint32_t count;
  bool adds;  ///< to what lies there
  __m256i start[kVectors];
};

/// The sums of the first `count` pairs of vector v of some weights.
template <typename Weights>
inline __m256i sum_of_pairs(const Weights& weights, unsigned v, std::uint32_t count) {
  __m256i sum = _mm256_setzero_si256();
  for (std::uint32_t p = 0; p < count; ++p)
    sum = _mm256_add_epi32(sum, _mm256_madd_epi16(weights.pairs[p][v], _mm256_set1_epi16(1)));
  return sum;
}

/// Widens rows one after the other, less the zero point of each, which is an int8.
struct WideRowsLess {
  const std::int8_t* x;
  const std::int32_t* zero_points;  ///< null: 0
  std::uint32_t step, size;

  void operator()(std::int16_t* to) {
    widen(to, x, size), x += step;
    if (zero_points == nullptr) return;
    const auto zero_point = static_cast<std::int16_t>(*zero_points++);
    for (std::uint32_t d = 0; d < size; ++d) to[d] = static_cast<std::int16_t>(to[d] - zero_point);
  }
};

/// x, wide, by eight rows of bytes: `length` is a multiple of sixteen, up to which x has zeros; bytes may be read up to
/// `end`.
inline __m256i products_of_eight(const std::int16_t* x, const std::int8_t* const (&w)[8], std::uint32_t length,
                                 const std::int8_t* end) {
  __m256i sums[8]{};
  for (std::uint32_t d = 0; d < length; d += 16) {
    const __m256i factor = _mm256_load_si256(reinterpret_cast<const __m256i*>(x + d));
#pragma GCC unroll 8
    for (unsigned u = 0; u < 8; ++u) {
      const auto left = static_cast<std::uint64_t>(end - (w[u] + d));
      const __m128i bytes = left >= 16 ? load_bytes(w[u] + d) : load_first_bytes(w[u] + d, static_cast<unsigned>(left));
      sums[u] = _mm256_add_epi32(sums[u], _mm256_madd_epi16(factor, _mm256_cvtepi8_epi16(bytes)));
    }
  }
  return sums_of_eight(sums);
}

}  // namespace
}  // namespace nacre
