// Arithmetic, and functions of single elements.

#include <fmt/format.h>

#include <cmath>
#include <numbers>

#include "tools/onnx/programs.hpp"

namespace nacre::tools {
namespace {

using F = MapFunction;

F function_of(const OnnxCall& call) { return static_cast<F>(call.row().function); }

/// Of real numbers, or of integers, which wrap.
void import_arithmetic(const OnnxCall& call) {
  call.define(wrapped(call, apply(call, function_of(call), {call.value(0), call.value(1)}), call.type()));
}

/// Integers are divided towards 0.
void import_div(const OnnxCall& call) {
  const ValueId a = call.value(0), b = call.value(1);
  call.define(is_real(call.type()) ? apply(call, F::divide, {a, b}) : quotient(call, a, b));
}

/// With the sign of the divisor, or as C's fmod.
void import_mod(const OnnxCall& call) {
  const ValueId a = call.value(0), b = call.value(1);
  const bool is_fmod = call.flag("fmod");
  if (is_real(call.type()) && !is_fmod) call.refuse("takes a remainder of real numbers without fmod=1");
  if (!is_fmod) return call.define(modulo(call, a, b));
  const ValueId rest = modulo(call, apply(call, F::absolute, {a}), apply(call, F::absolute, {b}));
  if (!is_real(call.type())) return call.define(apply(call, F::multiply, {rest, apply(call, F::sign, {a})}));
  call.define(choose(call, as_condition(call, apply(call, F::greater, {scalar(call, 0, call.graph().type(a).type), a})),
                     apply(call, F::negative, {rest}), rest));
}

/// Of real numbers; of integers in float64.
void import_pow(const OnnxCall& call) {
  const ValueId a = call.value(0);
  const DataType type = call.graph().type(a).type;
  if (is_real(call.type())) return call.define(apply(call, F::power, {a, as_type(call, call.value(1), type)}));
  const DataType real = DataType::float64;
  if (call.type() != OnnxType::int32 && !call.is_folding())
    call.refuse("takes a power of " + onnx_type_name(call.type()), "cast to float32 before");
  const ValueId power = apply(call, F::power, {as_type(call, a, real), as_type(call, call.value(1), real)});
  const ValueId whole = apply(call, F::nearest, {power});  // which rounding may have missed
  const ValueId distance = apply(call, F::absolute, {apply(call, F::subtract, {power, whole})});
  const ValueId is_whole = apply(call, F::greater, {scalar(call, 1e-6, real), distance});
  call.define(as_type(call, choose(call, is_whole, whole, power), type));
}

/// Of any number of tensors, one after the other.
void import_variadic(const OnnxCall& call) {
  ValueId y = call.value(0);
  for (std::size_t i = 1; i < call.inputs(); ++i) y = apply(call, function_of(call), {y, call.value(i)});
  call.define(y);
}

void import_mean(const OnnxCall& call) {
  ValueId y = call.value(0);
  for (std::size_t i = 1; i < call.inputs(); ++i) y = apply(call, F::add, {y, call.value(i)});
  call.define(apply(call, F::divide, y, static_cast<double>(call.inputs())));
}

void import_unary(const OnnxCall& call) {
  call.define(wrapped(call, apply(call, function_of(call), {call.value()}), call.type()));
}

void import_abs_or_sign(const OnnxCall& call) { call.define(apply(call, function_of(call), {call.value()})); }

void import_reciprocal(const OnnxCall& call) {
  const ValueId x = call.value();
  call.define(apply(call, F::divide, {scalar(call, 1, call.graph().type(x).type), x}));
}

void import_tan(const OnnxCall& call) {
  const ValueId x = call.value();
  call.define(apply(call, F::divide, {apply(call, F::sine, {x}), apply(call, F::cosine, {x})}));
}

/// (e^x - 1 - (e^-x - 1)) / 2 keeps its digits near 0.
void import_sinh(const OnnxCall& call) {
  const ValueId x = call.value(), minus = apply(call, F::negative, {x});
  const ValueId difference = apply(call, F::subtract, {apply(call, F::expm1, {x}), apply(call, F::expm1, {minus})});
  call.define(apply(call, F::multiply, difference, 0.5));
}

void import_cosh(const OnnxCall& call) {
  const ValueId x = call.value(), minus = apply(call, F::negative, {x});
  const ValueId sum = apply(call, F::add, {apply(call, F::exponential, {x}), apply(call, F::exponential, {minus})});
  call.define(apply(call, F::multiply, sum, 0.5));
}

/// sign(x) log1p(|x| + x^2 / (1 + sqrt(1 + x^2)))
void import_asinh(const OnnxCall& call) {
  const ValueId x = call.value(), square = apply(call, F::square, {x}), size = apply(call, F::absolute, {x});
  const ValueId root = apply(call, F::sqrt, {apply(call, F::add, square, 1)});
  const ValueId rest = apply(call, F::divide, {square, apply(call, F::add, root, 1)});
  const ValueId y = apply(call, F::log1p, {apply(call, F::add, {size, rest})});
  call.define(apply(call, F::multiply, {y, apply(call, F::sign, {x})}));
}

/// log1p(t + sqrt(2 t + t^2)), t = x - 1
void import_acosh(const OnnxCall& call) {
  const ValueId t = apply(call, F::subtract, call.value(), 1);
  const ValueId square = apply(call, F::add, {apply(call, F::square, {t}), apply(call, F::multiply, t, 2)});
  call.define(apply(call, F::log1p, {apply(call, F::add, {t, apply(call, F::sqrt, {square})})}));
}

void import_atanh(const OnnxCall& call) {
  const ValueId x = call.value(), minus = apply(call, F::negative, {x});
  const ValueId difference = apply(call, F::subtract, {apply(call, F::log1p, {x}), apply(call, F::log1p, {minus})});
  call.define(apply(call, F::multiply, difference, 0.5));
}

/// The arc tangent of x >= 0. Halving the angle twice, t = x / (1 + sqrt(1 + x^2)), brings it below pi / 8, where the
/// series of five terms is exact to float32.
ValueId arc_tangent(const OnnxCall& call, ValueId x) {
  const auto halved = [&](ValueId v) {
    const ValueId root = apply(call, F::sqrt, {apply(call, F::add, apply(call, F::square, {v}), 1)});
    return apply(call, F::divide, {v, apply(call, F::add, root, 1)});
  };
  const ValueId large = as_condition(call, apply(call, F::greater, x, 1));
  const ValueId inverse = apply(call, F::divide, {scalar(call, 1, call.graph().type(x).type), x});
  const ValueId t = halved(halved(choose(call, large, inverse, x))), square = apply(call, F::square, {t});
  ValueId series = apply(call, F::multiply, square, 1.0 / 13);
  for (const double term : {-1.0 / 11, 1.0 / 9, -1.0 / 7, 1.0 / 5, -1.0 / 3}) {
    series = apply(call, F::add, series, term);
    series = apply(call, F::multiply, {series, square});
  }
  const ValueId angle = apply(call, F::multiply, {t, apply(call, F::add, series, 1)});
  const ValueId whole = apply(call, F::multiply, angle, 4);
  return choose(call, large, from_number(call, std::numbers::pi / 2, whole), whole);
}

/// With the sign of x.
ValueId signed_arc_tangent(const OnnxCall& call, ValueId x) {
  return apply(call, F::multiply, {arc_tangent(call, apply(call, F::absolute, {x})), apply(call, F::sign, {x})});
}

void import_atan(const OnnxCall& call) { call.define(signed_arc_tangent(call, call.value())); }

/// asin x = 2 atan(x / (1 + sqrt((1 - x)(1 + x)))), acos x = 2 atan(sqrt((1 - x) / (1 + x)))
void import_asin(const OnnxCall& call) {
  const ValueId x = call.value();
  const ValueId below = from_number(call, 1, x), above = apply(call, F::add, x, 1);
  const ValueId root = apply(call, F::sqrt, {apply(call, F::multiply, {below, above})});
  const ValueId half = signed_arc_tangent(call, apply(call, F::divide, {x, apply(call, F::add, root, 1)}));
  call.define(apply(call, F::multiply, half, 2));
}

void import_acos(const OnnxCall& call) {
  const ValueId x = call.value();
  const ValueId share = apply(call, F::divide, {from_number(call, 1, x), apply(call, F::add, x, 1)});
  call.define(apply(call, F::multiply, arc_tangent(call, apply(call, F::sqrt, {share})), 2));
}

/// A bound, which may be computed; one that is absent, or an infinity, limits nothing.
ValueId limited(const OnnxCall& call, ValueId x, F limiting, std::size_t i) {
  if (!call.has_input(i)) return x;
  return apply(call, limiting, {x, call.value(i)});
}

void import_clip(const OnnxCall& call) {
  call.define(limited(call, limited(call, call.value(), F::maximum, 1), F::minimum, 2));
}

void import_clip_6(const OnnxCall& call) {
  parameters::Clip table;
  table.minimum = call.real("min", table.minimum), table.maximum = call.real("max", table.maximum);
  call.define(call.graph().add(table, {call.value()}, call.name()));
}

/// x * 2^n modulo the type by a table of powers; or x / 2^n, less its fraction.
void import_bit_shift(const OnnxCall& call) {
  const bool is_left = call.text("direction", "") == "LEFT";
  if (!is_left && call.text("direction", "") != "RIGHT") call.refuse("shifts in an unknown direction");
  if (call.is_folding()) call.refuse("shifts a constant");
  std::vector<std::int64_t> powers;
  for (int i = 0; i < (is_left ? 32 : 31); ++i) powers.push_back(static_cast<std::int32_t>(std::uint32_t{1} << i));
  const auto last = static_cast<double>(powers.size() - 1);
  const ValueId x = call.value(0), n = call.value(1);
  const ValueId table = int_constant(call, {std::ssize(powers)}, powers);
  const ValueId power = call.graph().add(parameters::Gather{}, {table, apply(call, F::minimum, n, last)}, call.name());
  const ValueId y = is_left ? wrapped(call, apply(call, F::multiply, {x, power}), call.type())
                            : apply(call, F::floor_divide, {x, power});
  const ValueId zero = int_constant(call, {}, {0});
  // Beyond the table nothing is left; of a negative number to the right its sign.
  const ValueId rest = is_left ? zero : apply(call, F::negative, {apply(call, F::greater, {zero, x})});
  call.define(choose(call, apply(call, F::greater, n, last), rest, y));
}

OnnxOperator of_function(std::string_view name, F f, void (*import)(const OnnxCall&)) {
  return {name, 7, import, nullptr, static_cast<std::uint16_t>(f)};
}

}  // namespace

std::vector<OnnxOperator> onnx_elementwise_operators() {
  return {
      of_function("Add", F::add, import_arithmetic),
      of_function("Sub", F::subtract, import_arithmetic),
      of_function("Mul", F::multiply, import_arithmetic),
      {"Div", 7, import_div},
      {"Mod", 10, import_mod},
      {"Pow", 7, import_pow},
      of_function("Max", F::maximum, import_variadic),
      of_function("Min", F::minimum, import_variadic),
      of_function("Sum", F::add, import_variadic),
      {"Mean", 7, import_mean},
      of_function("Neg", F::negative, import_unary),
      of_function("Abs", F::absolute, import_abs_or_sign),
      of_function("Sign", F::sign, import_abs_or_sign),
      of_function("Sqrt", F::sqrt, import_unary),
      of_function("Exp", F::exponential, import_unary),
      of_function("Log", F::log, import_unary),
      of_function("Floor", F::floor, import_unary),
      of_function("Ceil", F::ceiling, import_unary),
      of_function("Round", F::nearest, import_unary),
      of_function("Erf", F::erf, import_unary),
      of_function("Sin", F::sine, import_unary),
      of_function("Cos", F::cosine, import_unary),
      {"Tan", 7, import_tan},
      {"Sinh", 9, import_sinh},
      {"Cosh", 9, import_cosh},
      {"Asinh", 9, import_asinh},
      {"Acosh", 9, import_acosh},
      {"Atanh", 9, import_atanh},
      {"Asin", 7, import_asin},
      {"Acos", 7, import_acos},
      {"Atan", 7, import_atan},
      {"Reciprocal", 7, import_reciprocal},
      {"Clip", 7, import_clip_6},
      {"Clip", 11, import_clip},
      {"BitShift", 11, import_bit_shift},
  };
}

}  // namespace nacre::tools
