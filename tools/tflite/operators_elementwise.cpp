// Pooling, activations, arithmetic and softmax.

#include <cmath>
#include <limits>

#include "tools/operators/activation.hpp"
#include "tools/operators/functions.hpp"
#include "tools/operators/rescale.hpp"
#include "tools/tflite/operators.hpp"
#include "tools/tflite/programs.hpp"

namespace nacre::tools {
namespace {

using Call = TfliteImporter::Call;
using F = ActivationFunction;

template <typename Table>
Table pool_of(const Call& call) {
  const auto& options = call.options<tflite::Pool2DOptions>();
  const Dimensions x = call.type(0).shape;
  if (x.size() != 4) call.refuse("pools something else than an image");
  const int numbers[] = {options.stride_h(), options.stride_w(), options.filter_height(), options.filter_width()};
  for (const int number : numbers)
    if (number < 1 || number > 0xffff) call.refuse("has an impossible window");
  Table table;
  table.kernel_h = static_cast<std::uint16_t>(options.filter_height());
  table.kernel_w = static_cast<std::uint16_t>(options.filter_width());
  table.stride_h = static_cast<std::uint16_t>(options.stride_h());
  table.stride_w = static_cast<std::uint16_t>(options.stride_w());
  const AxisPadding rows = tflite_padding(options.padding(), x[1], table.kernel_h, table.stride_h, 1);
  const AxisPadding columns = tflite_padding(options.padding(), x[2], table.kernel_w, table.stride_w, 1);
  table.pad_top = rows.before, table.pad_bottom = rows.after;
  table.pad_left = columns.before, table.pad_right = columns.after;
  set_bounds(call, table, options.fused_activation_function());
  return table;
}

template <typename Table>
void import_pool(const Call& call) {
  call.define(call.graph().add(pool_of<Table>(call), {call.value(0)}, call.name));
}

tflite::ActivationFunctionType fused_activation(const Call& call) {
  using B = tflite::BuiltinOperator;
  switch (call.code()) {
    case B::ADD: return call.options<tflite::AddOptions>().fused_activation_function();
    case B::SUB: return call.options<tflite::SubOptions>().fused_activation_function();
    case B::MUL: return call.options<tflite::MulOptions>().fused_activation_function();
    case B::DIV: return call.options<tflite::DivOptions>().fused_activation_function();
    default: return tflite::ActivationFunctionType::NONE;
  }
}

/// TensorFlow Lite's int8 addition: both inputs, shifted left by 20 bits, are brought to twice the
/// larger scale.
void set_sum(parameters::Binary& table, float a, float b, float y) {
  constexpr int kLeftShift = 20;
  const double twice_larger = 2 * static_cast<double>(std::max(a, b));
  table.left_shift = kLeftShift;
  quantize_multiplier(a / twice_larger, &table.a_multiplier, &table.a_shift);
  quantize_multiplier(b / twice_larger, &table.b_multiplier, &table.b_shift);
  quantize_multiplier(twice_larger / (static_cast<double>(1 << kLeftShift) * y), &table.output_multiplier,
                      &table.output_shift);
}

void set_quantization(const Call& call, parameters::Binary& table) {
  const Quantization &a = call.quantization(0), &b = call.quantization(1), &y = call.output_quantization();
  if (a.scale.empty() || b.scale.empty() || y.scale.empty()) call.refuse("lacks quantisation parameters");
  table.a_zero_point = a.zero_point.at(0);
  table.b_zero_point = b.zero_point.at(0);
  table.output_zero_point = y.zero_point.at(0);
  switch (table.function) {
    case BinaryFunction::add:
    case BinaryFunction::subtract: set_sum(table, a.scale.at(0), b.scale.at(0), y.scale.at(0)); break;
    case BinaryFunction::multiply:
      quantize_multiplier(a.scale.at(0) * b.scale.at(0) / y.scale.at(0), &table.output_multiplier, &table.output_shift);
      break;
    case BinaryFunction::maximum:
    case BinaryFunction::minimum:
      if (a.scale.at(0) == y.scale.at(0) && b.scale.at(0) == y.scale.at(0)) break;
      [[fallthrough]];
    default: call.refuse("is supported for int8 only where all tensors have one scale");
  }
}

parameters::Activation unary_function(const Call& call) {
  using B = tflite::BuiltinOperator;
  parameters::Activation table;
  table.function = static_cast<F>(call.row.function);
  if (call.code() == B::ELU) table.alpha = 1;
  if (call.code() == B::RELU6) table.maximum = 6;
  if (call.code() == B::LEAKY_RELU) table.alpha = call.options<tflite::LeakyReluOptions>().alpha();
  if (call.code() == B::GELU && call.options<tflite::GeluOptions>().approximate()) table.function = F::gelu_tanh;
  return table;
}

/// Rounded to the nearest integer; far outside int8, and for NaN, to one that is outside too.
int steps(float x) { return static_cast<int>(std::fmin(std::fmax(std::round(x), -1024.0f), 1024.0f)); }

/// TensorFlow Lite rescales each side of a rectifier in integers.
std::int64_t rectified(const parameters::Activation& f, int stored, const Quantization& x, const Quantization& y) {
  const int above = stored - x.zero_point.at(0);
  const float factor = above >= 0 ? x.scale.at(0) / y.scale.at(0) : x.scale.at(0) * f.alpha / y.scale.at(0);
  std::int32_t multiplier = 0, shift = 0;
  if (factor != 0) quantize_multiplier(std::abs(factor), &multiplier, &shift);
  if (factor < 0) multiplier = -multiplier;
  const std::int64_t highest = std::isinf(f.maximum)
                                   ? 127
                                   : y.zero_point.at(0) + steps(f.maximum / y.scale.at(0));
  const std::int64_t scaled = multiply_by_quantized_multiplier(above, multiplier, shift);
  return std::min(scaled + y.zero_point.at(0), highest);
}

/// TensorFlow Lite's hard swish in 16-bit fixed point: the input with 7 more bits, times its gate
/// clamp(x / 6 + 1 / 2) in Q0.15.
std::int64_t hard_swish(const parameters::Activation&, int stored, const Quantization& x, const Quantization& y) {
  constexpr float kGateScale = 3.0f / 32768.0f;
  const float fine_scale = (1.0f / 128.0f) * x.scale.at(0);
  std::int32_t output_multiplier = 0, output_shift = 0, gate_multiplier = 0, gate_shift = 0;
  quantize_multiplier(fine_scale / y.scale.at(0), &output_multiplier, &output_shift);
  quantize_multiplier(fine_scale / kGateScale, &gate_multiplier, &gate_shift);
  const auto saturated = [](std::int64_t v) { return std::clamp<std::int64_t>(v, -32768, 32767); };
  const auto high = [](std::int32_t multiplier) {
    return std::min<std::int64_t>((std::int64_t{multiplier} + (1 << 15)) >> 16, 32767);
  };
  const auto product = [&](std::int64_t a, std::int64_t b) {  // rounded to the nearest
    return saturated((a * b + (a * b >= 0 ? 1 << 14 : 1 - (1 << 14))) / (1 << 15));
  };
  const auto halved = [](std::int64_t v, int bits) {
    const std::int64_t rest = v & ((std::int64_t{1} << bits) - 1),
                       half = (((std::int64_t{1} << bits) - 1) >> 1) + (v < 0 ? 1 : 0);
    return (v >> bits) + (rest > half ? 1 : 0);
  };
  const std::int64_t fine = std::int64_t{stored - x.zero_point.at(0)} * 128;
  std::int64_t gate = gate_shift > 0 ? saturated(fine * (std::int64_t{1} << std::min(gate_shift - 1, 31))) : fine;
  gate = product(gate, high(gate_multiplier));
  if (gate_shift > 0) gate = saturated(gate * 2);
  if (gate_shift < 0) gate = halved(gate, std::min(-gate_shift, 31));
  gate = (gate + (1 << 15)) >> 1;
  const std::int64_t scaled = gate * product(fine, high(output_multiplier)) / (1 << 15);
  return halved(scaled, std::clamp(-output_shift, 0, 31)) + y.zero_point.at(0);
}

/// In TensorFlow Lite's own formulas and precision: where the exact value lies between two steps of the output, the
/// last bit of a float decides.
float in_float(const parameters::Activation& f, float x) {
  constexpr float kRootOfHalf = 0.70710678f, kRootOfTwoOverPi = 0.79788456f;
  switch (f.function) {
    case F::sigmoid: return 1.0f / (1.0f + std::exp(-x));
    case F::tanh: return std::tanh(x);
    case F::exponential: return std::exp(x);
    case F::log: return std::log(x);
    case F::elu: return x < 0 ? std::expm1(x) : x;
    case F::gelu: return 0.5f * x * std::erfc(x * -kRootOfHalf);
    case F::gelu_tanh: return 0.5f * x * (1.0f + std::tanh(kRootOfTwoOverPi * x * (1.0f + 0.044715f * x * x)));
    default: return static_cast<float>(activate(f.function, x, f.alpha, f.beta, f.threshold, f.maximum));
  }
}

/// Other functions go through float.
std::int64_t through_float(const parameters::Activation& f, int stored, const Quantization& x, const Quantization& y) {
  const float real = x.scale.at(0) * static_cast<float>(stored - x.zero_point.at(0));
  return std::int64_t{steps(in_float(f, real) * (1.0f / y.scale.at(0)))} + y.zero_point.at(0);
}

/// An int8 function as the table of what it gives for each of the 256 inputs.
template <typename Image>
ValueId looked_up(const Call& call, Image image) {
  const Quantization &x = call.quantization(0), &y = call.output_quantization();
  if (x.scale.empty() || y.scale.empty()) call.refuse("lacks quantisation parameters");
  std::vector<std::int64_t> table;
  for (int stored = -128; stored < 128; ++stored)
    table.push_back(std::clamp<std::int64_t>(image(stored, x, y), -128, 127));
  const ValueId constant = call.graph().add_constant(Array::of(ElementType::int8, {256}, table), DataType::int8);
  return call.graph().add(parameters::LookupTable{}, {call.value(0), constant}, call.name);
}

/// A rectifier whose negative side goes on to `least`.
std::int64_t limited(float least, int stored, const Quantization& x, const Quantization& y) {
  parameters::Activation linear;
  linear.alpha = linear.maximum = 1;
  return std::max<std::int64_t>(rectified(linear, stored, x, y), y.zero_point.at(0) + steps(least / y.scale.at(0)));
}

/// RELU_N1_TO_1 and RELU_0_TO_1.
void import_clamp(const Call& call) {
  const float least = call.code() == tflite::BuiltinOperator::RELU_N1_TO_1 ? -1 : 0;
  if (call.is_int8())
    return call.define(
        looked_up(call, [least](int stored, const auto& x, const auto& y) { return limited(least, stored, x, y); }));
  parameters::Clip table;
  table.minimum = least, table.maximum = 1;
  call.define(call.graph().add(table, {call.value(0)}, call.name));
}

/// The root of the mean of squares.
void import_l2_pool_2d(const Call& call) {
  const auto& options = call.options<tflite::Pool2DOptions>();
  parameters::AveragePool2D table = pool_of<parameters::AveragePool2D>(call);
  const float least = table.minimum, most = table.maximum;
  table.minimum = parameters::AveragePool2D{}.minimum, table.maximum = parameters::AveragePool2D{}.maximum;
  const ValueId squares = add_functions(call.graph(), {MapFunction::square}, {call.value(0)}, call.name + "_squares");
  const ValueId mean = call.graph().add(table, {squares}, call.name + "_mean");
  const ValueId root = add_functions(call.graph(), {MapFunction::sqrt}, {mean}, call.name);
  if (options.fused_activation_function() == tflite::ActivationFunctionType::NONE) return call.define(root);
  parameters::Clip limits;
  limits.minimum = least, limits.maximum = most;
  call.define(call.graph().add(limits, {root}, call.name + "_limits"));
}

void import_max_pool_2d(const Call& call) { import_pool<parameters::MaxPool2D>(call); }
void import_average_pool_2d(const Call& call) { import_pool<parameters::AveragePool2D>(call); }

/// Of integers, modulo 2^32.
void import_integers(const Call& call) {
  refuse_int64(call);
  const auto function = static_cast<BinaryFunction>(call.row.function);
  constexpr DataType kType = DataType::int32;
  Program program;
  program.then(function_of(function), kType, {input_of_program(0), input_of_program(1)});
  const FusedBounds bounds = fused_bounds(call, fused_activation(call));
  const auto limit = [&](MapFunction limiting, float bound) {
    if (std::isfinite(bound)) program.then(limiting, kType, {kOutputOfProgram, program.literal(bound, kType)});
  };
  limit(MapFunction::maximum, bounds.minimum), limit(MapFunction::minimum, bounds.maximum);
  call.define(call.graph().add_map(program, {call.value(0), call.value(1)}, call.name));
}

void import_binary(const Call& call) {
  if (call.type(0).type == DataType::int32) return import_integers(call);
  parameters::Binary table;
  table.function = static_cast<BinaryFunction>(call.row.function);
  set_bounds(call, table, fused_activation(call));
  if (call.is_int8()) set_quantization(call, table);
  call.define(call.graph().add(table, {call.value(0), call.value(1)}, call.name));
}

void import_unary(const Call& call) {
  parameters::Activation table = unary_function(call);
  if (call.is_int8() && table.function == F::abs)
    table.function = F::relu, table.alpha = -1;  // both sides rescaled in integers
  const auto image = table.function == F::hard_swish ? hard_swish
                     : table.function == F::relu     ? rectified
                                                     : through_float;
  call.define(call.is_int8() ? looked_up(call, [&](int stored, const auto& x,
                                                   const auto& y) { return image(table, stored, x, y); })
                             : call.graph().add(table, {call.value(0)}, call.name));
}

/// `stored` of the call's input 1 for each element of an example of shape `to`: a slope may be for a whole axis.
template <typename T>
std::vector<T> spread(const Call& call, const std::vector<T>& stored, const Dimensions& to) {
  Dimensions from = call.type(1).shape;
  if (from.size() == to.size() + 1 && from.front() == 1) from.erase(from.begin());
  if (from.size() > to.size()) call.refuse("has slopes of another shape");
  from.insert(from.begin(), to.size() - from.size(), 1);
  std::vector<std::size_t> places{0};
  for (std::size_t axis = 0; axis < to.size(); ++axis) {
    if (from[axis] != 1 && from[axis] != to[axis]) call.refuse("has slopes of another shape");
    std::vector<std::size_t> next;
    for (const std::size_t place : places)
      for (std::int64_t i = 0; i < to[axis]; ++i)
        next.push_back(place * static_cast<std::size_t>(from[axis]) +
                       static_cast<std::size_t>(from[axis] == 1 ? 0 : i));
    places = std::move(next);
  }
  std::vector<T> result(places.size());
  std::transform(places.begin(), places.end(), result.begin(), [&](std::size_t place) { return stored.at(place); });
  return result;
}

void set_sides(const Call& call, parameters::PRelu& table) {
  const Quantization &x = call.quantization(0), &alpha = call.quantization(1), &y = call.output_quantization();
  if (x.scale.empty() || alpha.scale.size() != 1 || y.scale.empty()) call.refuse("lacks quantisation parameters");
  table.input_zero_point = x.zero_point.at(0), table.alpha_zero_point = alpha.zero_point.at(0),
  table.output_zero_point = y.zero_point.at(0);
  quantize_multiplier(x.scale.at(0) / y.scale.at(0), &table.positive_multiplier, &table.positive_shift);
  quantize_multiplier(x.scale.at(0) * alpha.scale.at(0) / y.scale.at(0), &table.negative_multiplier,
                      &table.negative_shift);
}

void import_prelu(const Call& call) {
  const Dimensions& x = call.graph().shape(call.value(0));
  if (x.empty()) call.refuse("has slopes of another shape");
  const Dimensions shape(x.begin() + 1, x.end());
  parameters::PRelu table;
  if (call.is_int8()) set_sides(call, table);
  const ValueId slopes =
      call.is_int8()
          ? call.graph().add_constant(
                Array::of(ElementType::int8, shape, spread(call, call.importer.integer_constant(call.input(1)), shape)),
                DataType::int8)
          : call.graph().add_constant(shape, spread(call, call.importer.real_constant(call.input(1)), shape));
  call.define(call.graph().add(table, {call.value(0), slopes}, call.name));
}

void import_softmax(const Call& call) {
  const float beta = call.options<tflite::SoftmaxOptions>().beta();
  parameters::Softmax table;
  ValueId x = call.value(0);
  if (call.is_int8()) {
    constexpr int kIntegerBits = 5;  // of the rescaled difference: Q5.26
    const Quantization &q = call.quantization(0), &y = call.output_quantization();
    if (q.scale.empty() || y.scale.empty() || y.scale.at(0) != 1.0f / 256 || y.zero_point.at(0) != -128)
      call.refuse("has an int8 output that is not 1/256 from -128");
    const double one = 1 << (31 - kIntegerBits), largest = std::numeric_limits<std::int32_t>::max();
    quantize_multiplier(std::min(static_cast<double>(beta) * q.scale.at(0) * one, largest), &table.input_multiplier,
                        &table.input_shift);
    table.difference_minimum =
        -static_cast<int>(std::floor(std::min(std::ldexp(31.0 * one, -table.input_shift), largest)));
  } else if (beta != 1) {
    x = add_affine(call.graph(), x, {0}, {beta}, {0}, call.name + "_beta");
  }
  call.define(call.graph().add(table, {x}, call.name));
}

void set_mean(const Call& call, parameters::Reduce& table, std::int64_t count) {
  const Quantization &q = call.quantization(0), &y = call.output_quantization();
  if (q.scale.empty() || y.scale.empty()) call.refuse("lacks quantisation parameters");
  table.input_zero_point = q.zero_point.at(0);
  table.output_zero_point = y.zero_point.at(0);
  quantize_multiplier(static_cast<double>(q.scale.at(0)) / y.scale.at(0), &table.multiplier, &table.shift);
  // TensorFlow Lite folds the count into the multiplier, keeping as many bits as fit.
  const int bits = std::min({63 - __builtin_clzll(static_cast<unsigned long long>(count)), 32, 31 + table.shift});
  table.multiplier = static_cast<std::int32_t>((std::int64_t{table.multiplier} << bits) / count);
  table.shift -= bits;
}

void set_quantization(const Call& call, parameters::Reduce& table, std::int64_t count) {
  switch (table.function) {
    case ReduceFunction::mean: return set_mean(call, table, count);
    case ReduceFunction::maximum:
    case ReduceFunction::minimum:
      if (call.quantization(0).scale == call.output_quantization().scale &&
          call.quantization(0).zero_point == call.output_quantization().zero_point) return;
      call.refuse("changes the scale of an int8 maximum or minimum");
    default: refuse_type(call, "int8");
  }
}

void import_reduce(const Call& call) {
  parameters::Reduce table;
  table.function = static_cast<ReduceFunction>(call.row.function);
  table.keep_dims = call.options<tflite::ReducerOptions>().keep_dims();
  const TensorType x = call.type(0);
  std::int64_t count = 1;
  for (std::int64_t axis : call.importer.integer_constant(call.input(1))) {
    if (axis < 0) axis += static_cast<std::int64_t>(x.shape.size());
    if (axis < 0 || axis >= static_cast<std::int64_t>(x.shape.size()))
      call.refuse("reduces an axis that its input lacks");
    if (table.axes >> axis & 1) continue;  // named twice, or from either end
    table.axes = static_cast<std::uint8_t>(table.axes | 1 << axis);
    count *= x.shape[static_cast<std::size_t>(axis)];
  }
  if (call.is_int8()) set_quantization(call, table, count);
  call.define(call.graph().add(table, {call.value(0)}, call.name));
}

using B = tflite::BuiltinOperator;
using O = Operator;

template <typename Function>
constexpr std::uint8_t number(Function function) { return static_cast<std::uint8_t>(function); }

TfliteOperator unary(B code, F function) {
  return {code, import_unary, nullptr, {O::activation, O::lookup_table}, number(function)};
}
TfliteOperator binary(B code, BinaryFunction function) {
  return {code, import_binary, combined_integers, {O::binary, O::map}, number(function)};
}
TfliteOperator reduce(B code, ReduceFunction function) {
  return {code, import_reduce, reduced_integers, {O::reduce}, number(function)};
}

}  // namespace

std::vector<TfliteOperator> elementwise_operators() {
  return {
      {B::MAX_POOL_2D, import_max_pool_2d, nullptr, {O::max_pool_2d}},
      {B::AVERAGE_POOL_2D, import_average_pool_2d, nullptr, {O::average_pool_2d}},
      {B::L2_POOL_2D, import_l2_pool_2d, nullptr, {O::activation}},
      {B::SOFTMAX, import_softmax, nullptr, {O::softmax}},
      {B::PRELU, import_prelu, nullptr, {O::prelu}},
      reduce(B::SUM, ReduceFunction::sum),
      reduce(B::MEAN, ReduceFunction::mean),
      reduce(B::REDUCE_MAX, ReduceFunction::maximum),
      reduce(B::REDUCE_MIN, ReduceFunction::minimum),
      binary(B::ADD, BinaryFunction::add),
      binary(B::SUB, BinaryFunction::subtract),
      binary(B::MUL, BinaryFunction::multiply),
      {B::DIV, import_binary, combined_integers, {O::binary}, number(BinaryFunction::divide)},
      binary(B::MAXIMUM, BinaryFunction::maximum),
      binary(B::MINIMUM, BinaryFunction::minimum),
      unary(B::RELU, F::relu),
      unary(B::RELU6, F::relu),
      {B::RELU_N1_TO_1, import_clamp, nullptr, {O::clip, O::lookup_table}},
      {B::RELU_0_TO_1, import_clamp, nullptr, {O::clip, O::lookup_table}},
      unary(B::LEAKY_RELU, F::relu),
      unary(B::LOGISTIC, F::sigmoid),
      unary(B::TANH, F::tanh),
      unary(B::ELU, F::elu),
      unary(B::GELU, F::gelu),
      unary(B::HARD_SWISH, F::hard_swish),
      unary(B::EXP, F::exponential),
      unary(B::LOG, F::log),
      {B::SQRT, import_unary, nullptr, {O::activation}, number(F::sqrt)},  // its int8 kernel takes the root in integers
      unary(B::ABS, F::abs),
      unary(B::NEG, F::negative),
      unary(B::SQUARE, F::square),
  };
}

}  // namespace nacre::tools
