#include "tools/operators/functions.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <utility>
#include <vector>

#include "tools/operators/activation.hpp"
#include "tools/operators/errors.hpp"
#include "tools/operators/rescale.hpp"

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
  const auto limited = [x](double least, double most) {
    return std::isnan(x) ? 0 : std::clamp<double>(std::trunc(x), least, most);
  };
  switch (to) {
    case DataType::int32: return limited(-2147483648.0, 2147483647.0);
    case DataType::int16: return limited(-32768, 32767);
    case DataType::int8: return limited(-128, 127);
    case DataType::uint8: return limited(0, 255);
    case DataType::boolean: return x != 0;
    default: return x;
  }
}

/// a * b * 2^(c - 31), rounded as quantised layers round.
double rescaled(std::span<const double> x) {
  return static_cast<double>(multiply_by_quantized_multiplier(static_cast<std::int64_t>(x[0]),
                                                              static_cast<std::int64_t>(std::max(x[1], 0.0)),
                                                              static_cast<int>(std::clamp(x[2], -31.0, 30.0))));
}

/// The bits of a that b has not, or the other way round.
double exclusive_or(double a, double b) {
  return static_cast<std::int32_t>(a) ^ static_cast<std::int32_t>(b);
}

/// An integer result modulo 2^32.
double wrapped(std::int64_t x) { return static_cast<std::int32_t>(static_cast<std::uint32_t>(x)); }

double rounded_to_even(double x) {
  const double below = std::floor(x), rest = x - below;
  return rest > 0.5 || (rest == 0.5 && std::fmod(below, 2) != 0) ? below + 1 : below;
}

/// By 0 integers give 0.
double floored_quotient(double a, double b, DataType to) {
  return to == DataType::int32 && b == 0 ? 0 : std::floor(a / b);
}
double remainder_of(double a, double b, DataType to) {
  if (to == DataType::int32 && b == 0) return 0;
  const double rest = std::fmod(a, b);
  return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
}

bool is_missing(double x, double missing) { return std::isnan(missing) ? std::isnan(x) : x == missing; }

double real(F function, std::span<const double> x, DataType to) {
  switch (function) {
    case F::add: return x[0] + x[1];
    case F::subtract: return x[0] - x[1];
    case F::multiply: return x[0] * x[1];
    case F::divide: return to != DataType::int32 ? x[0] / x[1] : x[1] == 0 ? 0 : std::trunc(x[0] / x[1]);
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
    case F::erf: return std::erf(x[0]);
    case F::log1p: return std::log1p(x[0]);
    case F::expm1: return std::expm1(x[0]);
    case F::power: return std::pow(x[0], x[1]);
    case F::sine: return std::sin(x[0]);
    case F::cosine: return std::cos(x[0]);
    case F::floor: return std::floor(x[0]);
    case F::ceiling: return std::ceil(x[0]);
    case F::nearest: return rounded_to_even(x[0]);
    case F::sign: return x[0] > 0 ? 1 : x[0] < 0 ? -1 : x[0];
    case F::greater_equal: return x[0] >= x[1];
    case F::floor_divide: return floored_quotient(x[0], x[1], to);
    case F::remainder: return remainder_of(x[0], x[1], to);
    case F::rescale: return rescaled(x);
    case F::exclusive_or: return exclusive_or(x[0], x[1]);
    case F::shift_right: return std::floor(std::ldexp(x[0], -static_cast<int>(std::clamp(x[1], 0.0, 31.0))));
    case F::nearest_away: return std::round(x[0]);
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

double error_of_quotient(std::span<const double> x, std::span<const double> e, DataType to) {
  if (to == DataType::int32) return e[0] + e[1] > 0 ? kInfinity : 0;
  if (!(e[1] < std::abs(x[1]))) return e[1] == 0 ? 0 : kInfinity;
  return (e[0] + std::abs(x[0] / x[1]) * e[1]) / (std::abs(x[1]) - e[1]);
}

/// Where operands that are off, or a quotient that is rounded, may have another integer below: that many steps.
double error_of_floor(std::span<const double> x, std::span<const double> e, DataType to) {
  if (to == DataType::int32) return e[0] + e[1] > 0 ? kInfinity : 0;
  const double q = x[0] / x[1], off = error_of_quotient(x, e, to) + rounding_to(to, q);
  return std::isfinite(q) ? std::floor(q + off) - std::floor(q - off) : off;
}

double error_of_remainder(std::span<const double> x, std::span<const double> e) {
  if (e[0] + e[1] == 0) return 0;
  const double q = x[0] / x[1], off = error_of_quotient(x, e, DataType::float32);
  return std::floor(q + off) == std::floor(q - off) ? e[0] + std::abs(std::floor(q)) * e[1] : kInfinity;
}

/// The farthest that a power goes within the errors of both operands.
double error_of_power(std::span<const double> x, std::span<const double> e) {
  if (e[0] + e[1] == 0) return 0;
  if (!(x[0] - e[0] > 0)) return kInfinity;
  double most = 0;
  for (const double a : {x[0] - e[0], x[0] + e[0]})
    for (const double b : {x[1] - e[1], x[1] + e[1]})
      most = std::max(most, std::abs(std::pow(a, b) - std::pow(x[0], x[1])));
  return most;
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
    case F::divide: return error_of_quotient(x, e, to);
    case F::maximum:
    case F::minimum: return std::max(e[0], e[1]);
    case F::multiply_add: return product + e[2] + rounding_to(to, x[0] * x[1]);
    case F::impute: return error_of_imputed(x, e);
    case F::where: return e[0] == 0 ? e[x[0] != 0 ? 1 : 2] : kInfinity;
    case F::equal:
    case F::greater_equal:
    case F::greater: return error_of_comparison(x, e);
    case F::power: return error_of_power(x, e);
    case F::sine:
    case F::cosine: return std::min(e[0], 2.0);
    case F::floor_divide: return error_of_floor(x, e, to);
    case F::remainder: return error_of_remainder(x, e);
    case F::rescale:
    case F::exclusive_or:
    case F::shift_right: return *std::ranges::max_element(e) > 0 ? kInfinity : 0;
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
    case F::greater_equal:
    case F::floor:
    case F::ceiling:
    case F::nearest:
    case F::sign:
    case F::floor_divide:
    case F::remainder:
    case F::rescale:
    case F::exclusive_or:
    case F::shift_right:
    case F::nearest_away:
    case F::greater: return 0;
    case F::erf:
    case F::log1p:
    case F::expm1:
    case F::sine:
    case F::cosine: return 4 * rounding_to(to, y);
    case F::power:
      return (4 + (to == DataType::float64 ? 8 * std::abs(x[1] * std::log(std::abs(x[0]))) : 0)) * rounding_to(to, y);
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
