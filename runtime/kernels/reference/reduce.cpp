#include "runtime/strict_float.hpp"  // first

#include "nacre/network.hpp"
#include "runtime/kernels/quantized.hpp"
#include "runtime/kernels/reduce.hpp"
#include "runtime/numerics/double_sum.hpp"

namespace nacre::reference {
namespace {

using numerics::plus;
using parameters::Reduce;

template <typename T, typename Sum, typename Gather, typename Finish>
Status reduce(const Layer& layer, Gather gather, Finish finish) {
  const auto& p = layer.parameters<Reduce>();
  const Shape shape = layer.input_shape(0);
  const T* x = layer.input<T>(0);
  T* y = layer.output<T>(0);
  const std::uint32_t outputs = layer.output_shape(0).size(), count = shape.size() / outputs;
  const ReducedRun run(shape, p.axes);
  for (std::uint32_t output = 0; output < outputs; ++output) {
    const T* at = x + reduced_source(shape, p.axes, output, 0);
    Sum sum = static_cast<Sum>(*at);
    for (std::uint32_t step = 0; step < count; step += run.length) {
      if (step > 0) {
        at = x + reduced_source(shape, p.axes, output, step);
        sum = gather(sum, static_cast<Sum>(*at));
      }
      for (std::uint32_t i = 1; i < run.length; ++i) {
        at += run.stride;
        sum = gather(sum, static_cast<Sum>(*at));
      }
    }
    y[output] = finish(sum, p, count);
  }
  return Status::ok;
}

template <typename Real>
Real larger(Real a, Real b) { return b > a || b != b ? b : a; }
template <typename Real>
Real smaller(Real a, Real b) { return b < a || b != b ? b : a; }

template <typename Real>
Real itself(Real x, const Reduce&, std::uint32_t) { return x; }
template <typename Real>
Real share(Real sum, const Reduce&, std::uint32_t count) { return sum / static_cast<Real>(count); }

constexpr auto kProduct = [](auto a, auto b) { return a * b; };
constexpr auto kSum = [](std::uint32_t a, std::uint32_t b) { return a + b; };

std::int8_t stored(std::int32_t x, const Reduce&, std::uint32_t) { return static_cast<std::int8_t>(x); }
std::int8_t rescaled(std::uint32_t sum, const Reduce& p, std::uint32_t count) {
  const std::int32_t rescale[] = {p.multiplier, p.shift};
  const std::uint32_t centred = sum - count * static_cast<std::uint32_t>(p.input_zero_point);
  return rescale_to_int8(centred, rescale, p.output_zero_point, -128, 127);
}

}  // namespace

Status reduce_sum_f32(const Layer& layer) { return reduce<float, float>(layer, plus<float>, itself<float>); }
Status reduce_mean_f32(const Layer& layer) { return reduce<float, float>(layer, plus<float>, share<float>); }
Status reduce_maximum_f32(const Layer& layer) { return reduce<float, float>(layer, larger<float>, itself<float>); }
Status reduce_minimum_f32(const Layer& layer) { return reduce<float, float>(layer, smaller<float>, itself<float>); }

Status reduce_sum_f64(const Layer& layer) { return reduce<double, double>(layer, plus<double>, itself<double>); }
Status reduce_mean_f64(const Layer& layer) { return reduce<double, double>(layer, plus<double>, share<double>); }
Status reduce_maximum_f64(const Layer& layer) { return reduce<double, double>(layer, larger<double>, itself<double>); }
Status reduce_minimum_f64(const Layer& layer) { return reduce<double, double>(layer, smaller<double>, itself<double>); }

Status reduce_product_f32(const Layer& layer) { return reduce<float, float>(layer, kProduct, itself<float>); }

// Modulo 2^32.
Status reduce_sum_i32(const Layer& layer) {
  return reduce<std::uint32_t, std::uint32_t>(layer, kSum, itself<std::uint32_t>);
}
Status reduce_product_i32(const Layer& layer) {
  return reduce<std::uint32_t, std::uint32_t>(layer, kProduct, itself<std::uint32_t>);
}
Status reduce_maximum_i32(const Layer& layer) {
  return reduce<std::int32_t, std::int32_t>(layer, larger<std::int32_t>, itself<std::int32_t>);
}
Status reduce_minimum_i32(const Layer& layer) {
  return reduce<std::int32_t, std::int32_t>(layer, smaller<std::int32_t>, itself<std::int32_t>);
}

Status reduce_mean_i8(const Layer& layer) { return reduce<std::int8_t, std::uint32_t>(layer, kSum, rescaled); }
Status reduce_maximum_i8(const Layer& layer) {
  return reduce<std::int8_t, std::int32_t>(layer, [](std::int32_t a, std::int32_t b) { return b > a ? b : a; }, stored);
}
Status reduce_minimum_i8(const Layer& layer) {
  return reduce<std::int8_t, std::int32_t>(layer, [](std::int32_t a, std::int32_t b) { return b < a ? b : a; }, stored);
}

}  // namespace nacre::reference
