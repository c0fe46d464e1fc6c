#include "runtime/strict_float.hpp"  // first

#include <immintrin.h>

#include "nacre/network.hpp"
#include "runtime/kernels/reference.hpp"
#include "runtime/kernels/shapes.hpp"
#include "runtime/kernels/window.hpp"

#include "runtime/kernels/avx2/begin.hpp"  // the kernels follow

#include "runtime/kernels/avx2/float8.hpp"
#include "runtime/kernels/vector_convolution.hpp"
#include "runtime/kernels/vector_depthwise.hpp"
#include "runtime/kernels/vector_matmul.hpp"
#include "runtime/kernels/vector_matrix.hpp"
#include "runtime/kernels/vector_pool.hpp"

namespace nacre::avx2 {

Status fully_connected_f32(const Layer& layer) { return vector_fully_connected<Float8>(layer); }
Status matmul_f32(const Layer& layer) { return vector_matmul<Float8>(layer); }
Status conv_2d_f32(const Layer& layer) { return vector_conv_2d<Float8>(layer); }
Status depthwise_conv_2d_f32(const Layer& layer) {
  return has_multiplier(layer) ? reference::depthwise_conv_2d_f32(layer) : vector_depthwise_conv_2d<Float8>(layer);
}
Status average_pool_2d_f32(const Layer& layer) { return vector_average_pool_2d<Float8>(layer); }

}  // namespace nacre::avx2

#include "runtime/kernels/avx2/end.hpp"
