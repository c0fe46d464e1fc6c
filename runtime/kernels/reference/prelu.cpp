#include "runtime/strict_float.hpp"  // first

#include "nacre/network.hpp"
#include "runtime/kernels/quantized.hpp"

namespace nacre::reference {
namespace {

using parameters::PRelu;

template <typename T, typename Function>
Status for_each_slope(const Layer& layer, Function f) {
  const auto& p = layer.parameters<PRelu>();
  const T *x = layer.input<T>(0), *alpha = layer.input<T>(1);
  T* y = layer.output<T>(0);
  const std::uint32_t rows = layer.input_shape(0)[0], width = layer.input_shape(1).size();
  for (std::uint32_t row = 0; row < rows; ++row)
    for (std::uint32_t i = 0; i < width; ++i) *y++ = f(*x++, alpha[i], p);
  return Status::ok;
}

}  // namespace

Status prelu_f32(const Layer& layer) {
  return for_each_slope<float>(layer, [](float x, float alpha, const PRelu&) { return x >= 0 ? x : alpha * x; });
}

Status prelu_i8(const Layer& layer) {
  return for_each_slope<std::int8_t>(layer, [](std::int8_t stored, std::int8_t slope, const PRelu& p) {
    const std::int32_t x = stored - p.input_zero_point, alpha = slope - p.alpha_zero_point;
    const bool is_positive = x >= 0;
    const std::int32_t rescale[] = {is_positive ? p.positive_multiplier : p.negative_multiplier,
                                    is_positive ? p.positive_shift : p.negative_shift};
    return rescale_to_int8(is_positive ? x : alpha * x, rescale, p.output_zero_point, -128, 127);
  });
}

}  // namespace nacre::reference
