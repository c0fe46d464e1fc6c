#include "tools/operators/activation.hpp"

#include <algorithm>
#include <cmath>

#include "tools/operators/errors.hpp"
#include "tools/operators/shapes.hpp"

namespace nacre::tools {
namespace {

constexpr double kSeluAlpha = 1.6732632423543772, kSeluScale = 1.0507009873554805;

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }
double softplus(double x) { return std::max(x, 0.0) + std::log1p(std::exp(-std::abs(x))); }

Tensor64 evaluate(const Node& node, const std::vector<Tensor64>& inputs, const TensorType& output) {
  const auto& t = node.as<parameters::Activation>();
  return map(inputs[0], output, [&](double x) {
    return activate(t.function, x, t.alpha, t.beta, t.threshold, t.maximum);
  });
}

std::vector<double> errors(const Node& node, const std::vector<Tensor64>& inputs, const Tensor64& output) {
  const auto& t = node.as<parameters::Activation>();
  std::vector<double> result(output.values.size());
  for (std::size_t i = 0; i < result.size(); ++i)
    result[i] = activation_error(t.function, inputs[0].values[i], error_of(inputs[0], i), t.alpha, t.beta, t.threshold,
                                 t.maximum, output.type.type);
  return result;
}

/// What the device's own arithmetic adds: see runtime/numerics/activations.hpp, where an ulp is up to
/// 2 kUnit of the result.
double own_error(ActivationFunction function, double x, double y, double alpha, double threshold, DataType type) {
  using F = ActivationFunction;
  switch (function) {
    case F::linear:
    case F::negative:
    case F::abs: return 0;
    case F::relu: return x < threshold && alpha != 0 ? 2 * rounding(y, type) : 0;
    case F::gelu: return 4 * unit_of(type) * std::max(std::abs(x), 1.0);
    case F::gelu_tanh: return 8 * unit_of(type) * std::max(std::abs(x), 1.0);
    case F::mish: return 16 * rounding(y, type);
    default: return 8 * rounding(y, type);
  }
}

}  // namespace

double activation_error(ActivationFunction function, double x, double error, double alpha, double beta,
                        double threshold, double maximum, DataType type) {
  const auto f = [&](double v) { return activate(function, v, alpha, beta, threshold, maximum); };
  return carried(f, x, error) + own_error(function, x, f(x), alpha, threshold, type);
}

double activate(ActivationFunction function, double x, double alpha, double beta,
                double threshold, double maximum) {
  using F = ActivationFunction;
  switch (function) {
    case F::relu: return x < threshold ? alpha * (x - threshold) : std::min(x, maximum);
    case F::sigmoid: return sigmoid(x);
    case F::tanh: return std::tanh(x);
    case F::elu: return x > 0 ? x : alpha * std::expm1(x);
    case F::selu: return kSeluScale * (x > 0 ? x : kSeluAlpha * std::expm1(x));
    case F::softplus: return softplus(x);
    case F::softsign: return x / (1 + std::abs(x));
    case F::swish: return x * sigmoid(x);
    case F::gelu: return 0.5 * x * (1 + std::erf(x / std::sqrt(2.0)));
    case F::gelu_tanh: return 0.5 * x * (1 + std::tanh(std::sqrt(2 / M_PI) * (x + 0.044715 * x * x * x)));
    case F::hard_sigmoid: return std::clamp(alpha * x + beta, 0.0, 1.0);
    case F::hard_swish: return x * std::clamp(x / 6 + 0.5, 0.0, 1.0);
    case F::exponential: return std::exp(x);
    case F::mish: return x * std::tanh(softplus(x));
    case F::log: return std::log(x);
    case F::sqrt: return std::sqrt(x);
    case F::abs: return std::abs(x);
    case F::negative: return -x;
    case F::square: return x * x;
    case F::linear: return x;
  }
  return x;
}

const Definition definitions::activation = {
    .name = "activation", .infer = same_as_input, .evaluate = evaluate, .errors = errors};

}  // namespace nacre::tools
