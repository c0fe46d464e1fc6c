#include "runtime/strict_float.hpp"  // first

#include "runtime/kernels/avx512/intrinsics.hpp"

#include "nacre/network.hpp"
#include "runtime/kernels/reference.hpp"
#include "runtime/kernels/shapes.hpp"
#include "runtime/kernels/window.hpp"

#include "runtime/kernels/avx512/begin.hpp"  // the kernels follow

#include "runtime/kernels/avx2/float8.hpp"
#include "runtime/kernels/vector_convolution.hpp"
#include "runtime/kernels/vector_matrix.hpp"
#include "runtime/kernels/vector_pool.hpp"

namespace nacre::avx512 {
namespace {

struct Float16 {
  using Type = __m512;
  static constexpr std::uint32_t kWidth = 16;
  static constexpr unsigned kVectors = 4;  // by 6 rows: 24 of 32 registers

  static Type load(const float* at) { return _mm512_loadu_ps(at); }
  static void store(float* at, Type x) { _mm512_storeu_ps(at, x); }
  static Type load_first(const float* at, std::uint32_t count) { return _mm512_maskz_loadu_ps(mask(count), at); }
  static void store_first(float* at, Type x, std::uint32_t count) { _mm512_mask_storeu_ps(at, mask(count), x); }
  static Type broadcast(float x) { return _mm512_set1_ps(x); }
  static Type add(Type a, Type b) { return _mm512_add_ps(a, b); }
  static Type divide(Type a, Type b) { return _mm512_div_ps(a, b); }
  static Type fma(Type a, Type b, Type c) { return _mm512_fmadd_ps(a, b, c); }
  static Type clamp(Type x, Type minimum, Type maximum) {
    const __mmask16 below = _mm512_cmp_ps_mask(x, minimum, _CMP_LT_OQ);
    const __mmask16 above = _mm512_cmp_ps_mask(x, maximum, _CMP_GT_OQ);
    return _mm512_mask_mov_ps(_mm512_mask_mov_ps(x, above, maximum), below, minimum);
  }

 private:
  static __mmask16 mask(std::uint32_t count) { return static_cast<__mmask16>((1u << count) - 1); }
};

/// Whether half a vector holds all outputs.
bool is_narrow(const Layer& layer) { return output_width_of(layer) <= 8; }

}  // namespace

Status fully_connected_f32(const Layer& layer) { return vector_fully_connected<Float16>(layer); }
Status conv_2d_f32(const Layer& layer) {
  return is_narrow(layer) ? vector_conv_2d<Float8>(layer) : vector_conv_2d<Float16>(layer);
}
Status depthwise_conv_2d_f32(const Layer& layer) {
  if (has_multiplier(layer)) return reference::depthwise_conv_2d_f32(layer);
  return is_narrow(layer) ? vector_depthwise_conv_2d<Float8>(layer) : vector_depthwise_conv_2d<Float16>(layer);
}
Status average_pool_2d_f32(const Layer& layer) { return vector_average_pool_2d<Float16>(layer); }

}  // namespace nacre::avx512

#include "runtime/kernels/avx512/end.hpp"
