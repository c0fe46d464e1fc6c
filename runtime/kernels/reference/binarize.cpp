#include "runtime/strict_float.hpp"  // first

#include "nacre/network.hpp"
#include "runtime/kernels/shapes.hpp"

namespace nacre::reference {

Status binarize_f32(const Layer& layer) {
  const auto& p = layer.parameters<parameters::Binarize>();
  const float* x = layer.input<float>(0);
  std::int32_t* y = layer.output<std::int32_t>(0);
  for (std::uint32_t i = 0, count = count_of(layer); i < count; ++i) y[i] = x[i] > p.threshold ? 1 : 0;
  return Status::ok;
}

}  // namespace nacre::reference
