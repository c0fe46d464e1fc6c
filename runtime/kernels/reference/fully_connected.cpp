#include "runtime/kernels/fully_connected.hpp"

#include "nacre/network.hpp"
#include "runtime/kernels/clamp.hpp"
#include "runtime/kernels/quantized.hpp"
#include "runtime/numerics/fma.hpp"

namespace nacre::reference {
Status fully_connected_f32(const Layer& layer) {
  const auto& p = layer.parameters<FullyConnected>();
  const float* x = layer.input<float>(0);
  const float* weights = layer.input<float>(1);
  const float* bias = layer.input<float>(2);
  float* y = layer.output<float>(0);
  for (std::uint32_t row = 0; row < p.rows; ++row, x += p.depth, y += p.units) {
    for (std::uint32_t unit = 0; unit < p.units; ++unit) y[unit] = bias[unit];
    const float* w = weights;
    for (std::uint32_t d = 0; d < p.depth; ++d, w += p.units)
      for (std::uint32_t unit = 0; unit < p.units; ++unit) y[unit] = numerics::fma(x[d], w[unit], y[unit]);
    for (std::uint32_t unit = 0; unit < p.units; ++unit) y[unit] = clamp(y[unit], p.minimum, p.maximum);
  }
  return Status::ok;
}

Status fully_connected_i8(const Layer& layer) {
  const auto& p = layer.parameters<FullyConnected>();
  const std::int8_t* x = layer.input<std::int8_t>(0);
  const std::int32_t* bias = layer.input<std::int32_t>(2);
  std::int8_t* y = layer.output<std::int8_t>(0);
  for (std::uint32_t row = 0; row < p.rows; ++row, x += p.depth) {
    const std::int8_t* w = layer.input<std::int8_t>(1);
    const std::int32_t* rescale = p.rescale_step == 0 ? p.rescale : layer.input<std::int32_t>(3);
    for (std::uint32_t unit = 0; unit < p.units; ++unit, rescale += p.rescale_step) {
      std::int32_t sum = bias[unit];
      for (std::uint32_t d = 0; d < p.depth; ++d) sum += x[d] * *w++;
      *y++ = rescale_to_int8(sum, rescale, p.output_zero_point, p.output_minimum, p.output_maximum);
    }
  }
  return Status::ok;
}

}  // namespace nacre::reference
