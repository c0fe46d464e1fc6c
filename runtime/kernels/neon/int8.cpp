#include "runtime/strict_float.hpp"  // first

#include <arm_neon.h>

#include "nacre/network.hpp"
#include "runtime/kernels/neon/int8x16.hpp"
#include "runtime/kernels/vector_int8_depthwise.hpp"
#include "runtime/kernels/vector_int8_layers.hpp"
#include "runtime/kernels/vector_int8_sum.hpp"

namespace nacre::neon {
namespace {

/// Products are int16, and pairs of them are added to int32: two of -128 * -128 are more than int16 holds.
struct Int8x16 : Bytes16 {
  static Sums add_products(Type x, Type w, Sums sums) {
    sums = vpadalq_s16(sums, vmull_s8(vget_low_s8(x), vget_low_s8(w)));
    return vpadalq_s16(sums, vmull_high_s8(x, w));
  }
};

}  // namespace

Status fully_connected_i8(const Layer& layer) { return vector_fully_connected_i8<Int8x16>(layer); }
Status conv_2d_i8(const Layer& layer) { return convolve_int8(layer, convolve_regions<Int8x16, 4>); }
Status depthwise_conv_2d_i8(const Layer& layer) {
  return convolve_depthwise_int8(layer, convolve_depthwise_by_eight<Eight>);
}
Status add_i8(const Layer& layer) { return vector_add_i8<Eight>(layer); }
Status subtract_i8(const Layer& layer) { return vector_subtract_i8<Eight>(layer); }

}  // namespace nacre::neon
