#include "runtime/strict_float.hpp"  // first

#include <immintrin.h>

#include "nacre/network.hpp"
#include "runtime/kernels/row_codes.hpp"

#include "runtime/kernels/avx2/begin.hpp"  // the kernels follow

#include "runtime/kernels/avx2/float8.hpp"
#include "runtime/kernels/vector_tile.hpp"

namespace nacre::avx2 {
namespace {

/// nearest_away() of eight numbers, of which a NaN gives 0.
__m256i nearest_away_of(__m256 x) {
  const __m256 number = _mm256_and_ps(x, _mm256_cmp_ps(x, x, _CMP_ORD_Q)), most = _mm256_set1_ps(1024);
  const __m256 limited = _mm256_max_ps(_mm256_min_ps(number, most), _mm256_set1_ps(-1024));
  const __m256i whole = _mm256_cvttps_epi32(limited);
  const __m256 rest = _mm256_sub_ps(limited, _mm256_cvtepi32_ps(whole));
  const __m256 above = _mm256_cmp_ps(rest, _mm256_set1_ps(0.5f), _CMP_GE_OQ);
  const __m256 below = _mm256_cmp_ps(rest, _mm256_set1_ps(-0.5f), _CMP_LE_OQ);
  const __m256i step = _mm256_sub_epi32(_mm256_castps_si256(below), _mm256_castps_si256(above));  // -1 where true
  return _mm256_add_epi32(whole, step);
}

struct RowOfVectors {
  static RowRange range_of(const float* x, std::uint32_t count) {
    __m256 least = _mm256_setzero_ps(), most = least, not_finite = least;
    for_each_vector<Float8>(count, [&](std::uint32_t i, auto part) {
      const __m256 own = part.load(x + i);  // where there are fewer, zeros
      least = _mm256_min_ps(own, least), most = _mm256_max_ps(own, most);  // of a NaN, the second operand
      not_finite = _mm256_or_ps(not_finite, _mm256_sub_ps(own, own));
    });
    alignas(32) float lowest[8], highest[8];
    _mm256_store_ps(lowest, least), _mm256_store_ps(highest, most);
    RowRange range;
    for (unsigned i = 0; i < 8; ++i) {
      range.least = lowest[i] < range.least ? lowest[i] : range.least;
      range.most = highest[i] > range.most ? highest[i] : range.most;
    }
    range.is_finite = _mm256_testz_si256(_mm256_castps_si256(not_finite), _mm256_castps_si256(not_finite)) != 0;
    return range;
  }

  static void quantize(const float* x, std::uint32_t count, const RowCodes& codes, std::int8_t* q) {
    const __m256 inverse = _mm256_set1_ps(codes.inverse);
    const __m256i zero_point = _mm256_set1_epi32(codes.zero_point);
    std::uint32_t i = 0;
    for (; i + 8 <= count; i += 8) {
      const __m256 scaled = _mm256_mul_ps(_mm256_loadu_ps(x + i), inverse);
      const __m256i code = _mm256_add_epi32(nearest_away_of(scaled), zero_point);
      const __m128i words = _mm_packs_epi32(_mm256_castsi256_si128(code), _mm256_extracti128_si256(code, 1));
      const __m128i least = _mm_set1_epi8(static_cast<char>(codes.least));
      const __m128i bytes = _mm_max_epi8(_mm_packs_epi16(words, words), least);
      _mm_storel_epi64(reinterpret_cast<__m128i*>(q + i), bytes);
    }
    for (; i < count; ++i) q[i] = code_of(x[i], codes);
  }
};

}  // namespace

Status quantize_rows_f32(const Layer& layer) { return quantize_each_row<RowOfVectors>(layer); }

}  // namespace nacre::avx2

#include "runtime/kernels/avx2/end.hpp"
