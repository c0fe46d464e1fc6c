#include "runtime/kernels/impute.hpp"

#include "nacre/network.hpp"

namespace nacre::reference {
Status impute_f32(const Layer& layer) {
  const auto& p = layer.parameters<Impute>();
  const float* x = layer.input<float>(0);
  const float* fill = layer.input<float>(1);
  float* y = layer.output<float>(0);
  const bool nan_is_missing = p.missing_value != p.missing_value;
  for (std::uint32_t row = 0; row < p.rows; ++row)
    for (std::uint32_t i = 0; i < p.width; ++i, ++x)
      *y++ = (nan_is_missing ? *x != *x : *x == p.missing_value) ? fill[i] : *x;
  return Status::ok;
}

}  // namespace nacre::reference
