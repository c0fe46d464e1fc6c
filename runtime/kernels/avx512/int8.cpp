#include "runtime/strict_float.hpp"  // first

#include "runtime/kernels/avx512/intrinsics.hpp"

#include "nacre/network.hpp"
#include "runtime/kernels/reference.hpp"
#include "runtime/kernels/shapes.hpp"
#include "runtime/kernels/window.hpp"

#include "runtime/kernels/avx512/begin.hpp"  // the kernels follow

#include "runtime/kernels/avx2/int8x16.hpp"
#include "runtime/kernels/avx512/int8_depthwise.hpp"
#include "runtime/kernels/avx512/int8_units.hpp"
#include "runtime/kernels/avx512/sixteen.hpp"
#include "runtime/kernels/vector_int8_blocks.hpp"
#include "runtime/kernels/vector_int8_depthwise.hpp"
#include "runtime/kernels/vector_int8_layers.hpp"

namespace nacre::avx512 {
namespace {

inline __m256i halves_added(__m512i sums) {
  return _mm256_add_epi32(_mm512_castsi512_si256(sums), _mm512_extracti64x4_epi64(sums, 1));
}

/// Elements as Int8x16, 32 at a time.
struct Int8x32 {
  using Eight = nacre::Eight;
  using Type = __m512i;
  using Sums = __m512i;
  static constexpr std::uint32_t kWidth = 32;
  static constexpr bool kReadsWeightsAhead = true;

  static Type load_x(const std::int8_t* at) {
    return widened(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(at)));
  }
  static Type load_first_x(const std::int8_t* at, std::uint32_t count) {
    return widened(_mm256_maskz_loadu_epi8((1u << count) - 1, at));
  }
  static Type load_w(const std::int8_t* at) { return load_x(at); }
  static Type load_first_w(const std::int8_t* at, std::uint32_t count) { return load_first_x(at, count); }
  static Type add_products(Type x, Type w, Type sums) { return _mm512_dpwssd_epi32(sums, x, w); }
  static Eight::Sums add_up(const Sums (&of)[8]) {
    __m256i halves[8];
#pragma GCC unroll 8
    for (unsigned i = 0; i < 8; ++i) halves[i] = halves_added(of[i]);
    return sums_of_eight(halves);
  }

 private:
  static Type widened(__m256i bytes) { return _mm512_cvtepi8_epi16(bytes); }
};

}  // namespace

Status fully_connected_i8(const Layer& layer) {
  const auto* x = layer.input<std::int8_t>(0);
  auto* y = layer.output<std::int8_t>(0);
  for (std::uint32_t rows = rows_of(layer); rows > 0; --rows, x += width_of(layer), y += output_width_of(layer))
    multiply_row_by_sixteen(layer, x, y);
  return Status::ok;
}
Status conv_2d_i8(const Layer& layer) {
  return convolve_int8(layer, [](const Int8Image& image) {
    if (can_convolve_blocks(image)) convolve_blocks<Sixteen>(image);
    else convolve_regions<Int8x32, 4>(image);
  });
}
Status depthwise_conv_2d_i8(const Layer& layer) {
  return convolve_depthwise_int8(layer, [](const Int8Image& image) {
    if (image.outputs > 8 && image.size() <= SixteenChannels::kMostTaps) convolve_depthwise(image);
    else convolve_depthwise_by_eight<Eight>(image);
  });
}

}  // namespace nacre::avx512

#include "runtime/kernels/avx512/end.hpp"
