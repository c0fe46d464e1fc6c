#include "runtime/strict_float.hpp"  // first

#include "nacre/network.hpp"
#include "runtime/kernels/nearest.hpp"
#include "runtime/kernels/shapes.hpp"

namespace nacre::reference {

Status quantize_f32(const Layer& layer) {
  const auto& p = layer.parameters<parameters::Quantize>();
  const float* x = layer.input<float>(0);
  std::int8_t* y = layer.output<std::int8_t>(0);
  for (std::uint32_t i = 0, count = count_of(layer); i < count; ++i) {
    const std::int32_t stored = nearest_away(x[i] / p.scale, -1024) + p.zero_point;
    y[i] = static_cast<std::int8_t>(stored < -128 ? -128 : (stored > 127 ? 127 : stored));
  }
  return Status::ok;
}

}  // namespace nacre::reference
