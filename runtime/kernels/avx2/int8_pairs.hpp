#pragma once

#include <cstddef>
#include <cstdint>

#include "runtime/kernels/vector_tile.hpp"

namespace nacre {
namespace {  // each instruction set has its own

// Products of bytes as pairs of int16, which one instruction multiplies and adds up, exactly: rows of x, widened, by up
// to sixteen outputs, whose weights are packed where several rows share them. Each pair of x is broadcast.

constexpr std::uint32_t kLongestRow = 640;
constexpr std::uint32_t kFewestRows = 6;  ///< for which it pays to pack weights

inline __m128i load_bytes(const std::int8_t* at) { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(at)); }

inline __m128i load_eight_bytes(const std::int8_t* at) {
  return _mm_loadl_epi64(reinterpret_cast<const __m128i*>(at));
}

/// `count` bytes, at most sixteen; the others are 0.
inline __m128i load_first_bytes(const std::int8_t* at, std::uint32_t count) {
  std::int8_t all[16] = {};
  __builtin_memcpy(all, at, count);
  return load_bytes(all);
}

/// Rows of x, as int16.
template <unsigned kRows>
struct WideRows {
  /// Rows of `size` elements, with a 0 behind them: the other of the last pair.
  explicit WideRows(std::uint32_t size) {
    for (auto& row : elements) row[size] = 0;
  }

  alignas(32) std::int16_t elements[kRows][kLongestRow + 16];
};

/// Widens `count` bytes. Where they fill no vector, some are widened twice: nothing else is read or written.
inline void widen(std::int16_t* to, const std::int8_t* from, std::uint32_t count) {
  const auto sixteen = [&](std::uint32_t d) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to + d), _mm256_cvtepi8_epi16(load_bytes(from + d)));
  };
  const auto eight = [&](std::uint32_t d) {
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to + d), _mm_cvtepi8_epi16(load_eight_bytes(from + d)));
  };
  std::uint32_t d = 0;
  for (; d + 16 <= count; d += 16) sixteen(d);
  if (d == count) return;
  if (count >= 16) return sixteen(count - 16);
  if (count < 8) {
    for (; d < count; ++d) to[d] = from[d];
    return;
  }
  eight(0);
  eight(count - 8);
}

inline void fill(std::int16_t* to, std::int32_t element, std::uint32_t count) {
  for (std::uint32_t d = 0; d < count; ++d) to[d] = static_cast<std::int16_t>(element);
}

/// Weights of up to 8 * kVectors outputs: of each vector's eight, pair beside pair.
template <unsigned kVectors>
struct PairedWeights {
  static constexpr unsigned kCount = kVectors;

  /// From `size` weights each of `count` rows that are `step` apart; all may be read up to `end`.
  void pack_rows(const std::int8_t* weights, std::uint32_t size, std::size_t step, std::uint32_t count,
                 const std::int8_t* end) {
    for (unsigned v = 0; v < kVectors; ++v)
      for (std::uint32_t d = 0; d < size; d += 16) {
        __m256i rows[8];
#pragma GCC unroll 8
        for (unsigned u = 0; u < 8; ++u) {
          const std::uint32_t row = 8 * v + u;
          rows[u] = row < count ? load_row(weights + row * step + d, size - d, end) : _mm256_setzero_si256();
        }
        transpose(rows);
#pragma GCC unroll 8
        for (unsigned p = 0; p < 8; ++p) pairs[d / 2 + p][v] = rows[p];
      }
  }

  /// From `size` rows of a matrix that are `step` apart, of which each has `count` weights.
  void pack_columns(const std::int8_t* weights, std::uint32_t size, std::size_t step, std::uint32_t count) {
    const auto load = [&](std::uint32_t row) {
      if (row >= size) return _mm_setzero_si128();
      const std::int8_t* const at = weights + row * step;
      return count == 16 ? load_bytes(at) : load_first_bytes(at, count);
    };
    for (std::uint32_t d = 0; d < size; d += 2) {
      const __m128i even = load(d), odd = load(d + 1);
      pairs[d / 2][0] = _mm256_cvtepi8_epi16(_mm_unpacklo_epi8(even, odd));
      if constexpr (kVectors > 1) pairs[d / 2][1] = _mm256_cvtepi8_epi16(_mm_unpackhi_epi8(even, odd));
    }
  }

  __m256i pairs[kLongestRow / 2][kVectors];

 private:
  /// Sixteen weights, or those that are left of a row, and zeros.
  static __m256i load_row(const std::int8_t* at, std::uint32_t left, const std::int8_t* end) {
    const __m128i places = _mm_setr_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    const __m128i is_own = _mm_cmpgt_epi8(_mm_set1_epi8(static_cast<char>(left < 16 ? left : 16)), places);
    const __m128i bytes = end - at >= 16 ? load_bytes(at) : load_first_bytes(at, left < 16 ? left : 16);
    return _mm256_cvtepi8_epi16(_mm_and_si128(bytes, is_own));
  }
  /// Eight by eight pairs: rows become columns.
  static void transpose(__m256i (&rows)[8]) {
    __m256i two[8], four[8];
#pragma GCC unroll 4
    for (unsigned i = 0; i < 8; i += 2) {
      two[i] = _mm256_unpacklo_epi32(rows[i], rows[i + 1]), two[i + 1] = _mm256_unpackhi_epi32(rows[i], rows[i + 1]);
    }
#pragma GCC unroll 2
    for (unsigned i = 0; i < 8; i += 4)
#pragma GCC unroll 2
      for (unsigned k = 0; k < 2; ++k) {
        four[i + 2 * k] = _mm256_unpacklo_epi64(two[i + k], two[i + k + 2]);
        four[i + 2 * k + 1] = _mm256_unpackhi_epi64(two[i + k], two[i + k + 2]);
      }
#pragma GCC unroll 4
    for (unsigned i = 0; i < 4; ++i) {
      rows[i] = _mm256_permute2x128_si256(four[i], four[i + 4], 0x20);
      rows[i + 4] = _mm256_permute2x128_si256(four[i], four[i + 4], 0x31);
    }
  }
};

/// Rows of x by the outputs of `block`, which has what its sums start from and stores them: those of the first row at
/// `place`, of others a `step` behind.
template <unsigned kRows, unsigned kVectors, unsigned kMost, typename Block>
[[gnu::noinline]] void multiply_rows(const WideRows<kMost>& x, const PairedWeights<kVectors>& weights,
                                     std::uint32_t pairs, const Block& block, std::size_t place, std::size_t step) {
  __m256i sums[kRows][kVectors];
#pragma GCC unroll 16
  for (unsigned r = 0; r < kRows; ++r)
#pragma GCC unroll 2
    for (unsigned v = 0; v < kVectors; ++v) sums[r][v] = block.start[v];
  for (std::uint32_t p = 0; p < pairs; ++p) {
    __m256i w[kVectors];
#pragma GCC unroll 2
    for (unsigned v = 0; v < kVectors; ++v) w[v] = weights.pairs[p][v];
#pragma GCC unroll 16
    for (unsigned r = 0; r < kRows; ++r) {
      std::int32_t pair;
      __builtin_memcpy(&pair, &x.elements[r][2 * p], sizeof pair);
      const __m256i factor = _mm256_set1_epi32(pair);
#pragma GCC unroll 2
      for (unsigned v = 0; v < kVectors; ++v)
        sums[r][v] = _mm256_add_epi32(sums[r][v], _mm256_madd_epi16(factor, w[v]));
    }
  }
#pragma GCC unroll 16
  for (unsigned r = 0; r < kRows; ++r) block.store(place + r * step, sums[r]);
}

/// Widens rows that lie one after the other.
struct NextRow {
  const std::int8_t* x;
  std::uint32_t depth;
  void operator()(std::int16_t* to) { widen(to, x, depth), x += depth; }
};

/// All rows of x, which `next(to)` widens one after the other; `step` outputs lie from one row to the next.
template <unsigned kVectors, typename Next, typename Block>
inline void multiply_all_rows(std::uint32_t rows, std::uint32_t size, const PairedWeights<kVectors>& weights, Next next,
                              std::size_t step, const Block& block) {
  constexpr unsigned kMostRows = 6;  // by two vectors: 12 of 16 registers
  WideRows<kMostRows> x(size);
  for_each_block<kMostRows>(rows, [&](auto count, std::uint32_t first) {
    for (unsigned r = 0; r < decltype(count)::kCount; ++r) next(x.elements[r]);
    multiply_rows<decltype(count)::kCount>(x, weights, (size + 1) / 2, block, first * step, step);
  });
}

}  // namespace
}  // namespace nacre
