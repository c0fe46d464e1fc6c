#include "runtime/strict_float.hpp"  // first

#include "nacre/network.hpp"
#include "runtime/kernels/shapes.hpp"
#include "runtime/numerics/activations.hpp"

namespace nacre::reference {
namespace {

using parameters::Activation;

/// Each function is a kernel of its own, so that a firmware links only those it names.
template <typename Function>
Status for_each_element(const Layer& layer, Function f) {
  const auto& p = layer.parameters<Activation>();
  const float* x = layer.input<float>(0);
  float* y = layer.output<float>(0);
  for (std::uint32_t i = 0, count = count_of(layer); i < count; ++i) y[i] = f(x[i], p);
  return Status::ok;
}

}  // namespace

Status relu_f32(const Layer& layer) {
  return for_each_element(layer, [](float x, const Activation& p) {
    if (x < p.threshold) return p.alpha == 0 ? 0 : p.alpha * (x - p.threshold);  // 0 * -infinity is NaN
    return x > p.maximum ? p.maximum : x;
  });
}

Status sigmoid_f32(const Layer& layer) {
  return for_each_element(layer, [](float x, const Activation&) { return numerics::sigmoid(x); });
}

Status tanh_f32(const Layer& layer) {
  return for_each_element(layer, [](float x, const Activation&) { return numerics::tanh(x); });
}

Status elu_f32(const Layer& layer) {
  return for_each_element(layer, [](float x, const Activation& p) { return numerics::elu(x, p.alpha); });
}

Status selu_f32(const Layer& layer) {
  return for_each_element(layer, [](float x, const Activation&) { return numerics::selu(x); });
}

Status softplus_f32(const Layer& layer) {
  return for_each_element(layer, [](float x, const Activation&) { return numerics::softplus(x); });
}

Status softsign_f32(const Layer& layer) {
  return for_each_element(layer, [](float x, const Activation&) { return numerics::softsign(x); });
}

Status swish_f32(const Layer& layer) {
  return for_each_element(layer, [](float x, const Activation&) { return numerics::swish(x); });
}

Status gelu_f32(const Layer& layer) {
  return for_each_element(layer, [](float x, const Activation&) { return numerics::gelu(x); });
}

Status gelu_tanh_f32(const Layer& layer) {
  return for_each_element(layer, [](float x, const Activation&) { return numerics::gelu_tanh(x); });
}

Status hard_sigmoid_f32(const Layer& layer) {
  return for_each_element(layer,
                          [](float x, const Activation& p) { return numerics::hard_sigmoid(x, p.alpha, p.beta); });
}

Status hard_swish_f32(const Layer& layer) {
  return for_each_element(layer, [](float x, const Activation&) { return numerics::hard_swish(x); });
}

Status exponential_f32(const Layer& layer) {
  return for_each_element(layer, [](float x, const Activation&) { return numerics::exp(x); });
}

Status mish_f32(const Layer& layer) {
  return for_each_element(layer, [](float x, const Activation&) { return numerics::mish(x); });
}

Status log_f32(const Layer& layer) {
  return for_each_element(layer, [](float x, const Activation&) { return numerics::log(x); });
}

Status sqrt_f32(const Layer& layer) {
  return for_each_element(layer, [](float x, const Activation&) { return numerics::sqrt(x); });
}

Status abs_f32(const Layer& layer) {
  return for_each_element(layer, [](float x, const Activation&) { return numerics::absolute(x); });
}

Status negative_f32(const Layer& layer) {
  return for_each_element(layer, [](float x, const Activation&) { return -x; });
}

Status square_f32(const Layer& layer) {
  return for_each_element(layer, [](float x, const Activation&) { return x * x; });
}

}  // namespace nacre::reference
