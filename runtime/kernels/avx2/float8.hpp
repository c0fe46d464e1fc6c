#pragma once

#include <cstdint>

namespace nacre {
namespace {  // each instruction set has its own

/// Eight floats, as vector_tile.hpp takes them.
struct Float8 {
  using Type = __m256;
  using Integers __attribute__((vector_size(32))) = std::int32_t;
  static constexpr std::uint32_t kWidth = 8;
  static constexpr unsigned kVectors = 2;  // by 6 rows: 12 of 16 registers
  static constexpr unsigned kRowsOfOne = 12;  // by one vector

  static Type load(const float* at) { return _mm256_loadu_ps(at); }
  static void store(float* at, Type x) { _mm256_storeu_ps(at, x); }
  static Type load_first(const float* at, std::uint32_t count) { return _mm256_maskload_ps(at, mask(count)); }
  static void store_first(float* at, Type x, std::uint32_t count) { _mm256_maskstore_ps(at, mask(count), x); }
  static Type in_register(Type x) {
    asm("" : "+x"(x));
    return x;
  }
  static Type broadcast(float x) { return _mm256_set1_ps(x); }
  static Type sqrt(Type x) { return _mm256_sqrt_ps(x); }
  static Type fma(Type a, Type b, Type c) { return _mm256_fmadd_ps(a, b, c); }
  static Type smaller(Type a, Type b) { return _mm256_min_ps(a, b); }
  static Type clamp(Type x, Type minimum, Type maximum) {
    return _mm256_max_ps(minimum, _mm256_min_ps(maximum, x));  // of a NaN, or of two zeros, the second operand
  }
  /// The largest element; NaN where there is one.
  static float largest(Type x) {
    if (_mm256_movemask_ps(_mm256_cmp_ps(x, x, _CMP_UNORD_Q)) != 0) return __builtin_nanf("");
    const __m128 fours = _mm_max_ps(_mm256_castps256_ps128(x), _mm256_extractf128_ps(x, 1));
    const __m128 pairs = _mm_max_ps(fours, _mm_movehl_ps(fours, fours));
    return _mm_cvtss_f32(_mm_max_ss(pairs, _mm_movehdup_ps(pairs)));
  }

 private:
  static __m256i mask(std::uint32_t count) {
    const __m256i places = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    return _mm256_cmpgt_epi32(_mm256_set1_epi32(static_cast<int>(count)), places);
  }
};

}  // namespace
}  // namespace nacre
