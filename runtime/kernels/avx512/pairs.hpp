#pragma once

#include <cstdint>

#include "runtime/kernels/vector_convolution.hpp"

namespace nacre {
namespace {  // each instruction set has its own

// Convolutions of at most eight outputs, as first layers often have: a vector holds those of two neighbours in a line.
// The windows of both lie in one vector of x, from which two numbers at a time are spread over the halves.

/// So many pairs, whose x and sums stay in registers.
constexpr unsigned kMostPairs = 12;

struct PairedImage {
  const ConvolvedImage& image;
  const RegionTaps& taps;
  __mmask8 outputs;   ///< those that there are
  __mmask16 numbers;  ///< of x, that a pair needs

  /// Those of one row of weights, in both halves.
  __m512 twice(const float* at) const {
    return _mm512_castpd_ps(_mm512_broadcast_f64x4(_mm256_castps_pd(_mm256_maskz_loadu_ps(outputs, at))));
  }
};

/// The pairs of a line from its output `first` on; where the line ends before, the last one is computed twice.
template <unsigned kPairs>
[[gnu::noinline]] void convolve_pairs(const PairedImage& of, const Line& line, std::uint32_t first) {
  const RegionTaps& taps = of.taps;
  const auto output = [&](unsigned p) { return first + 2 * p + 2 > line.count ? line.count - 2 : first + 2 * p; };
  const float* from[kPairs];
  __m512 sums[kPairs], x[kPairs];
  const __m512 bias = of.twice(of.image.bias);
#pragma GCC unroll 16
  for (unsigned p = 0; p < kPairs; ++p) {
    from[p] = of.image.x + (line.from + taps.from + static_cast<std::int64_t>(output(p) * line.from_step));
    sums[p] = bias;
  }
  const __m512i one = _mm512_set1_epi32(1);
  const __m512i start = _mm512_mask_set1_epi32(_mm512_setzero_si512(), 0xff00, static_cast<int>(line.from_step));
  const float* row_w = of.image.weights + taps.from_w;
  for (std::uint32_t h = 0; h < taps.height; ++h, row_w += taps.down_w) {
#pragma GCC unroll 16
    for (unsigned p = 0; p < kPairs; ++p) x[p] = _mm512_maskz_loadu_ps(of.numbers, from[p] + h * taps.down);
    const float* w = row_w;
    __m512i places = start;
    for (std::uint32_t d = 0; d < taps.run; ++d, w += of.image.outputs, places = _mm512_add_epi32(places, one)) {
      const __m512 weights = of.twice(w);
#pragma GCC unroll 16
      for (unsigned p = 0; p < kPairs; ++p)
        sums[p] = _mm512_fmadd_ps(_mm512_permutexvar_ps(places, x[p]), weights, sums[p]);
    }
  }
  const __m512 lowest = _mm512_set1_ps(of.image.minimum), highest = _mm512_set1_ps(of.image.maximum);
#pragma GCC unroll 16
  for (unsigned p = 0; p < kPairs; ++p) {
    const __m512 y = Float16::clamp(sums[p], lowest, highest);
    float* const to = of.image.y + (line.to + output(p) * line.to_step);
    const __m256 second = _mm256_castpd_ps(_mm512_extractf64x4_pd(_mm512_castps_pd(y), 1));
    _mm256_mask_storeu_ps(to, of.outputs, _mm512_castps512_ps256(y));
    _mm256_mask_storeu_ps(to + line.to_step, of.outputs, second);
  }
}

/// A region of at most eight outputs: by pairs where both windows of one fit into a vector.
inline void convolve_narrow_region(const ConvolvedImage& image, const Segment& rows, const Segment& columns) {
  const RegionTaps taps(image, rows, columns);
  bool is_done = taps.width == 1 && image.group_outputs == image.outputs;
  if (is_done)
    for_each_line(image.window, image.outputs, rows, columns, [&](const Line& line) {
      const std::size_t numbers = line.from_step + taps.run;
      if (numbers > Float16::kWidth || line.count < 2) return void(is_done = false);
      const PairedImage of{image, taps, static_cast<__mmask8>((1u << image.outputs) - 1),
                           static_cast<__mmask16>((1u << numbers) - 1)};
      for_each_block<kMostPairs>((line.count + 1) / 2, [&](auto pairs, std::uint32_t pair) {
        convolve_pairs<decltype(pairs)::kCount>(of, line, 2 * pair);
      });
    });
  if (!is_done) convolve_any_region<Float8>(image, rows, columns);
}

}  // namespace
}  // namespace nacre
