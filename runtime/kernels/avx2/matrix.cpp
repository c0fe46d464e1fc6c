#include "runtime/strict_float.hpp"  // first

#include <immintrin.h>

#include "runtime/kernels/vector_matrix.hpp"

namespace nacre::avx2 {
namespace {

struct Float8 {
  using Type = __m256;
  static constexpr std::uint32_t kWidth = 8;
  static Type load(const float* at) { return _mm256_loadu_ps(at); }
  static void store(float* at, Type x) { _mm256_storeu_ps(at, x); }
  static Type broadcast(float x) { return _mm256_set1_ps(x); }
  static Type fma(Type a, Type b, Type c) { return _mm256_fmadd_ps(a, b, c); }
};

}  // namespace

Status fully_connected_f32(const Layer& layer) { return vector_fully_connected<Float8>(layer); }
Status conv_2d_f32(const Layer& layer) { return vector_conv_2d<Float8>(layer); }

}  // namespace nacre::avx2
