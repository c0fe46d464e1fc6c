#include "runtime/strict_float.hpp"  // first

#include "nacre/network.hpp"
#include "runtime/kernels/shapes.hpp"

namespace nacre::reference {

Status impute_f32(const Layer& layer) {
  const float missing = layer.parameters<parameters::Impute>().missing_value;
  const std::uint32_t rows = rows_of(layer), width = width_of(layer);
  const float* x = layer.input<float>(0);
  const float* fill = layer.input<float>(1);
  float* y = layer.output<float>(0);
  const bool nan_is_missing = missing != missing;
  for (std::uint32_t row = 0; row < rows; ++row)
    for (std::uint32_t i = 0; i < width; ++i, ++x)
      *y++ = (nan_is_missing ? *x != *x : *x == missing) ? fill[i] : *x;
  return Status::ok;
}

}  // namespace nacre::reference
