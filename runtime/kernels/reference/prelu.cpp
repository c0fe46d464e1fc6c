#include "runtime/kernels/prelu.hpp"

#include "nacre/network.hpp"
#include "runtime/kernels/quantized.hpp"

namespace nacre::reference {
namespace {

template <typename T, typename Function>
Status for_each_slope(const Layer& layer, Function f) {
  const auto& p = layer.parameters<PRelu>();
  const T *x = layer.input<T>(0), *alpha = layer.input<T>(1);
  T* y = layer.output<T>(0);
  for (std::uint32_t row = 0; row < p.rows; ++row)
    for (std::uint32_t i = 0; i < p.width; ++i) *y++ = f(*x++, alpha[i], p);
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
    return rescale_to_int8(is_positive ? x : alpha * x, is_positive ? p.positive : p.negative, p.output_zero_point,
                           -128, 127);
  });
}

}  // namespace nacre::reference
