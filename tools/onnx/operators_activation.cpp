// Activation functions, by all the names that ONNX has for them.

#include <fmt/format.h>

#include <cmath>

#include "tools/onnx/programs.hpp"

namespace nacre::tools {
namespace {

using F = MapFunction;
using A = ActivationFunction;

/// A function of the operator activation, with its parameters.
ValueId activated(const OnnxCall& call, A function, float alpha = 0, float beta = 0) {
  parameters::Activation table;
  table.function = function, table.alpha = alpha, table.beta = beta;
  return call.graph().add(table, {call.value()}, call.name());
}

void import_activation(const OnnxCall& call) { call.define(activated(call, static_cast<A>(call.row().function))); }

/// Of integers too.
void import_relu(const OnnxCall& call) {
  if (is_real(call.type())) return call.define(activated(call, A::relu));
  call.define(apply(call, F::maximum, call.value(), 0));
}

void import_leaky_relu(const OnnxCall& call) { call.define(activated(call, A::relu, call.real("alpha", 0.01f))); }
void import_elu(const OnnxCall& call) { call.define(activated(call, A::elu, call.real("alpha", 1))); }

void import_hard_sigmoid(const OnnxCall& call) {
  call.define(activated(call, A::hard_sigmoid, call.real("alpha", 0.2f), call.real("beta", 0.5f)));
}

void import_prelu(const OnnxCall& call) {
  call.define(apply(call, F::prelu, {call.value(0), call.value(1)}));
}

/// gamma * (x > 0: x; else alpha * (e^x - 1)): with its own constants the function selu.
void import_selu(const OnnxCall& call) {
  constexpr float kAlpha = 1.67326319217681884765625f, kGamma = 1.05070102214813232421875f;
  const float alpha = call.real("alpha", kAlpha), gamma = call.real("gamma", kGamma);
  if (alpha == kAlpha && gamma == kGamma) return call.define(activated(call, A::selu));
  call.define(apply(call, F::multiply, activated(call, A::elu, alpha), gamma));
}

/// max(0, x) + min(0, alpha * (e^(x / alpha) - 1))
void import_celu(const OnnxCall& call) {
  const float alpha = call.real("alpha", 1);
  const ValueId scaled = apply(call, F::divide, call.value(), alpha);
  const ValueId curve = apply(call, F::multiply, apply(call, F::expm1, {apply(call, F::minimum, scaled, 0)}), alpha);
  call.define(apply(call, F::add, {apply(call, F::maximum, call.value(), 0), apply(call, F::minimum, curve, 0)}));
}

void import_gelu(const OnnxCall& call) {
  const std::string approximate = call.text("approximate", "none");
  if (approximate != "none" && approximate != "tanh") call.refuse("has the approximation " + approximate);
  call.define(activated(call, approximate == "none" ? A::gelu : A::gelu_tanh));
}

/// x * sigmoid(alpha * x)
void import_swish(const OnnxCall& call) {
  const float alpha = call.real("alpha", 1);
  if (alpha == 1) return call.define(activated(call, A::swish));
  const ValueId gate = apply(call, F::sigmoid, {apply(call, F::multiply, call.value(), alpha)});
  call.define(apply(call, F::multiply, {call.value(), gate}));
}

/// x above alpha, else 0.
void import_thresholded_relu(const OnnxCall& call) {
  const ValueId x = call.value(), above = apply(call, F::greater, x, call.real("alpha", 1));
  call.define(choose(call, above, x, scalar(call, 0, call.graph().type(x).type)));
}

/// x + bias below -lambd, x - bias above lambd, else 0.
void import_shrink(const OnnxCall& call) {
  const float lambd = call.real("lambd", 0.5f), bias = call.real("bias", 0);
  const ValueId x = call.value();
  const DataType type = call.graph().type(x).type;
  if (!is_real(call.type())) call.refuse("shrinks integers");
  const ValueId above = apply(call, F::greater, x, lambd);
  const ValueId below = apply(call, F::greater, {scalar(call, -lambd, type), x});
  const ValueId rest = choose(call, above, apply(call, F::subtract, x, bias), scalar(call, 0, type));
  call.define(choose(call, below, apply(call, F::add, x, bias), rest));
}

OnnxOperator of_activation(std::string_view name, A function, std::int64_t since = 7) {
  return {name, since, import_activation, nullptr, static_cast<std::uint16_t>(function)};
}

}  // namespace

std::vector<OnnxOperator> onnx_activation_operators() {
  return {
      {"Relu", 7, import_relu},
      {"LeakyRelu", 7, import_leaky_relu},
      {"Elu", 7, import_elu},
      {"HardSigmoid", 7, import_hard_sigmoid},
      {"PRelu", 7, import_prelu},
      {"Selu", 7, import_selu},
      {"Celu", 12, import_celu},
      {"Gelu", 20, import_gelu},
      {"Swish", 24, import_swish},
      {"ThresholdedRelu", 10, import_thresholded_relu},
      {"Shrink", 9, import_shrink},
      of_activation("Sigmoid", A::sigmoid),
      of_activation("Tanh", A::tanh),
      of_activation("Softplus", A::softplus),
      of_activation("Softsign", A::softsign),
      of_activation("HardSwish", A::hard_swish, 14),
      of_activation("Mish", A::mish, 18),
  };
}

}  // namespace nacre::tools
