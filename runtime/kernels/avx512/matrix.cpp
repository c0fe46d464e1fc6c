#include "runtime/strict_float.hpp"  // first

#include "runtime/kernels/avx512/intrinsics.hpp"

#include "nacre/network.hpp"
#include "runtime/kernels/reference.hpp"
#include "runtime/kernels/shapes.hpp"
#include "runtime/kernels/window.hpp"

#include "runtime/kernels/avx512/begin.hpp"  // the kernels follow

#include "runtime/kernels/avx2/float8.hpp"
#include "runtime/kernels/avx512/float16.hpp"
#include "runtime/kernels/avx512/pairs.hpp"
#include "runtime/kernels/vector_convolution.hpp"
#include "runtime/kernels/vector_depthwise.hpp"
#include "runtime/kernels/vector_matmul.hpp"
#include "runtime/kernels/vector_matrix.hpp"
#include "runtime/kernels/vector_pool.hpp"

namespace nacre::avx512 {
namespace {

/// Whether half a vector holds all outputs.
bool is_narrow(const Layer& layer) { return output_width_of(layer) <= 8; }

}  // namespace

Status fully_connected_f32(const Layer& layer) { return vector_fully_connected<Float16>(layer); }
Status matmul_f32(const Layer& layer) { return vector_matmul<Float16>(layer); }
Status conv_2d_f32(const Layer& layer) {
  return is_narrow(layer) ? vector_conv_2d<Float8>(layer, convolve_narrow_region) : vector_conv_2d<Float16>(layer);
}
Status depthwise_conv_2d_f32(const Layer& layer) {
  if (has_multiplier(layer)) return reference::depthwise_conv_2d_f32(layer);
  return is_narrow(layer) ? vector_depthwise_conv_2d<Float8>(layer) : vector_depthwise_conv_2d<Float16>(layer);
}
Status average_pool_2d_f32(const Layer& layer) { return vector_average_pool_2d<Float16>(layer); }

}  // namespace nacre::avx512

#include "runtime/kernels/avx512/end.hpp"
