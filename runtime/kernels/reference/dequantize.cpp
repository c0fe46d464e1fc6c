#include "runtime/strict_float.hpp"  // first

#include "nacre/network.hpp"
#include "runtime/kernels/shapes.hpp"

namespace nacre::reference {

Status dequantize_i8(const Layer& layer) {
  const auto& p = layer.parameters<parameters::Dequantize>();
  const std::int8_t* x = layer.input<std::int8_t>(0);
  float* y = layer.output<float>(0);
  for (std::uint32_t i = 0, count = count_of(layer); i < count; ++i)
    y[i] = p.scale * static_cast<float>(x[i] - p.zero_point);
  return Status::ok;
}

}  // namespace nacre::reference
