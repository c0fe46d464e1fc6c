#pragma once

#include <cstdint>

namespace nacre {
namespace {  // each instruction set has its own

/// Sixteen floats, as vector_tile.hpp takes them.
struct Float16 {
  using Type = __m512;
  using Integers __attribute__((vector_size(64))) = std::int32_t;
  static constexpr std::uint32_t kWidth = 16;
  static constexpr unsigned kVectors = 4;  // by 6 rows: 24 of 32 registers
  static constexpr unsigned kRowsOfOne = 16;  // by one vector, as each number of x is loaded for it alone

  static Type load(const float* at) { return _mm512_loadu_ps(at); }
  static void store(float* at, Type x) { _mm512_storeu_ps(at, x); }
  static Type load_first(const float* at, std::uint32_t count) { return _mm512_maskz_loadu_ps(mask(count), at); }
  static void store_first(float* at, Type x, std::uint32_t count) { _mm512_mask_storeu_ps(at, mask(count), x); }
  static Type in_register(Type x) {
    asm("" : "+v"(x));
    return x;
  }
  static Type broadcast(float x) { return _mm512_set1_ps(x); }
  static Type sqrt(Type x) { return _mm512_sqrt_ps(x); }
  static Type fma(Type a, Type b, Type c) { return _mm512_fmadd_ps(a, b, c); }
  static Type smaller(Type a, Type b) { return _mm512_min_ps(a, b); }
  static Type clamp(Type x, Type minimum, Type maximum) {
    return _mm512_max_ps(minimum, _mm512_min_ps(maximum, x));  // of a NaN, or of two zeros, the second operand
  }
  /// The largest element; NaN where there is one.
  static float largest(Type x) {
    const bool has_nan = _mm512_cmp_ps_mask(x, x, _CMP_UNORD_Q) != 0;
    return has_nan ? __builtin_nanf("") : _mm512_reduce_max_ps(x);
  }

 private:
  static __mmask16 mask(std::uint32_t count) { return static_cast<__mmask16>((1u << count) - 1); }
};

}  // namespace
}  // namespace nacre
