#include "tools/operators/activation.hpp"

#include <algorithm>
#include <cmath>

#include "tools/operators/shapes.hpp"

namespace nacre::tools {
namespace {

constexpr double kSeluAlpha = 1.6732632423543772, kSeluScale = 1.0507009873554805;

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }
double softplus(double x) { return std::max(x, 0.0) + std::log1p(std::exp(-std::abs(x))); }

Tensor64 evaluate(const Node& node, const std::vector<Tensor64>& inputs, const TensorType& output) {
  const auto& t = node.as<schema::ActivationT>();
  return map(inputs[0], output, [&](double x) {
    return activate(t.function, x, t.alpha, t.beta, t.threshold, t.maximum);
  });
}

}  // namespace

double activate(schema::ActivationFunction function, double x, double alpha, double beta,
                double threshold, double maximum) {
  using F = schema::ActivationFunction;
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
    .name = "activation", .infer = same_as_input, .evaluate = evaluate, .in_place = true, .tolerance = 2e-6};

}  // namespace nacre::tools
