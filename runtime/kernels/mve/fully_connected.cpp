#include "runtime/strict_float.hpp"  // first

#include "nacre/network.hpp"
#include "runtime/kernels/reference.hpp"
#include "runtime/kernels/shapes.hpp"
#if defined(__ARM_FEATURE_MVE)
#include "runtime/kernels/mve/six_pixels.hpp"
#endif

namespace nacre::mve {

#if defined(__ARM_FEATURE_MVE)

Status fully_connected_i8(const Layer& layer) {
  const auto& p = layer.parameters<parameters::FullyConnected>();
  const std::uint32_t rows = rows_of(layer), depth = width_of(layer), units = output_width_of(layer);
  const Rows weights{layer.input<std::int8_t>(1), layer.input<std::int32_t>(2), depth};
  const Pairs pairs = layer.has_input(3) ? Pairs(layer.input<std::int32_t>(3), units, p.output_zero_point)
                                         : Pairs(p.multiplier, p.shift, p.output_zero_point);
  std::int8_t* const y = layer.output<std::int8_t>(0);
  compute_all({weights, pairs, units}, layer.input<std::int8_t>(0), rows, y);
  clamp_outputs(p, y, rows * units);
  return Status::ok;
}

#else  // the weights lie as the reference reads them

Status fully_connected_i8(const Layer& layer) { return reference::fully_connected_i8(layer); }

#endif

}  // namespace nacre::mve
