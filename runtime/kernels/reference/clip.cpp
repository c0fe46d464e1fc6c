#include "runtime/strict_float.hpp"  // first

#include "nacre/network.hpp"
#include "runtime/kernels/shapes.hpp"

namespace nacre::reference {

Status clip_f32(const Layer& layer) {
  const auto& p = layer.parameters<parameters::Clip>();
  const float* x = layer.input<float>(0);
  float* y = layer.output<float>(0);
  for (std::uint32_t i = 0, count = count_of(layer); i < count; ++i) {
    const float raised = x[i] < p.minimum ? p.minimum : x[i];
    y[i] = raised > p.maximum ? p.maximum : raised;
  }
  return Status::ok;
}

}  // namespace nacre::reference
