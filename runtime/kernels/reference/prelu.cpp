#include "nacre/network.hpp"
#include "runtime/kernels/elements.hpp"

namespace nacre::reference {
Status prelu_f32(const Layer& layer) {
  const auto& p = layer.parameters<Rows>();
  const float* x = layer.input<float>(0);
  const float* alpha = layer.input<float>(1);
  float* y = layer.output<float>(0);
  for (std::uint32_t row = 0; row < p.rows; ++row)
    for (std::uint32_t i = 0; i < p.width; ++i, ++x) *y++ = *x >= 0 ? *x : alpha[i] * *x;
  return Status::ok;
}

}  // namespace nacre::reference
