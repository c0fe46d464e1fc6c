#include "runtime/strict_float.hpp"  // first

#include <arm_neon.h>

#include "runtime/kernels/reference.hpp"
#include "runtime/kernels/vector_convolution.hpp"
#include "runtime/kernels/vector_matrix.hpp"
#include "runtime/kernels/vector_pool.hpp"

namespace nacre::neon {
namespace {

struct Float4 {
  using Type = float32x4_t;
  static constexpr std::uint32_t kWidth = 4;
  static constexpr unsigned kVectors = 4;  // by 6 rows: 24 of 32 registers

  static Type load(const float* at) { return vld1q_f32(at); }
  static void store(float* at, Type x) { vst1q_f32(at, x); }
  static Type load_first(const float* at, std::uint32_t count) {
    float all[kWidth] = {};
    for (std::uint32_t i = 0; i < count; ++i) all[i] = at[i];
    return load(all);
  }
  static void store_first(float* at, Type x, std::uint32_t count) {
    float all[kWidth];
    store(all, x);
    for (std::uint32_t i = 0; i < count; ++i) at[i] = all[i];
  }
  static Type broadcast(float x) { return vdupq_n_f32(x); }
  static Type add(Type a, Type b) { return vaddq_f32(a, b); }
  static Type divide(Type a, Type b) { return vdivq_f32(a, b); }
  static Type fma(Type a, Type b, Type c) { return vfmaq_f32(c, a, b); }
  static Type clamp(Type x, Type minimum, Type maximum) {
    return vbslq_f32(vcltq_f32(x, minimum), minimum, vbslq_f32(vcgtq_f32(x, maximum), maximum, x));
  }
};

}  // namespace

Status fully_connected_f32(const Layer& layer) { return vector_fully_connected<Float4>(layer); }
Status conv_2d_f32(const Layer& layer) { return vector_conv_2d<Float4>(layer); }
Status depthwise_conv_2d_f32(const Layer& layer) {
  return has_multiplier(layer) ? reference::depthwise_conv_2d_f32(layer) : vector_depthwise_conv_2d<Float4>(layer);
}
Status average_pool_2d_f32(const Layer& layer) { return vector_average_pool_2d<Float4>(layer); }

}  // namespace nacre::neon
