#include "runtime/strict_float.hpp"  // first

#include "nacre/network.hpp"
#include "runtime/kernels/quantized.hpp"

namespace nacre::reference {

Status prelu_i8(const Layer& layer) {
  const auto& p = layer.parameters<parameters::PRelu>();
  const std::int8_t *stored = layer.input<std::int8_t>(0), *slopes = layer.input<std::int8_t>(1);
  std::int8_t* y = layer.output<std::int8_t>(0);
  const std::uint32_t rows = layer.input_shape(0)[0], width = layer.input_shape(1).size();
  for (std::uint32_t row = 0; row < rows; ++row)
    for (std::uint32_t i = 0; i < width; ++i) {
      const std::int32_t x = *stored++ - p.input_zero_point, alpha = slopes[i] - p.alpha_zero_point;
      const bool is_positive = x >= 0;
      const std::int32_t rescale[] = {is_positive ? p.positive_multiplier : p.negative_multiplier,
                                      is_positive ? p.positive_shift : p.negative_shift};
      *y++ = rescale_to_int8(is_positive ? x : alpha * x, rescale, p.output_zero_point, -128, 127);
    }
  return Status::ok;
}

}  // namespace nacre::reference
