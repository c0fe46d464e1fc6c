// Operations on single elements that are composed of several functions.

#include <cmath>
#include <limits>
#include <numbers>

#include "tools/graph/compositions.hpp"
#include "tools/keras/operation.hpp"

namespace nacre::tools {
namespace {

using Ids = std::vector<ValueId>;
using Op = const KerasOperation&;
using M = MapFunction;

/// A formula of the real arguments of an operation, written as operators of ONNX.
class Formula {
 public:
  explicit Formula(Op op) : op_(op), fragment_(op.graph(), op.name()) {}

  std::string argument(std::size_t i) { return fragment_.tensor(op_.real(i)); }
  std::string number(double x) { return fragment_.real(x); }
  /// An operator of these tensors.
  std::string of(const char* name, const std::vector<std::string>& inputs) { return fragment_.add(name, inputs); }
  std::string where(const std::string& condition, const std::string& a, const std::string& b) {
    return of("Where", {condition, a, b});
  }
  std::string is_zero(const std::string& x) { return of("Equal", {x, number(0)}); }
  std::string is_negative(const std::string& x) { return of("Less", {x, number(0)}); }
  /// Also -0.
  std::string has_sign(const std::string& x) {
    return of("Or", {is_negative(x), is_negative(of("Div", {number(1), x}))});
  }
  Ids real(const std::string& y) { return fragment_.finish({y}); }
  Ids condition(const std::string& y) { return fragment_.finish({fragment_.condition(y)}); }

 private:
  Op op_;
  OnnxFragment fragment_;
};

constexpr double kPi = std::numbers::pi;

Ids import_arctan2(Op op, int) {
  Formula f(op);
  const std::string y = f.argument(0), x = f.argument(1);
  const std::string turn = f.where(f.has_sign(y), f.number(-kPi), f.number(kPi));
  const std::string both = f.of("And", {f.is_zero(y), f.is_zero(x)});
  const std::string right = f.where(both, y, f.of("Atan", {f.of("Div", {y, x})}));
  const std::string left = f.where(both, turn, f.of("Add", {right, turn}));
  return f.real(f.where(f.has_sign(x), left, right));
}

Ids import_scaled(Op op, int to_degrees) {
  Formula f(op);
  return f.real(f.of("Mul", {f.argument(0), f.number(to_degrees != 0 ? 180 / kPi : kPi / 180)}));
}

Ids import_exp2(Op op, int) {
  Formula f(op);
  return f.real(f.of("Pow", {f.number(2), f.argument(0)}));
}
Ids import_ldexp(Op op, int) {
  Formula f(op);
  return f.real(f.of("Mul", {f.argument(0), f.of("Pow", {f.number(2), f.argument(1)})}));
}

Ids import_cbrt(Op op, int) {
  Formula f(op);
  const std::string x = f.argument(0);
  return f.real(f.of("Mul", {f.of("Sign", {x}), f.of("Pow", {f.of("Abs", {x}), f.number(1.0 / 3)})}));
}

/// log(e^a + e^b)
Ids import_logaddexp(Op op, int) {
  Formula f(op);
  const std::string a = f.argument(0), b = f.argument(1);
  const std::string below = f.of("Neg", {f.of("Abs", {f.of("Sub", {a, b})})});
  return f.real(f.of("Add", {f.of("Max", {a, b}), f.of("Softplus", {below})}));
}

Ids import_hypot(Op op, int) {
  Formula f(op);
  const std::string a = f.argument(0), b = f.argument(1);
  return f.real(f.of("Sqrt", {f.of("Add", {f.of("Mul", {a, a}), f.of("Mul", {b, b})})}));
}

Ids import_is_finite(Op op, int) {
  Formula f(op);
  const std::string x = f.argument(0);
  return f.condition(f.is_zero(f.of("Sub", {x, x})));  // otherwise NaN
}

Ids import_signbit(Op op, int) {
  Formula f(op);
  return f.condition(f.has_sign(f.argument(0)));
}

/// Arguments: x, and what stands for NaN and for infinities: the largest numbers.
Ids import_nan_to_num(Op op, int) {
  Formula f(op);
  const std::string x = f.argument(0);
  const double most = std::numeric_limits<float>::max();
  const std::string known = f.where(f.of("IsNaN", {x}), f.number(op.number(1, 0)), x);
  const std::string below = f.where(f.of("Greater", {known, f.number(most)}), f.number(op.number(2, most)), known);
  return f.real(f.where(f.of("Less", {known, f.number(-most)}), f.number(op.number(3, -most)), below));
}

enum class Guarded : int { quotient, product, product_of_log };

/// a / b, a b or a log(b), but 0 where b is 0, or of the last a.
Ids import_guarded(Op op, int what) {
  Formula f(op);
  const std::string a = f.argument(0), b = f.argument(1);
  const auto kind = static_cast<Guarded>(what);
  const std::string y = kind == Guarded::quotient  ? f.of("Div", {a, b})
                        : kind == Guarded::product ? f.of("Mul", {a, b})
                                                   : f.of("Mul", {a, f.of("Log", {b})});
  return f.real(f.where(f.is_zero(kind == Guarded::product_of_log ? a : b), f.number(0), y));
}

/// a - n b, with the sign of a.
Ids import_fmod(Op op, int) {
  OnnxFragment fragment(op.graph(), op.name());
  return fragment.finish({fragment.add("Mod", {fragment.tensor(op.real(0)), fragment.tensor(op.real(1))},
                                       {{"fmod", std::int64_t{1}}})});
}

/// sin(pi x) / (pi x)
Ids import_sinc(Op op, int) {
  Formula f(op);
  const std::string x = f.argument(0), angle = f.of("Mul", {x, f.number(kPi)});
  return f.real(f.where(f.is_zero(x), f.number(1), f.of("Div", {f.of("Sin", {angle}), angle})));
}

Ids import_heaviside(Op op, int) {
  Formula f(op);
  const std::string x = f.argument(0);
  const std::string side = f.where(f.is_negative(x), f.number(0), f.number(1));
  return f.real(f.where(f.of("IsNaN", {x}), x, f.where(f.is_zero(x), f.argument(1), side)));
}

/// softplus(logits) - logits * labels. Arguments: labels, logits.
Ids import_binary_cross_entropy(Op op, int) {
  Formula f(op);
  const std::string labels = f.argument(0), logits = f.argument(1);
  return f.real(f.of("Sub", {f.of("Softplus", {logits}), f.of("Mul", {logits, labels})}));
}

/// The angle of a real number in the plane.
Ids import_angle(Op op, int) {
  Formula f(op);
  const std::string x = f.argument(0);
  return f.real(f.where(f.is_negative(x), f.number(kPi), f.number(0)));
}

Ids import_logical_xor(Op op, int) {
  Formula f(op);
  return f.condition(f.of("Xor", {f.of("Not", {f.is_zero(f.argument(0))}), f.of("Not", {f.is_zero(f.argument(1))})}));
}

/// Arguments: conditions, choices, what stands where none holds.
Ids import_select(Op op, int) {
  const Ids conditions = op.tensors(0), choices = op.tensors(1);
  if (conditions.size() != choices.size()) op.refuse("has another number of conditions than of choices");
  OnnxFragment fragment(op.graph(), op.name());
  std::string y = op.is_tensor(2) ? fragment.tensor(op.real(2)) : fragment.real(op.number(2, 0));
  for (std::size_t i = conditions.size(); i-- > 0;)
    y = fragment.add("Where", {fragment.tensor(conditions[i], true), fragment.tensor(op.as_real(choices[i])), y});
  return fragment.finish({y});
}

/// Coefficients, the highest first, and x.
Ids import_polynomial(Op op, int) {
  Formula f(op);
  const std::string x = f.argument(1);
  std::string y;
  for (const auto& coefficient : op.argument(0)) {
    if (!coefficient.is_number()) op.refuse("has coefficients that are computed", "build the model with numbers");
    const std::string c = f.number(coefficient.get<double>());
    y = y.empty() ? c : f.of("Add", {f.of("Mul", {y, x}), c});
  }
  if (y.empty()) op.refuse("is a polynomial without coefficients");
  return f.real(op.argument(0).size() == 1 ? f.of("Add", {f.of("Mul", {x, f.number(0)}), y}) : y);
}

Ids import_same_real(Op op, int) { return {op.real(0)}; }

// ---- Bits of integers ----

ValueId of_bits(Op op, M function, ValueId a, ValueId b) {
  return add_functions(op.graph(), {function}, {a, b}, op.name());
}

/// a & b, without bits that a sum would lose: half of each, less half of where they differ, and the lowest.
ValueId common_bits(Op op, ValueId a, ValueId b) {
  const auto half = [&](ValueId x) { return add_function_with(op.graph(), M::shift_right, x, 1, op.name()); };
  const auto lowest = [&](ValueId x) { return add_function_with(op.graph(), M::remainder, x, 2, op.name()); };
  const ValueId halves = of_bits(op, M::add, half(a), half(b)), both = of_bits(op, M::multiply, lowest(a), lowest(b));
  return of_bits(op, M::add, of_bits(op, M::subtract, halves, half(of_bits(op, M::exclusive_or, a, b))), both);
}

enum class Bits : int { both, either, one, none };

Ids import_bits(Op op, int what) {
  const auto integer = [&](std::size_t i) { return op.as_integer(op.tensor(i)); };  // of an input, it is float32
  const ValueId a = integer(0);
  if (static_cast<Bits>(what) == Bits::none) {
    const ValueId negative = add_functions(op.graph(), {M::negative}, {a}, op.name());
    return {add_function_with(op.graph(), M::subtract, negative, 1, op.name())};
  }
  const ValueId b = integer(1), differing = of_bits(op, M::exclusive_or, a, b);
  if (static_cast<Bits>(what) == Bits::one) return {differing};
  const ValueId common = common_bits(op, a, b);
  return {static_cast<Bits>(what) == Bits::both ? common : of_bits(op, M::add, common, differing)};
}

Ids import_shift(Op op, int is_left) {
  const ValueId x = op.as_integer(op.tensor(0));
  const std::int64_t by = op.integer(1, 0);
  if (by < 0 || by > 30) op.refuse("shifts by another number than 0 to 30");
  const double factor = is_left != 0 ? std::exp2(static_cast<double>(by)) : static_cast<double>(by);
  return {add_function_with(op.graph(), is_left != 0 ? M::multiply : M::shift_right, x, factor, op.name())};
}

constexpr int of(Guarded what) { return static_cast<int>(what); }
constexpr int of(Bits what) { return static_cast<int>(what); }

}  // namespace

std::vector<KerasOperationRow> keras_formula_operations() {
  return {
      {"Arctan2", "x1 x2", import_arctan2},
      {"Deg2rad", "x", import_scaled, 0},
      {"Rad2deg", "x", import_scaled, 1},
      {"Exp2", "x", import_exp2},
      {"Ldexp", "x1 x2", import_ldexp},
      {"Cbrt", "x", import_cbrt},
      {"Logaddexp", "x1 x2", import_logaddexp},
      {"Hypot", "x1 x2", import_hypot},
      {"Isfinite", "x", import_is_finite},
      {"Signbit", "x", import_signbit},
      {"NanToNum", "x nan posinf neginf", import_nan_to_num},
      {"DivideNoNan", "x1 x2", import_guarded, of(Guarded::quotient)},
      {"Fmod", "x1 x2", import_fmod},
      {"Sinc", "x", import_sinc},
      {"Heaviside", "x1 x2", import_heaviside},
      {"Angle", "x", import_angle},
      {"Real", "x", import_same_real},
      {"Conjugate", "x", import_same_real},
      {"nn.dropout", "x rate", import_same_real},
      {"LogicalXor", "x1 x2", import_logical_xor},
      {"Select", "condlist choicelist default", import_select},
      {"BitwiseAnd", "x y", import_bits, of(Bits::both)},
      {"BitwiseOr", "x y", import_bits, of(Bits::either)},
      {"BitwiseXor", "x y", import_bits, of(Bits::one)},
      {"BitwiseNot", "x", import_bits, of(Bits::none)},
      {"LeftShift", "x y", import_shift, 1},
      {"RightShift", "x y", import_shift, 0},
      {"math.atan2", "y x", import_arctan2},
      {"math.is_finite", "x", import_is_finite},
      {"math.divide_no_nan", "x y", import_guarded, of(Guarded::quotient)},
      {"math.multiply_no_nan", "x y", import_guarded, of(Guarded::product)},
      {"math.xlogy", "x y", import_guarded, of(Guarded::product_of_log)},
      {"math.logical_xor", "x y", import_logical_xor},
      {"compat.v1.nn.sigmoid_cross_entropy_with_logits", "labels logits", import_binary_cross_entropy},
      {"math.polyval", "coeffs x", import_polynomial},
      {"bitwise.bitwise_and", "x y", import_bits, of(Bits::both)},
      {"bitwise.bitwise_or", "x y", import_bits, of(Bits::either)},
      {"bitwise.bitwise_xor", "x y", import_bits, of(Bits::one)},
      {"bitwise.invert", "x", import_bits, of(Bits::none)},
  };
}

}  // namespace nacre::tools
