#pragma once

#include <cstddef>
#include <cstdint>

#include "runtime/kernels/avx2/rescale.hpp"

namespace nacre {
namespace {  // each instruction set has its own

/// Elements of int8 for sums of products, 16 at a time, widened to int16: exact whatever they are.
struct Int8x16 {
  using Type = __m256i;
  static constexpr std::uint32_t kWidth = 16;
  static constexpr bool kReadsWeightsAhead = true;  ///< what lies behind the last weight is multiplied by 0

  static Type load(const std::int8_t* at) {
    return _mm256_cvtepi8_epi16(_mm_loadu_si128(reinterpret_cast<const __m128i*>(at)));
  }
  static Type load_first(const std::int8_t* at, std::uint32_t count) {
    std::int8_t all[kWidth] = {};
    __builtin_memcpy(all, at, count);
    return load(all);
  }
  static Type load_x(const std::int8_t* at) { return load(at); }
  static Type load_first_x(const std::int8_t* at, std::uint32_t count) { return load_first(at, count); }
  static Type load_w(const std::int8_t* at) { return load(at); }
  static Type load_first_w(const std::int8_t* at, std::uint32_t count) { return load_first(at, count); }
  static Type add_products(Type x, Type w, Type sums) { return _mm256_add_epi32(sums, _mm256_madd_epi16(x, w)); }
  /// The sum of what all lanes hold is that of the eight.
  static __m256i in_eight(Type sums) { return sums; }
};

/// Sums of products of kRows rows of x by kUnits rows of weights. Eight of them are rescaled at a time: those of a
/// row by eight rows of weights, or those of two rows by four.
template <typename Elements, unsigned kRows, unsigned kUnits>
class Int8Tile {
 public:
  using Type = typename Elements::Type;
  static_assert((kRows == 1 && kUnits == 8) || (kRows % 2 == 0 && kUnits == 4), "as sums_of() takes them");

  Int8Tile() {
#pragma GCC unroll 16
    for (unsigned r = 0; r < kRows; ++r)
#pragma GCC unroll 16
      for (unsigned u = 0; u < kUnits; ++u) sums_[r][u] = Type{};
  }

  /// Adds x[r][…] * w[u][…] over `length` elements. Weights may be read up to `w_end`, and x up to the next multiple of
  /// 64 where it `is_padded` by zeros.
  template <bool is_padded = false>
  void add(const std::int8_t* const (&x)[kRows], const std::int8_t* const (&w)[kUnits], std::uint32_t length,
           const std::int8_t* w_end) {
    std::uint32_t d = 0;
    for (; d + Elements::kWidth <= length; d += Elements::kWidth)
      step([&](const std::int8_t* at) { return Elements::load_x(at + d); }, x, w,
           [&](const std::int8_t* at) { return Elements::load_w(at + d); });
    const std::uint32_t left = length - d;
    if (left == 0) return;
    step([&](const std::int8_t* at) {
           return is_padded ? Elements::load_x(at + d) : Elements::load_first_x(at + d, left);
         }, x, w,
         [&](const std::int8_t* at) {
           const bool is_whole = Elements::kReadsWeightsAhead &&
                                 w_end - (at + d) >= static_cast<std::ptrdiff_t>(Elements::kWidth);
           return is_whole ? Elements::load_w(at + d) : Elements::load_first_w(at + d, left);
         });
  }

  /// Eight sums: of row r by eight rows of weights, or of rows r and r + 1 by four.
  __m256i sums_of(unsigned r) const {
    const auto four = [&](unsigned row, unsigned unit) {
      const __m256i a = Elements::in_eight(sums_[row][unit]), b = Elements::in_eight(sums_[row][unit + 1]);
      const __m256i c = Elements::in_eight(sums_[row][unit + 2]), d = Elements::in_eight(sums_[row][unit + 3]);
      return _mm256_hadd_epi32(_mm256_hadd_epi32(a, b), _mm256_hadd_epi32(c, d));  // in two halves each
    };
    const __m256i low = four(r, 0), high = kRows == 1 ? four(r, 4) : four(r + 1, 0);
    return _mm256_add_epi32(_mm256_permute2x128_si256(low, high, 0x20), _mm256_permute2x128_si256(low, high, 0x31));
  }

 private:
  template <typename LoadX, typename LoadW>
  void step(LoadX load_x, const std::int8_t* const (&x)[kRows], const std::int8_t* const (&w)[kUnits], LoadW load_w) {
    Type factors[kRows];
#pragma GCC unroll 16
    for (unsigned r = 0; r < kRows; ++r) factors[r] = load_x(x[r]);
#pragma GCC unroll 16
    for (unsigned u = 0; u < kUnits; ++u) {
      const Type row = load_w(w[u]);
#pragma GCC unroll 16
      for (unsigned r = 0; r < kRows; ++r) sums_[r][u] = Elements::add_products(factors[r], row, sums_[r][u]);
    }
  }

  Type sums_[kRows][kUnits];
};

}  // namespace
}  // namespace nacre
