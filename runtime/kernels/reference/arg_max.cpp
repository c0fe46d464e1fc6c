#include "nacre/network.hpp"
#include "runtime/kernels/elements.hpp"

namespace nacre::reference {
Status arg_max_f32(const Layer& layer) {
  const auto& p = layer.parameters<Rows>();
  const float* x = layer.input<float>(0);
  std::int32_t* y = layer.output<std::int32_t>(0);
  for (std::uint32_t row = 0; row < p.rows; ++row, x += p.width) {
    std::uint32_t best = 0;
    for (std::uint32_t i = 1; i < p.width && x[best] == x[best]; ++i)
      if (x[i] > x[best] || x[i] != x[i]) best = i;
    y[row] = static_cast<std::int32_t>(best);
  }
  return Status::ok;
}

}  // namespace nacre::reference
