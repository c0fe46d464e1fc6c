#include "runtime/strict_float.hpp"  // first

#include <immintrin.h>

#include "nacre/network.hpp"
#include "runtime/kernels/shapes.hpp"
#include "runtime/kernels/window.hpp"

#include "runtime/kernels/avx512/begin.hpp"  // the kernels follow

#include "runtime/kernels/avx2/int8_layers.hpp"

namespace nacre {
namespace avx512 {
namespace {

/// Elements as Int8x16, 32 at a time.
struct Int8x32 {
  using Type = __m512i;
  static constexpr std::uint32_t kWidth = 32;

  static Type load(const std::int8_t* at) {
    return _mm512_maskz_cvtepi8_epi16(0xffffffff, _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at)));
  }
  static Type load_first(const std::int8_t* at, std::uint32_t count) {
    return _mm512_maskz_cvtepi8_epi16(0xffffffff, _mm256_maskz_loadu_epi8((1u << count) - 1, at));
  }
  static Type add_products(Type x, Type w, Type sums) { return _mm512_dpwssd_epi32(sums, x, w); }
  static __m256i in_eight(Type sums) {
    return _mm256_add_epi32(_mm512_maskz_extracti64x4_epi64(0xf, sums, 0),
                            _mm512_maskz_extracti64x4_epi64(0xf, sums, 1));
  }
};

}  // namespace

Status fully_connected_i8(const Layer& layer) { return vector_fully_connected_i8<Int8x32>(layer); }
Status conv_2d_i8(const Layer& layer) { return vector_conv_2d_i8<Int8x32, 4>(layer); }

}  // namespace avx512
}  // namespace nacre

#include "runtime/kernels/avx512/end.hpp"
