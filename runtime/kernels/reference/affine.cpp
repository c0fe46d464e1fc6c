#include "runtime/strict_float.hpp"  // first

#include "nacre/network.hpp"
#include "runtime/kernels/clamp.hpp"
#include "runtime/kernels/shapes.hpp"
#include "runtime/numerics/fma.hpp"

namespace nacre::reference {

Status affine_f32(const Layer& layer) {
  const auto& p = layer.parameters<parameters::Affine>();
  const std::uint32_t rows = rows_of(layer), width = width_of(layer);
  const float* x = layer.input<float>(0);
  const float *center = layer.input<float>(1), *center_low = layer.input<float>(2);
  const float *scale = layer.input<float>(3), *offset = layer.input<float>(4);
  float* y = layer.output<float>(0);
  for (std::uint32_t row = 0; row < rows; ++row, x += width, y += width)
    for (std::uint32_t i = 0; i < width; ++i) {
      const float centred = (x[i] - center[i]) - center_low[i];
      y[i] = clamp(numerics::fma(centred, scale[i], offset[i]), p.minimum, p.maximum);
    }
  return Status::ok;
}

}  // namespace nacre::reference
