// Operations on single elements: arithmetic, comparisons, functions, activations.

#include <cmath>

#include "tools/graph/compositions.hpp"
#include "tools/keras/operation.hpp"

namespace nacre::tools {
namespace {

using Ids = std::vector<ValueId>;
using Op = const KerasOperation&;
using M = MapFunction;

constexpr int of(M f) { return static_cast<int>(f); }

/// Ranks that differ would lay the batch of one upon an axis of the other.
void require_same_rows(Op op, ValueId a, ValueId b) {
  const auto is_row = [&](ValueId x) { return !op.graph().values[x].constant; };
  if (is_row(a) && is_row(b) && op.graph().shape(a).size() != op.graph().shape(b).size())
    op.refuse("combines tensors of different ranks, so that the batch of one meets another axis",
              "give them the same rank, as keras.ops.expand_dims does");
}

/// f of arguments 0 and 1: integers where both are and `keeps_integers`, else real numbers.
ValueId binary(Op op, M f, bool keeps_integers = true) {
  ValueId a = op.tensor(0), b = op.tensor(1);
  const auto is_integer = [&](ValueId x) { return op.graph().type(x).type == DataType::int32; };
  require_same_rows(op, a, b);
  if (!keeps_integers || !is_integer(a) || !is_integer(b)) a = op.as_real(a), b = op.as_real(b);
  return add_functions(op.graph(), {f}, {a, b}, op.name());
}

ValueId as_condition(Op op, ValueId x) { return op.as_integer(x); }
ValueId negated(Op op, ValueId x) {
  Program program;
  program.then(M::subtract, DataType::int32, {program.literal(1, DataType::int32), input_of_program(0)});
  return op.graph().add_map(program, {x}, op.name());
}

Ids import_binary(Op op, int f) { return {binary(op, static_cast<M>(f))}; }
Ids import_real_binary(Op op, int f) { return {binary(op, static_cast<M>(f), false)}; }
Ids import_comparison(Op op, int f) { return {as_condition(op, binary(op, static_cast<M>(f)))}; }
Ids import_negated_comparison(Op op, int f) {
  return {negated(op, as_condition(op, binary(op, static_cast<M>(f))))};
}
/// b > a in the place of a < b.
ValueId swapped(Op op, M f) {
  ValueId a = op.tensor(1), b = op.tensor(0);
  require_same_rows(op, a, b);
  if (op.graph().type(a).type != op.graph().type(b).type) a = op.as_real(a), b = op.as_real(b);
  return as_condition(op, add_functions(op.graph(), {f}, {a, b}, op.name()));
}
Ids import_less(Op op, int f) { return {swapped(op, static_cast<M>(f))}; }

/// Conditions are 1 or 0.
ValueId truth(Op op, std::size_t i) {
  const ValueId x = op.tensor(i);
  Program program;
  const DataType type = op.graph().type(x).type;
  program.then(M::equal, type, {input_of_program(0), program.literal(0, type)});
  return negated(op, as_condition(op, op.graph().add_map(program, {x}, op.name())));
}
Ids import_logical(Op op, int f) {
  const ValueId a = truth(op, 0), b = truth(op, 1);
  require_same_rows(op, a, b);
  return {add_functions(op.graph(), {static_cast<M>(f)}, {a, b}, op.name())};
}
Ids import_logical_not(Op op, int) { return {negated(op, truth(op, 0))}; }

Ids import_squared_difference(Op op, int) {
  return {add_functions(op.graph(), {M::square}, {binary(op, M::subtract, false)}, op.name())};
}

Ids import_unary(Op op, int f) { return {add_functions(op.graph(), {static_cast<M>(f)}, {op.real(0)}, op.name())}; }
/// Of integers too.
Ids import_unary_of_any(Op op, int f) {
  return {add_functions(op.graph(), {static_cast<M>(f)}, {op.tensor(0)}, op.name())};
}

Ids import_round(Op op, int) {
  if (op.integer(1, 0) != 0) op.refuse("rounds to decimals", "build the model without");
  return import_unary(op, of(M::nearest));
}

/// 1 / x, 1 / sqrt(x)
Ids import_inverse(Op op, int is_root) {
  ValueId x = op.real(0);
  if (is_root != 0) x = add_functions(op.graph(), {M::sqrt}, {x}, op.name() + ".root");
  Program program;
  program.then(M::divide, DataType::float32, {program.literal(1, DataType::float32), input_of_program(0)});
  return {op.graph().add_map(program, {x}, op.name())};
}

Ids import_log_base(Op op, int base) {
  const ValueId log = add_functions(op.graph(), {M::log}, {op.real(0)}, op.name() + ".log");
  return {add_function_with(op.graph(), M::multiply, log, 1 / std::log(static_cast<double>(base)), op.name())};
}

/// Towards 0.
Ids import_trunc(Op op, int) {
  const ValueId x = op.real(0);
  const ValueId size = add_functions(op.graph(), {M::absolute, M::floor}, {x}, op.name() + ".size"),
                sign = add_functions(op.graph(), {M::sign}, {x}, op.name() + ".sign");
  return {add_functions(op.graph(), {M::multiply}, {size, sign}, op.name())};
}

/// Where a word stands in a list, for the number of a row.
template <std::size_t N>
constexpr int place_in(const char* const (&words)[N], std::string_view word) {
  for (int i = 0; i < static_cast<int>(N); ++i)
    if (word == words[i]) return i;
  return -1;
}

constexpr const char* kOnnx[] = {"Tan",  "Sinh",  "Cosh",  "Asin",  "Acos",
                                 "Atan", "Asinh", "Acosh", "Atanh", "IsNaN", "IsInf"};

constexpr int onnx(std::string_view name) { return place_in(kOnnx, name); }

/// A function that ONNX has.
Ids import_onnx(Op op, int which) {
  OnnxFragment fragment(op.graph(), op.name());
  const std::string y = fragment.add(kOnnx[which], {fragment.tensor(op.real(0))});
  return fragment.finish({which < onnx("IsNaN") ? y : fragment.condition(y)});
}

Ids import_clip(Op op, int) {
  ValueId x = op.real(0);
  if (op.has(1)) x = add_functions(op.graph(), {M::maximum}, {x, op.real(1)}, op.name() + ".low");
  if (op.has(2)) x = add_functions(op.graph(), {M::minimum}, {x, op.real(2)}, op.name());
  return {x};
}

Ids import_where(Op op, int) {
  if (!op.has(1) || !op.has(2))
    op.refuse("lists places, of which there are as many as the data has", "give it both values");
  ValueId a = op.tensor(1), b = op.tensor(2);
  const bool is_integer =
      op.graph().type(a).type == DataType::int32 && op.graph().type(b).type == DataType::int32;
  if (!is_integer) a = op.as_real(a), b = op.as_real(b);
  ValueId condition = truth(op, 0);
  require_same_rows(op, condition, a), require_same_rows(op, condition, b), require_same_rows(op, a, b);
  if (!is_integer) condition = op.as_real(condition);
  return {add_functions(op.graph(), {M::where}, {condition, a, b}, op.name())};
}

constexpr const char* kWords[] = {"relu",       "relu6",     "elu",       "selu",        "celu",        "silu",
                                  "sigmoid",    "tanh",      "softplus",  "softsign",    "mish",        "hard_silu",
                                  "hard_tanh",  "log_sigmoid", "sparse_plus", "sparse_sigmoid", "tanh_shrink",
                                  "hard_sigmoid"};
constexpr int word(std::string_view text) { return place_in(kWords, text); }

/// Argument 1 is the alpha of elu and celu, and the beta of silu.
Ids import_word(Op op, int which) {
  const std::string name = kWords[which];
  const double alpha = op.number(1, 1);
  if (alpha != 1 && name != "elu")
    op.refuse("is " + name + " with another factor than 1, which Nacre does not read", "build the model with 1");
  return {op.layer().apply(op.real(0), name, alpha)};
}

Ids import_leaky_relu(Op op, int) {
  parameters::Activation table;
  table.function = ActivationFunction::relu, table.alpha = static_cast<float>(op.number(1, 0.2));
  return {op.graph().add(table, {op.real(0)}, op.name())};
}

Ids import_gelu(Op op, int is_approximate) {
  const bool by_tanh = op.flag(1, is_approximate != 0);
  return {add_functions(op.graph(), {by_tanh ? M::gelu_tanh : M::gelu}, {op.real(0)}, op.name())};
}

/// x where |x| > t, else 0; or x less what of it lies within t.
Ids import_shrink(Op op, int is_soft) {
  const double t = op.number(1, 0.5);
  const ValueId x = op.real(0);
  Program program;
  const auto literal = [&](double number) { return program.literal(number, DataType::float32); };
  if (is_soft != 0) {
    program.then(M::clamp, DataType::float32, {input_of_program(0), literal(-t), literal(t)});
    program.then(M::subtract, DataType::float32, {input_of_program(1), kOutputOfProgram});
  } else {
    program.then(M::absolute, DataType::float32, {input_of_program(0)});
    program.then(M::greater, DataType::float32, {kOutputOfProgram, literal(t)});
    program.then(M::where, DataType::float32, {kOutputOfProgram, input_of_program(1), literal(0)});
  }
  return {op.graph().add_map(program, {x, x}, op.name())};
}

/// x where it is above a threshold, else a number.
Ids import_threshold(Op op, int) {
  const ValueId x = op.real(0);
  Program program;
  const auto literal = [&](double number) { return program.literal(number, DataType::float32); };
  program.then(M::greater, DataType::float32, {input_of_program(0), literal(op.number(1, 0))});
  program.then(M::where, DataType::float32, {kOutputOfProgram, input_of_program(1), literal(op.number(2, 0))});
  return {op.graph().add_map(program, {x, x}, op.name())};
}

/// (x + sqrt(x^2 + b)) / 2
Ids import_squareplus(Op op, int) {
  const ValueId x = op.real(0);
  Program program;
  program.then(M::square, DataType::float32, {input_of_program(0)});
  program.then(M::add, DataType::float32, {kOutputOfProgram, program.literal(op.number(1, 4), DataType::float32)});
  program.then(M::sqrt, DataType::float32, {kOutputOfProgram});
  program.then(M::add, DataType::float32, {kOutputOfProgram, input_of_program(1)});
  program.then(M::multiply, DataType::float32, {kOutputOfProgram, program.literal(0.5, DataType::float32)});
  return {op.graph().add_map(program, {x, x}, op.name())};
}

Ids import_cast(Op op, int) {
  std::string type = op.text(1, "float32");
  if (type.starts_with("tf.")) type = type.substr(3);
  if (type == "float32" || type == "float") return {op.real(0)};
  if (type == "bool") return {truth(op, 0)};
  if (type != "int32" && type != "int64" && type != "int")
    op.refuse("casts to " + type + ", which Nacre does not read", "cast to float32 or int32");
  return {op.as_integer(op.tensor(0))};
}

Ids import_same(Op op, int) { return {op.tensor(0)}; }

/// Arguments: x, a type.
Ids import_converted(Op op, int) {
  if (op.has(1)) op.refuse("converts numbers to another type", "use keras.ops.cast");
  return {op.tensor(0)};
}

}  // namespace

std::vector<KerasOperationRow> keras_elementwise_operations() {
  return {
      {"Add", "x1 x2", import_binary, of(M::add)},
      {"Subtract", "x1 x2", import_binary, of(M::subtract)},
      {"Multiply", "x1 x2", import_binary, of(M::multiply)},
      {"TrueDivide", "x1 x2", import_real_binary, of(M::divide)},
      {"Divide", "x1 x2", import_real_binary, of(M::divide)},
      {"FloorDivide", "x1 x2", import_binary, of(M::floor_divide)},
      {"Mod", "x1 x2", import_binary, of(M::remainder)},
      {"Power", "x1 x2", import_real_binary, of(M::power)},
      {"Maximum", "x1 x2", import_binary, of(M::maximum)},
      {"Minimum", "x1 x2", import_binary, of(M::minimum)},
      {"Equal", "x1 x2", import_comparison, of(M::equal)},
      {"NotEqual", "x1 x2", import_negated_comparison, of(M::equal)},
      {"Greater", "x1 x2", import_comparison, of(M::greater)},
      {"GreaterEqual", "x1 x2", import_comparison, of(M::greater_equal)},
      {"Less", "x1 x2", import_less, of(M::greater)},
      {"LessEqual", "x1 x2", import_less, of(M::greater_equal)},
      {"LogicalAnd", "x1 x2", import_logical, of(M::minimum)},
      {"LogicalOr", "x1 x2", import_logical, of(M::maximum)},
      {"LogicalNot", "x", import_logical_not},
      {"Negative", "x", import_unary_of_any, of(M::negative)},
      {"Absolute", "x", import_unary_of_any, of(M::absolute)},
      {"Sign", "x", import_unary_of_any, of(M::sign)},
      {"Square", "x", import_unary, of(M::square)},
      {"Sqrt", "x", import_unary, of(M::sqrt)},
      {"Rsqrt", "x", import_inverse, 1},
      {"Reciprocal", "x", import_inverse, 0},
      {"Exp", "x", import_unary, of(M::exponential)},
      {"Expm1", "x", import_unary, of(M::expm1)},
      {"Log", "x", import_unary, of(M::log)},
      {"Log1p", "x", import_unary, of(M::log1p)},
      {"Log2", "x", import_log_base, 2},
      {"Log10", "x", import_log_base, 10},
      {"Floor", "x", import_unary, of(M::floor)},
      {"Ceil", "x", import_unary, of(M::ceiling)},
      {"Trunc", "x", import_trunc},
      {"Round", "x decimals", import_round},
      {"Sin", "x", import_unary, of(M::sine)},
      {"Cos", "x", import_unary, of(M::cosine)},
      {"Erf", "x", import_unary, of(M::erf)},
      {"Tan", "x", import_onnx, onnx("Tan")},
      {"Sinh", "x", import_onnx, onnx("Sinh")},
      {"Cosh", "x", import_onnx, onnx("Cosh")},
      {"Arcsin", "x", import_onnx, onnx("Asin")},
      {"Arccos", "x", import_onnx, onnx("Acos")},
      {"Arctan", "x", import_onnx, onnx("Atan")},
      {"Arcsinh", "x", import_onnx, onnx("Asinh")},
      {"Arccosh", "x", import_onnx, onnx("Acosh")},
      {"Arctanh", "x", import_onnx, onnx("Atanh")},
      {"Isnan", "x", import_onnx, onnx("IsNaN")},
      {"Isinf", "x", import_onnx, onnx("IsInf")},
      {"Clip", "x x_min x_max", import_clip},
      {"Where", "condition x1 x2", import_where},
      {"Relu", "x", import_word, word("relu")},
      {"Relu6", "x", import_word, word("relu6")},
      {"Elu", "x alpha", import_word, word("elu")},
      {"Selu", "x", import_word, word("selu")},
      {"Celu", "x alpha", import_word, word("celu")},
      {"Silu", "x", import_word, word("silu")},
      {"Sigmoid", "x", import_word, word("sigmoid")},
      {"Tanh", "x", import_word, word("tanh")},
      {"Softplus", "x", import_word, word("softplus")},
      {"Softsign", "x", import_word, word("softsign")},
      {"Mish", "x", import_word, word("mish")},
      {"HardSilu", "x", import_word, word("hard_silu")},
      {"HardSigmoid", "x", import_word, word("hard_sigmoid")},
      {"HardTanh", "x", import_word, word("hard_tanh")},
      {"LogSigmoid", "x", import_word, word("log_sigmoid")},
      {"SparsePlus", "x", import_word, word("sparse_plus")},
      {"SparseSigmoid", "x", import_word, word("sparse_sigmoid")},
      {"TanhShrink", "x", import_word, word("tanh_shrink")},
      {"LeakyRelu", "x negative_slope", import_leaky_relu},
      {"Gelu", "x approximate", import_gelu, 1},
      {"HardShrink", "x threshold", import_shrink, 0},
      {"SoftShrink", "x threshold", import_shrink, 1},
      {"Threshold", "x threshold default_value", import_threshold},
      {"Squareplus", "x b", import_squareplus},
      {"Cast", "x dtype", import_cast},
      {"StopGradient", "x", import_same},
      {"ConvertToTensor", "x dtype", import_converted},
      {"__operators__.add", "x y", import_binary, of(M::add)},
      {"math.add", "x y", import_binary, of(M::add)},
      {"math.subtract", "x y", import_binary, of(M::subtract)},
      {"math.multiply", "x y", import_binary, of(M::multiply)},
      {"math.truediv", "x y", import_real_binary, of(M::divide)},
      {"math.divide", "x y", import_real_binary, of(M::divide)},
      {"RealDiv", "x y", import_real_binary, of(M::divide)},
      {"compat.v1.floor_div", "x y", import_binary, of(M::floor_divide)},
      {"math.floordiv", "x y", import_binary, of(M::floor_divide)},
      {"math.floormod", "x y", import_binary, of(M::remainder)},
      {"math.pow", "x y", import_real_binary, of(M::power)},
      {"math.maximum", "x y", import_binary, of(M::maximum)},
      {"math.minimum", "x y", import_binary, of(M::minimum)},
      {"math.squared_difference", "x y", import_squared_difference},
      {"math.equal", "x y", import_comparison, of(M::equal)},
      {"__operators__.eq", "x y", import_comparison, of(M::equal)},
      {"math.not_equal", "x y", import_negated_comparison, of(M::equal)},
      {"__operators__.ne", "x y", import_negated_comparison, of(M::equal)},
      {"math.greater", "x y", import_comparison, of(M::greater)},
      {"math.greater_equal", "x y", import_comparison, of(M::greater_equal)},
      {"math.less", "x y", import_less, of(M::greater)},
      {"math.less_equal", "x y", import_less, of(M::greater_equal)},
      {"math.logical_and", "x y", import_logical, of(M::minimum)},
      {"math.logical_or", "x y", import_logical, of(M::maximum)},
      {"math.logical_not", "x", import_logical_not},
      {"math.negative", "x", import_unary_of_any, of(M::negative)},
      {"math.abs", "x", import_unary_of_any, of(M::absolute)},
      {"math.sign", "x", import_unary_of_any, of(M::sign)},
      {"math.square", "x", import_unary, of(M::square)},
      {"math.sqrt", "x", import_unary, of(M::sqrt)},
      {"math.rsqrt", "x", import_inverse, 1},
      {"math.reciprocal", "x", import_inverse, 0},
      {"math.exp", "x", import_unary, of(M::exponential)},
      {"math.expm1", "x", import_unary, of(M::expm1)},
      {"math.log", "x", import_unary, of(M::log)},
      {"math.log1p", "x", import_unary, of(M::log1p)},
      {"math.floor", "x", import_unary, of(M::floor)},
      {"math.ceil", "x", import_unary, of(M::ceiling)},
      {"math.round", "x", import_unary, of(M::nearest)},
      {"math.sin", "x", import_unary, of(M::sine)},
      {"math.cos", "x", import_unary, of(M::cosine)},
      {"math.erf", "x", import_unary, of(M::erf)},
      {"math.tan", "x", import_onnx, onnx("Tan")},
      {"math.sinh", "x", import_onnx, onnx("Sinh")},
      {"math.cosh", "x", import_onnx, onnx("Cosh")},
      {"math.asin", "x", import_onnx, onnx("Asin")},
      {"math.acos", "x", import_onnx, onnx("Acos")},
      {"math.atan", "x", import_onnx, onnx("Atan")},
      {"math.asinh", "x", import_onnx, onnx("Asinh")},
      {"math.acosh", "x", import_onnx, onnx("Acosh")},
      {"math.atanh", "x", import_onnx, onnx("Atanh")},
      {"math.is_nan", "x", import_onnx, onnx("IsNaN")},
      {"math.is_inf", "x", import_onnx, onnx("IsInf")},
      {"clip_by_value", "t clip_value_min clip_value_max", import_clip},
      {"where", "condition x y", import_where},
      {"nn.relu", "features", import_word, word("relu")},
      {"nn.relu6", "features", import_word, word("relu6")},
      {"nn.elu", "features", import_word, word("elu")},
      {"nn.selu", "features", import_word, word("selu")},
      {"nn.silu", "features beta", import_word, word("silu")},
      {"math.sigmoid", "x", import_word, word("sigmoid")},
      {"math.tanh", "x", import_word, word("tanh")},
      {"math.softplus", "features", import_word, word("softplus")},
      {"nn.softsign", "features", import_word, word("softsign")},
      {"math.log_sigmoid", "x", import_word, word("log_sigmoid")},
      {"nn.leaky_relu", "features alpha", import_leaky_relu},
      {"nn.gelu", "features approximate", import_gelu, 0},
      {"cast", "x dtype", import_cast},
      {"identity", "input", import_same},
      {"stop_gradient", "input", import_same},
  };
}

}  // namespace nacre::tools
