#include "runtime/kernels/binarize.hpp"

#include "nacre/network.hpp"

namespace nacre::reference {
Status binarize_f32(const Layer& layer) {
  const auto& p = layer.parameters<Binarize>();
  const float* x = layer.input<float>(0);
  std::int32_t* y = layer.output<std::int32_t>(0);
  for (std::uint32_t i = 0; i < p.count; ++i) y[i] = x[i] > p.threshold ? 1 : 0;
  return Status::ok;
}

}  // namespace nacre::reference
