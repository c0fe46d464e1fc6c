#include "tools/operators/functions.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <utility>
#include <vector>

#include "tools/operators/activation.hpp"
#include "tools/operators/errors.hpp"

namespace nacre::tools {
namespace {

using F = MapFunction;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

constexpr std::pair<ActivationFunction, F> kActivations[] = {
    {ActivationFunction::relu, F::relu},
    {ActivationFunction::sigmoid, F::sigmoid},
    {ActivationFunction::tanh, F::tanh},
    {ActivationFunction::elu, F::elu},
    {ActivationFunction::selu, F::selu},
    {ActivationFunction::softplus, F::softplus},
    {ActivationFunction::softsign, F::softsign},
    {ActivationFunction::swish, F::swish},
    {ActivationFunction::gelu, F::gelu},
    {ActivationFunction::gelu_tanh, F::gelu_tanh},
    {ActivationFunction::hard_sigmoid, F::hard_sigmoid},
    {ActivationFunction::hard_swish, F::hard_swish},
    {ActivationFunction::exponential, F::exponential},
    {ActivationFunction::mish, F::mish},
    {ActivationFunction::log, F::log},
    {ActivationFunction::sqrt, F::sqrt},
    {ActivationFunction::abs, F::absolute},
    {ActivationFunction::negative, F::negative},
    {ActivationFunction::square, F::square},
};

/// The activation that a function is; of one operand, or with parameters as the others.
ActivationFunction activation(F function) {
  if (function == F::leaky_relu) return ActivationFunction::relu;
  const auto known = std::ranges::find(kActivations, function, &std::pair<ActivationFunction, F>::second);
  if (known == std::end(kActivations)) throw std::logic_error("a function without a formula");
  return known->first;
}

struct ActivationParameters {
  double alpha = 0, beta = 0, threshold = 0, maximum = kInfinity;
};

ActivationParameters parameters_of(F function, std::span<const double> x) {
  if (function == F::elu) return {.alpha = x[1]};
  if (function == F::hard_sigmoid) return {.alpha = x[1], .beta = x[2]};
  if (function == F::leaky_relu) return {.alpha = x[1], .threshold = x[2], .maximum = x[3]};
  return {};
}

double cast(double x, DataType to) {
  if (to != DataType::int32) return x;
  if (std::isnan(x)) return 0;
  return std::clamp<double>(std::trunc(x), std::numeric_limits<std::int32_t>::min(),
                            std::numeric_limits<std::int32_t>::max());
}

/// An integer result modulo 2^32.
double wrapped(std::int64_t x) { return static_cast<std::int32_t>(static_cast<std::uint32_t>(x)); }

bool is_missing(double x, double missing) { return std::isnan(missing) ? std::isnan(x) : x == missing; }

double real(F function, std::span<const double> x, DataType to) {
  switch (function) {
    case F::add: return x[0] + x[1];
    case F::subtract: return x[0] - x[1];
    case F::multiply: return x[0] * x[1];
    case F::divide: return x[0] / x[1];
    case F::maximum: return std::isnan(x[0]) || std::isnan(x[1]) ? std::nan("") : std::fmax(x[0], x[1]);
    case F::minimum: return std::isnan(x[0]) || std::isnan(x[1]) ? std::nan("") : std::fmin(x[0], x[1]);
    case F::multiply_add: return x[0] * x[1] + x[2];
    case F::clamp: return x[0] < x[1] ? x[1] : x[0] > x[2] ? x[2] : x[0];
    case F::impute: return is_missing(x[0], x[1]) ? x[2] : x[0];
    case F::where: return x[0] != 0 ? x[1] : x[2];
    case F::equal: return x[0] == x[1];
    case F::greater: return x[0] > x[1];
    case F::prelu: return x[0] >= 0 ? x[0] : x[0] * x[1];
    case F::cast: return cast(x[0], to);
    default: break;
  }
  const ActivationParameters p = parameters_of(function, x);
  return activate(activation(function), x[0], p.alpha, p.beta, p.threshold, p.maximum);
}

/// Of one rounding to the type of the result.
double rounding_to(DataType to, double y) {
  return to == DataType::float32 || to == DataType::float64 ? rounding(y, to) : 0;
}

double error_of_comparison(std::span<const double> x, std::span<const double> e) {
  const double off = e[0] + e[1];
  return off > 0 && !(std::abs(x[0] - x[1]) > off) ? 1 : off >= 0 ? 0 : kInfinity;
}

double error_of_quotient(std::span<const double> x, std::span<const double> e) {
  if (!(e[1] < std::abs(x[1]))) return e[1] == 0 ? 0 : kInfinity;
  return (e[0] + std::abs(x[0] / x[1]) * e[1]) / (std::abs(x[1]) - e[1]);
}

double error_of_imputed(std::span<const double> x, std::span<const double> e) {
  const bool missing = is_missing(x[0], x[1]);
  if (e[0] != 0 && missing != (std::abs(x[0] - x[1]) <= e[0])) return kInfinity;
  return missing ? e[2] : e[0];
}

/// What errors of the operands behind the first make of the result.
double error_of_parameters(F function, std::span<const double> x, std::span<const double> e) {
  switch (function) {
    case F::clamp: return e[1] + e[2];
    case F::prelu: return std::abs(x[0]) * e[1];
    case F::leaky_relu: return std::abs(x[0] - x[2]) * e[1] + std::abs(x[1]) * e[2] + e[3];
    case F::elu: return std::abs(std::expm1(std::min(x[0], 0.0))) * e[1];
    case F::hard_sigmoid: return std::abs(x[0]) * e[1] + e[2];
    default: return 0;
  }
}

/// What errors of the operands make of the result, without its own rounding.
double carried_error(F function, std::span<const double> x, std::span<const double> e, DataType to) {
  const double product = std::abs(x[0]) * (e.size() > 1 ? e[1] : 0) + std::abs(x.size() > 1 ? x[1] : 0) * e[0] +
                         e[0] * (e.size() > 1 ? e[1] : 0);
  switch (function) {
    case F::add:
    case F::subtract: return e[0] + e[1];
    case F::multiply: return product;
    case F::divide: return error_of_quotient(x, e);
    case F::maximum:
    case F::minimum: return std::max(e[0], e[1]);
    case F::multiply_add: return product + e[2] + rounding_to(to, x[0] * x[1]);
    case F::impute: return error_of_imputed(x, e);
    case F::where: return e[0] == 0 ? e[x[0] != 0 ? 1 : 2] : kInfinity;
    case F::equal:
    case F::greater: return error_of_comparison(x, e);
    default: break;
  }
  std::vector<double> at(x.begin(), x.end());
  return carried([&](double v) { return at[0] = v, real(function, at, to); }, x[0], e[0]) +
         error_of_parameters(function, x, e);
}

/// What the device's own arithmetic adds.
double own_error(F function, std::span<const double> x, double y, DataType to) {
  switch (function) {
    case F::maximum:
    case F::minimum:
    case F::clamp:
    case F::impute:
    case F::where:
    case F::equal:
    case F::greater: return 0;
    case F::prelu: return x[0] >= 0 ? 0 : 2 * rounding_to(to, y);
    case F::add:
    case F::subtract:
    case F::multiply:
    case F::divide:
    case F::multiply_add: return rounding_to(to, y);
    case F::cast: return to == DataType::float64 ? 0 : rounding_to(to, y);
    default: break;
  }
  const ActivationParameters p = parameters_of(function, x);
  return activation_error(activation(function), x[0], 0, p.alpha, p.beta, p.threshold, p.maximum, to);
}

}  // namespace

MapFunction function_of(BinaryFunction function) {
  switch (function) {
    case BinaryFunction::add: return F::add;
    case BinaryFunction::subtract: return F::subtract;
    case BinaryFunction::multiply: return F::multiply;
    case BinaryFunction::divide: return F::divide;
    case BinaryFunction::maximum: return F::maximum;
    case BinaryFunction::minimum: return F::minimum;
  }
  throw std::logic_error("a combination without a function");
}

std::optional<MapFunction> function_of(ActivationFunction function) {
  for (const auto& [activation, known] : kActivations)
    if (activation == function) return known;
  return std::nullopt;
}

const char* name_of(MapFunction function) {
  switch (function) {
#define NACRE_FUNCTION(name) \
  case F::name: return #name;
    NACRE_FUNCTION_NAMES(NACRE_FUNCTION)
#undef NACRE_FUNCTION
  }
  return "unknown";
}

unsigned operands_of(MapFunction function) {
#define NACRE_FUNCTION(name, op, from, to, number, operands) \
  if (static_cast<int>(function) == number) return operands;
  NACRE_FUNCTIONS(NACRE_FUNCTION)
#undef NACRE_FUNCTION
  return 0;
}

bool has_function(MapFunction function, DataType from, DataType to) {
#define NACRE_FUNCTION(name, op, from_type, to_type, number, operands)                              \
  if (static_cast<int>(function) == number && from == DataType::from_type && to == DataType::to_type) \
    return true;
  NACRE_FUNCTIONS(NACRE_FUNCTION)
#undef NACRE_FUNCTION
  return false;
}

double apply(MapFunction function, std::span<const double> x, DataType to) {
  if (function == F::multiply && to == DataType::int32)  // a double does not hold all products
    return wrapped(static_cast<std::int64_t>(x[0]) * static_cast<std::int64_t>(x[1]));
  const double y = real(function, x, to);
  return to == DataType::int32 ? wrapped(static_cast<std::int64_t>(y)) : y;
}

double function_error(MapFunction function, std::span<const double> x, std::span<const double> errors, double y,
                      DataType to) {
  const double error = carried_error(function, x, errors, to) + own_error(function, x, y, to);
  return error >= 0 ? error : kInfinity;  // of what is no number nothing is known
}

}  // namespace nacre::tools
