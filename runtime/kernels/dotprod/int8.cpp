#include "runtime/strict_float.hpp"  // first

#include <arm_neon.h>

#include "nacre/network.hpp"
#include "runtime/kernels/shapes.hpp"
#include "runtime/kernels/window.hpp"

#include "runtime/kernels/dotprod/begin.hpp"  // the kernels follow

#include "runtime/kernels/dotprod/sixteen.hpp"
#include "runtime/kernels/neon/eight.hpp"
#include "runtime/kernels/vector_int8_blocks.hpp"
#include "runtime/kernels/vector_int8_layers.hpp"

namespace nacre::dotprod {
namespace {

/// Elements of int8 as vector_int8_tile.hpp takes them, 16 at a time: a lane adds the products of four.
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
  static Sums add_products(Type x, Type w, Sums sums) { return vdotq_s32(sums, x, w); }
  static Eight::Sums add_up(const Sums (&of)[8]) { return sums_of_eight(of); }
};

}  // namespace

Status fully_connected_i8(const Layer& layer) { return vector_fully_connected_i8<Int8x16>(layer); }
Status conv_2d_i8(const Layer& layer) {
  return convolve_int8(layer, [](const Int8Image& image) {
    if (can_convolve_blocks(image)) convolve_blocks<Sixteen>(image);
    else convolve_regions<Int8x16, 4>(image);
  });
}

}  // namespace nacre::dotprod

#include "runtime/kernels/dotprod/end.hpp"
