#include "runtime/strict_float.hpp"  // first

#include <arm_neon.h>

#include "nacre/network.hpp"
#include "runtime/kernels/shapes.hpp"
#include "runtime/kernels/window.hpp"

#include "runtime/kernels/dotprod/begin.hpp"  // the kernels follow

#include "runtime/kernels/dotprod/sixteen.hpp"
#include "runtime/kernels/neon/int8x16.hpp"
#include "runtime/kernels/vector_int8_blocks.hpp"
#include "runtime/kernels/vector_int8_layers.hpp"

namespace nacre::dotprod {
namespace {

/// A lane adds the products of four.
struct Int8x16 : Bytes16 {
  static Sums add_products(Type x, Type w, Sums sums) { return vdotq_s32(sums, x, w); }
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
