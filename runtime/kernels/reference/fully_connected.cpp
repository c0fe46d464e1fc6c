#include "runtime/kernels/fully_connected.hpp"

#include "nacre/network.hpp"
#include "runtime/kernels/clamp.hpp"
#include "runtime/numerics/fma.hpp"

namespace nacre::reference {

Status fully_connected_f32(const Layer& layer) {
  const auto& p = layer.parameters<FullyConnected>();
  const float* x = layer.input<float>(0);
  const float* weights = layer.input<float>(1);
  const float* bias = layer.input<float>(2);
  float* y = layer.output<float>(0);
  for (std::uint32_t row = 0; row < p.rows; ++row, x += p.depth, y += p.units)
    for (std::uint32_t unit = 0; unit < p.units; ++unit) {
      float sum = bias[unit];
      for (std::uint32_t d = 0; d < p.depth; ++d)
        sum = numerics::fma(x[d], weights[d * p.units + unit], sum);
      y[unit] = clamp(sum, p.minimum, p.maximum);
    }
  return Status::ok;
}

}  // namespace nacre::reference
