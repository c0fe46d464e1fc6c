#include "runtime/strict_float.hpp"  // first

#include <arm_neon.h>

#include "runtime/kernels/neon/float4.hpp"
#include "runtime/kernels/reference.hpp"
#include "runtime/kernels/vector_convolution.hpp"
#include "runtime/kernels/vector_depthwise.hpp"
#include "runtime/kernels/vector_matmul.hpp"
#include "runtime/kernels/vector_matrix.hpp"
#include "runtime/kernels/vector_pool.hpp"

namespace nacre::neon {

Status fully_connected_f32(const Layer& layer) { return vector_fully_connected<Float4>(layer); }
Status matmul_f32(const Layer& layer) { return vector_matmul<Float4>(layer); }
Status conv_2d_f32(const Layer& layer) { return vector_conv_2d<Float4>(layer); }
Status depthwise_conv_2d_f32(const Layer& layer) {
  return has_multiplier(layer) ? reference::depthwise_conv_2d_f32(layer) : vector_depthwise_conv_2d<Float4>(layer);
}
Status average_pool_2d_f32(const Layer& layer) { return vector_average_pool_2d<Float4>(layer); }

}  // namespace nacre::neon
