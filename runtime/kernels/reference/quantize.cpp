#include "runtime/strict_float.hpp"  // first

#include "nacre/network.hpp"
#include "runtime/kernels/shapes.hpp"

namespace nacre::reference {

Status quantize_f32(const Layer& layer) {
  const auto& p = layer.parameters<parameters::Quantize>();
  const float* x = layer.input<float>(0);
  std::int8_t* y = layer.output<std::int8_t>(0);
  for (std::uint32_t i = 0, count = count_of(layer); i < count; ++i) {
    const float scaled = x[i] / p.scale;
    const float limited = scaled > 1024 ? 1024 : (scaled > -1024 ? scaled : -1024);  // a NaN: the least
    const std::int32_t whole = static_cast<std::int32_t>(limited);
    const float rest = limited - static_cast<float>(whole);
    const std::int32_t stored = whole + (rest >= 0.5f ? 1 : (rest <= -0.5f ? -1 : 0)) + p.zero_point;
    y[i] = static_cast<std::int8_t>(stored < -128 ? -128 : (stored > 127 ? 127 : stored));
  }
  return Status::ok;
}

}  // namespace nacre::reference
