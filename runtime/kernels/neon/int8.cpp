#include "runtime/strict_float.hpp"  // first

#include <arm_neon.h>

#include "nacre/network.hpp"
#include "runtime/kernels/neon/eight.hpp"
#include "runtime/kernels/reference.hpp"
#include "runtime/kernels/vector_int8_depthwise.hpp"
#include "runtime/kernels/vector_int8_layers.hpp"
#include "runtime/kernels/vector_int8_sum.hpp"

namespace nacre::neon {
namespace {

/// Elements of int8 as vector_int8_tile.hpp takes them, 16 at a time. Products are int16, and pairs of them are added
/// to int32: two of -128 * -128 are more than int16 holds.
struct Int8x16 {
  using Eight = nacre::Eight;
  using Type = int8x16_t;
  using Sums = int32x4_t;
  static constexpr std::uint32_t kWidth = 16;
  static constexpr bool kReadsWeightsAhead = true;  ///< what lies behind the last weight is multiplied by 0

  static Type load_x(const std::int8_t* at) { return vld1q_s8(at); }
  static Type load_first_x(const std::int8_t* at, std::uint32_t count) { return load_first_of_16(at, count); }
  static Type load_w(const std::int8_t* at) { return load_x(at); }
  static Type load_first_w(const std::int8_t* at, std::uint32_t count) { return load_first_x(at, count); }
  static Sums add_products(Type x, Type w, Sums sums) {
    sums = vpadalq_s16(sums, vmull_s8(vget_low_s8(x), vget_low_s8(w)));
    return vpadalq_s16(sums, vmull_high_s8(x, w));
  }
  static Eight::Sums add_up(const Sums (&of)[8]) { return sums_of_eight(of); }
};

}  // namespace

Status fully_connected_i8(const Layer& layer) { return vector_fully_connected_i8<Int8x16>(layer); }
Status conv_2d_i8(const Layer& layer) { return convolve_int8(layer, convolve_regions<Int8x16, 4>); }
Status depthwise_conv_2d_i8(const Layer& layer) {
  if (has_multiplier(layer)) return reference::depthwise_conv_2d_i8(layer);
  return convolve_depthwise_int8(layer, convolve_depthwise_by_eight<Eight>);
}

Status add_i8(const Layer& layer) {
  if (!has_one_shape(layer)) return reference::add_i8(layer);
  return add_elements<Eight, false>(layer), Status::ok;
}
Status subtract_i8(const Layer& layer) {
  if (!has_one_shape(layer)) return reference::subtract_i8(layer);
  return add_elements<Eight, true>(layer), Status::ok;
}

}  // namespace nacre::neon
