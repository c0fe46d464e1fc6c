#include "runtime/strict_float.hpp"  // first

#include <arm_neon.h>

#include "runtime/kernels/vector_matrix.hpp"

namespace nacre::neon {
namespace {

struct Float4 {
  using Type = float32x4_t;
  static constexpr std::uint32_t kWidth = 4;
  static Type load(const float* at) { return vld1q_f32(at); }
  static void store(float* at, Type x) { vst1q_f32(at, x); }
  static Type broadcast(float x) { return vdupq_n_f32(x); }
  static Type fma(Type a, Type b, Type c) { return vfmaq_f32(c, a, b); }
};

}  // namespace

Status fully_connected_f32(const Layer& layer) { return vector_fully_connected<Float4>(layer); }
Status conv_2d_f32(const Layer& layer) { return vector_conv_2d<Float4>(layer); }

}  // namespace nacre::neon
