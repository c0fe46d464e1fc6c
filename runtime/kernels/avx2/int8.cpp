#include "runtime/strict_float.hpp"  // first

#include <immintrin.h>

#include "nacre/network.hpp"
#include "runtime/kernels/reference.hpp"
#include "runtime/kernels/shapes.hpp"
#include "runtime/kernels/window.hpp"

#include "runtime/kernels/avx2/begin.hpp"  // the kernels follow

#include "runtime/kernels/avx2/eight.hpp"
#include "runtime/kernels/avx2/int8x16.hpp"
#include "runtime/kernels/vector_int8_depthwise.hpp"
#include "runtime/kernels/vector_int8_layers.hpp"
#include "runtime/kernels/vector_int8_sum.hpp"

namespace nacre::avx2 {

Status fully_connected_i8(const Layer& layer) { return vector_fully_connected_i8<Int8x16>(layer); }
Status conv_2d_i8(const Layer& layer) { return convolve_int8(layer, convolve_regions<Int8x16, 2>); }
Status depthwise_conv_2d_i8(const Layer& layer) {
  return convolve_depthwise_int8(layer, convolve_depthwise_by_eight<Eight>);
}
Status add_i8(const Layer& layer) { return vector_add_i8<Eight>(layer); }
Status subtract_i8(const Layer& layer) { return vector_subtract_i8<Eight>(layer); }

}  // namespace nacre::avx2

#include "runtime/kernels/avx2/end.hpp"
