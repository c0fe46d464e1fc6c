// Programs of functions, one node or a few for each function.

#include <algorithm>
#include <cmath>
#include <limits>

#include "nacre/kernel.hpp"
#include "tools/export/onnx_exporter.hpp"
#include "tools/export/onnx_fixed_point.hpp"

namespace nacre::tools {
namespace {

using F = MapFunction;
using Texts = std::vector<std::string>;

/// A function of a program: its operands, by name, and the numbers of those that are literals.
struct FunctionCall {
  OnnxExporter& to;
  const Node& node;
  const Instruction& instruction;
  Texts operands;
  std::vector<std::optional<double>> known;

  const std::string& a() const { return operands[0]; }
  const std::string& b() const { return operands[1]; }
  const std::string& c() const { return operands[2]; }
  OnnxType type() const { return onnx_type(instruction.from); }
  bool is_integer() const { return instruction.from == DataType::int32; }
  std::string number(double value) const { return to.number(type(), value); }
  std::string op(std::string_view name, const Texts& inputs) const { return to.add(name, inputs); }
  std::string where(const std::string& condition, const std::string& yes, const std::string& no) const {
    return op("Where", {condition, yes, no});
  }
  /// 1 or 0 of a condition.
  std::string truth(const std::string& condition) const { return to.cast(condition, type()); }
};


#define NACRE_SAME(function, Name) \
  std::string write_##function(const FunctionCall& f) { return f.op(Name, f.operands); }
NACRE_SAME(add, "Add")
NACRE_SAME(subtract, "Sub")
NACRE_SAME(multiply, "Mul")
NACRE_SAME(maximum, "Max")
NACRE_SAME(minimum, "Min")
NACRE_SAME(negative, "Neg")
NACRE_SAME(absolute, "Abs")
NACRE_SAME(sqrt, "Sqrt")
NACRE_SAME(exponential, "Exp")
NACRE_SAME(log, "Log")
NACRE_SAME(relu, "Relu")
NACRE_SAME(sigmoid, "Sigmoid")
NACRE_SAME(tanh, "Tanh")
NACRE_SAME(power, "Pow")
NACRE_SAME(sine, "Sin")
NACRE_SAME(cosine, "Cos")
NACRE_SAME(floor, "Floor")
NACRE_SAME(ceiling, "Ceil")
NACRE_SAME(nearest, "Round")
NACRE_SAME(sign, "Sign")
NACRE_SAME(exclusive_or, "BitwiseXor")
#undef NACRE_SAME

std::string write_divide(const FunctionCall& f) {
  if (!f.is_integer()) return f.op("Div", f.operands);
  const std::string is_zero = f.op("Equal", {f.b(), f.number(0)});
  return f.where(is_zero, f.number(0), f.op("Div", {f.a(), f.where(is_zero, f.number(1), f.b())}));
}
std::string write_multiply_add(const FunctionCall& f) { return f.op("Add", {f.op("Mul", {f.a(), f.b()}), f.c()}); }
std::string write_clamp(const FunctionCall& f) { return f.op("Min", {f.op("Max", {f.a(), f.b()}), f.c()}); }

std::string write_impute(const FunctionCall& f) {
  const std::string is_nan = f.op("IsNaN", {f.a()});
  if (f.known[1] && std::isnan(*f.known[1])) return f.where(is_nan, f.c(), f.a());
  const std::string is_equal = f.op("Equal", {f.a(), f.b()});
  if (f.known[1]) return f.where(is_equal, f.c(), f.a());
  return f.where(f.op("Or", {is_equal, f.op("And", {is_nan, f.op("IsNaN", {f.b()})})}), f.c(), f.a());
}
std::string write_where(const FunctionCall& f) {
  return f.where(f.op("Equal", {f.a(), f.number(0)}), f.c(), f.b());
}
std::string write_equal(const FunctionCall& f) { return f.truth(f.op("Equal", {f.a(), f.b()})); }
std::string write_greater(const FunctionCall& f) { return f.truth(f.op("Greater", {f.a(), f.b()})); }
std::string write_greater_equal(const FunctionCall& f) { return f.truth(f.op("GreaterOrEqual", {f.a(), f.b()})); }

std::string write_leaky_relu(const FunctionCall& f) {
  const std::string &a = f.a(), &d = f.operands[3];
  const std::string limited = f.known[3] && std::isinf(*f.known[3]) ? a : f.op("Min", {a, d});
  const std::string below = f.known[1] == 0.0
                                ? f.number(0)
                                : f.op("Mul", {f.b(), f.known[2] == 0.0 ? a : f.op("Sub", {a, f.c()})});
  return f.where(f.op("Less", {a, f.c()}), below, limited);
}
std::string write_prelu(const FunctionCall& f) {
  return f.where(f.op("GreaterOrEqual", {f.a(), f.number(0)}), f.a(), f.op("Mul", {f.b(), f.a()}));
}

/// e^a - 1: near 0 by the hyperbolic tangent, which loses no digits there.
std::string minus_one(const FunctionCall& f, const std::string& a) {
  const std::string half = f.op("Tanh", {f.op("Mul", {a, f.number(0.5)})});
  const std::string near_zero =
      f.op("Div", {f.op("Mul", {half, f.number(2)}), f.op("Sub", {f.number(1), half})});
  return f.where(f.op("Less", {f.op("Abs", {a}), f.number(0.5)}), near_zero,
                 f.op("Sub", {f.op("Exp", {a}), f.number(1)}));
}
/// log(1 + a): what 1 + a loses of a counts as its share of the logarithm.
std::string log_plus_one(const FunctionCall& f, const std::string& a) {
  const std::string sum = f.op("Add", {a, f.number(1)}), kept = f.op("Sub", {sum, f.number(1)});
  const std::string is_lost = f.op("Equal", {kept, f.number(0)});
  const std::string share = f.op("Div", {f.op("Mul", {f.op("Log", {sum}), a}), f.where(is_lost, f.number(1), kept)});
  const std::string is_infinite = f.op("Greater", {a, f.number(std::numeric_limits<float>::max())});
  return f.where(is_infinite, a, f.where(is_lost, a, share));
}
std::string write_expm1(const FunctionCall& f) { return minus_one(f, f.a()); }
std::string write_log1p(const FunctionCall& f) { return log_plus_one(f, f.a()); }

/// max(a, 0) + log(1 + e^-|a|), which overflows nowhere.
std::string softplus_of(const FunctionCall& f, const std::string& a) {
  const std::string tail = f.op("Exp", {f.op("Neg", {f.op("Abs", {a})})});
  return f.op("Add", {f.op("Max", {a, f.number(0)}), log_plus_one(f, tail)});
}
std::string write_softplus(const FunctionCall& f) { return softplus_of(f, f.a()); }
std::string write_mish(const FunctionCall& f) { return f.op("Mul", {f.a(), f.op("Tanh", {softplus_of(f, f.a())})}); }

std::string write_elu(const FunctionCall& f) {
  const std::string below = f.op("Mul", {f.b(), minus_one(f, f.op("Min", {f.a(), f.number(0)}))});
  return f.where(f.op("Less", {f.a(), f.number(0)}), below, f.a());
}
std::string write_selu(const FunctionCall& f) {
  const std::string below =
      f.op("Mul", {f.number(1.67326324), minus_one(f, f.op("Min", {f.a(), f.number(0)}))});
  return f.op("Mul", {f.number(1.05070098), f.where(f.op("Less", {f.a(), f.number(0)}), below, f.a())});
}
std::string write_softsign(const FunctionCall& f) {
  return f.op("Div", {f.a(), f.op("Add", {f.op("Abs", {f.a()}), f.number(1)})});
}
std::string write_swish(const FunctionCall& f) { return f.op("Mul", {f.a(), f.op("Sigmoid", {f.a()})}); }
std::string write_square(const FunctionCall& f) { return f.op("Mul", {f.a(), f.a()}); }

/// Erf is an operator of float32 alone in ONNX Runtime.
std::string erf_of(const FunctionCall& f, const std::string& a) {
  if (f.instruction.from == DataType::float32) return f.op("Erf", {a});
  return f.to.cast(f.op("Erf", {f.to.cast(a, OnnxType::float32)}), f.type());
}
std::string write_erf(const FunctionCall& f) { return erf_of(f, f.a()); }
std::string write_gelu(const FunctionCall& f) {
  const std::string tail = f.op("Add", {erf_of(f, f.op("Mul", {f.a(), f.number(std::sqrt(0.5))})), f.number(1)});
  return f.op("Mul", {f.op("Mul", {f.a(), f.number(0.5)}), tail});
}
std::string write_gelu_tanh(const FunctionCall& f) {
  const std::string cube = f.op("Mul", {f.op("Mul", {f.a(), f.a()}), f.a()});
  const std::string inside = f.op("Add", {f.a(), f.op("Mul", {cube, f.number(0.044715)})});
  const std::string tail = f.op("Tanh", {f.op("Mul", {inside, f.number(std::sqrt(2 / std::acos(-1.0)))})});
  return f.op("Mul", {f.op("Mul", {f.a(), f.number(0.5)}), f.op("Add", {tail, f.number(1)})});
}
std::string write_hard_sigmoid(const FunctionCall& f) {
  return f.to.clamped(f.op("Add", {f.op("Mul", {f.b(), f.a()}), f.c()}), f.type(), 0, 1);
}
std::string write_hard_swish(const FunctionCall& f) {
  const std::string gate = f.op("Add", {f.op("Mul", {f.a(), f.number(1.0 / 6)}), f.number(0.5)});
  return f.op("Mul", {f.a(), f.to.clamped(gate, f.type(), 0, 1)});
}

/// Towards 0, of what lies within the type.
std::string write_cast(const FunctionCall& f) {
  const DataType from = f.instruction.from, to = f.instruction.to;
  const OnnxType type = onnx_type(to);
  if (to == DataType::boolean || to == DataType::float32 || to == DataType::float64 || from != DataType::int32) {
    const bool is_real = from == DataType::float32 || from == DataType::float64;
    if (to != DataType::int32 || !is_real) return f.to.cast(f.a(), type);
    const std::string finite = f.where(f.op("IsNaN", {f.a()}), f.number(0), f.a());
    const double most = from == DataType::float32 ? 2147483520.0 : 2147483647.0;
    return f.to.cast(f.to.clamped(finite, f.type(), -2147483648.0, most), type);
  }
  const double least = to == DataType::int16 ? -32768 : to == DataType::int8 ? -128 : 0;
  const double most = to == DataType::int16 ? 32767 : to == DataType::int8 ? 127 : 255;
  return f.to.cast(f.op("Min", {f.op("Max", {f.a(), f.number(least)}), f.number(most)}), type);
}

std::string modulo(const FunctionCall& f, const std::string& a, const std::string& b) {
  return f.to.add("Mod", {a, b}, OnnxAttributes().integer("fmod", 0));
}
std::string write_floor_divide(const FunctionCall& f) {
  if (!f.is_integer()) return f.op("Floor", {f.op("Div", f.operands)});
  const std::string is_zero = f.op("Equal", {f.b(), f.number(0)}), divisor = f.where(is_zero, f.number(1), f.b());
  const std::string whole = f.op("Div", {f.op("Sub", {f.a(), modulo(f, f.a(), divisor)}), divisor});
  return f.where(is_zero, f.number(0), whole);
}
std::string write_remainder(const FunctionCall& f) {
  if (f.is_integer()) {
    const std::string is_zero = f.op("Equal", {f.b(), f.number(0)});
    return f.where(is_zero, f.number(0), modulo(f, f.a(), f.where(is_zero, f.number(1), f.b())));
  }
  const std::string rest = f.to.add("Mod", f.operands, OnnxAttributes().integer("fmod", 1));  // the sign of a
  const std::string signs = f.op("Mul", {f.op("Sign", {rest}), f.op("Sign", {f.b()})});
  const std::string other_sign = f.op("Less", {signs, f.number(0)});
  return f.where(other_sign, f.op("Add", {rest, f.b()}), rest);
}
std::string write_nearest_away(const FunctionCall& f) { return nearest_away(f.to, f.a(), f.type()); }

std::string write_rescale(const FunctionCall& f) {
  if (!f.known[1] || !f.known[2]) f.to.refuse(f.node, "rescales by computed factors, which ONNX cannot");
  const std::string wide = f.to.cast(f.a(), OnnxType::int64);
  return f.to.cast(rescaled(f.to, wide, {std::max(*f.known[1], 0.0)}, {std::clamp(*f.known[2], -31.0, 30.0)}),
                   OnnxType::int32);
}
std::string write_shift_right(const FunctionCall& f) {
  if (!f.known[1]) f.to.refuse(f.node, "shifts by computed numbers of bits, which ONNX cannot");
  const std::string wide = f.to.cast(f.a(), OnnxType::int64);
  return f.to.cast(floor_divided(f.to, wide, std::exp2(std::clamp(*f.known[1], 0.0, 31.0))), OnnxType::int32);
}

struct FunctionRow {
  F function;
  std::string (*write)(const FunctionCall&);
};

constexpr FunctionRow kFunctions[] = {
    {F::add, write_add}, {F::subtract, write_subtract}, {F::multiply, write_multiply}, {F::divide, write_divide},
    {F::maximum, write_maximum}, {F::minimum, write_minimum}, {F::multiply_add, write_multiply_add},
    {F::clamp, write_clamp}, {F::impute, write_impute}, {F::where, write_where}, {F::equal, write_equal},
    {F::greater, write_greater}, {F::negative, write_negative}, {F::absolute, write_absolute}, {F::sqrt, write_sqrt},
    {F::exponential, write_exponential}, {F::log, write_log}, {F::relu, write_relu},
    {F::leaky_relu, write_leaky_relu}, {F::prelu, write_prelu}, {F::elu, write_elu}, {F::selu, write_selu},
    {F::sigmoid, write_sigmoid}, {F::tanh, write_tanh}, {F::softplus, write_softplus}, {F::softsign, write_softsign},
    {F::swish, write_swish}, {F::gelu, write_gelu}, {F::gelu_tanh, write_gelu_tanh},
    {F::hard_sigmoid, write_hard_sigmoid}, {F::hard_swish, write_hard_swish}, {F::mish, write_mish},
    {F::square, write_square}, {F::cast, write_cast}, {F::erf, write_erf}, {F::log1p, write_log1p},
    {F::expm1, write_expm1}, {F::power, write_power}, {F::sine, write_sine}, {F::cosine, write_cosine},
    {F::floor, write_floor}, {F::ceiling, write_ceiling}, {F::nearest, write_nearest}, {F::sign, write_sign},
    {F::greater_equal, write_greater_equal}, {F::floor_divide, write_floor_divide}, {F::remainder, write_remainder},
    {F::rescale, write_rescale}, {F::exclusive_or, write_exclusive_or}, {F::shift_right, write_shift_right},
    {F::nearest_away, write_nearest_away},
};

/// Whether all inputs broadcast as they lie, rows behind each other.
bool broadcasts_flat(const OnnxExporter& to, const Node& node) {
  const Dimensions& y = to.shape(node.outputs[0]);
  for (std::size_t i = 0; i + 1 < node.inputs.size(); ++i) {
    const Dimensions& x = to.shape(node.inputs[i]);
    if (to.is_constant(node.inputs[i])) {
      if (x.size() == y.size() && !x.empty() && x.front() != 1) return false;
    } else if (x.size() != y.size() || x.empty() || x.front() != y.front()) {
      return false;
    }
  }
  return true;
}

void write_map(OnnxExporter& to, const Node& node) {
  const bool is_flat = broadcasts_flat(to, node);
  const std::size_t rank = to.shape(node.outputs[0]).size();
  std::string last;
  for (const Instruction& instruction : node.program.instructions) {
    FunctionCall call{to, node, instruction, {}, {}};
    for (const Operand& operand : instruction.operands) {
      call.known.emplace_back();
      if (operand.kind == Operand::Kind::literal) {
        const Literal& literal = node.program.literals[operand.index];
        call.known.back() = literal.value;
        call.operands.push_back(to.number(onnx_type(literal.type), literal.value));
      } else if (operand.kind == Operand::Kind::output) {
        call.operands.push_back(last);
      } else {
        const ValueId input = node.inputs[operand.index];
        call.operands.push_back(is_flat ? to.flat(input) : to.rows(input, rank));
      }
    }
    const auto* row = std::ranges::find(kFunctions, instruction.function, &FunctionRow::function);
    if (row == std::end(kFunctions)) to.refuse(node, "a function of it has no counterpart in ONNX");
    last = row->write(call);
  }
  if (is_flat) to.define(node.outputs[0], last);
  else to.define_rows(node.outputs[0], last);
}

}  // namespace

std::vector<OnnxExportRow> onnx_export_elementwise() { return {{Operator::map, write_map}}; }

}  // namespace nacre::tools
