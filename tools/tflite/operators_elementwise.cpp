// Activations and arithmetic.

#include <algorithm>
#include <cmath>
#include <limits>

#include "tools/operators/activation.hpp"
#include "tools/operators/functions.hpp"
#include "tools/operators/rescale.hpp"
#include "tools/tflite/operators.hpp"
#include "tools/tflite/operators_int16.hpp"
#include "tools/tflite/operators_int8.hpp"
#include "tools/tflite/programs.hpp"

namespace nacre::tools {
namespace {

using Call = TfliteImporter::Call;
using F = ActivationFunction;

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

/// The root of what is not negative, as many whole steps of the output as it has.
std::int64_t whole_root(const parameters::Activation&, int stored, const Quantization& x, const Quantization& y) {
  const float real = x.scale.at(0) * static_cast<float>(std::max(stored - x.zero_point.at(0), 0));
  return static_cast<std::int64_t>(std::fmin(std::sqrt(real) / y.scale.at(0), 1024.0f)) + y.zero_point.at(0);
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
  if (call.type(0).type == DataType::int16) return import_unary_int16(call);
  const float least = call.code() == tflite::BuiltinOperator::RELU_N1_TO_1 ? -1 : 0;
  if (call.is_int8())
    return call.define(
        looked_up(call, [least](int stored, const auto& x, const auto& y) { return limited(least, stored, x, y); }));
  parameters::Clip table;
  table.minimum = least, table.maximum = 1;
  call.define(call.graph().add(table, {call.value(0)}, call.name));
}

/// Of integers: modulo 2^32, but where the file has 64 bits none beyond 32.
void import_integers(const Call& call) {
  const auto function = function_of(static_cast<BinaryFunction>(call.row.function));
  const FusedBounds bounds = fused_bounds(call, fused_activation(call));
  const bool is_wide = gives_int64(call) && function != MapFunction::maximum && function != MapFunction::minimum;
  const DataType type = is_wide && function != MapFunction::divide ? DataType::float64 : DataType::int32;
  const auto operand = [&](unsigned i) { return cast_to(call.graph(), call.value(i), type, call.name + "_wide"); };
  Program program;
  program.then(function, type, {input_of_program(0), input_of_program(1)});
  const auto limit = [&](MapFunction limiting, float bound) {
    if (std::isfinite(bound)) program.then(limiting, type, {kOutputOfProgram, program.literal(bound, type)});
  };
  limit(MapFunction::maximum, bounds.minimum), limit(MapFunction::minimum, bounds.maximum);
  const ValueId y = call.graph().add_map(program, {operand(0), operand(1)}, call.name);
  call.define(type == DataType::float64 ? within_32_bits(call.graph(), y, call.name) : y);
}

/// Whether an addition or subtraction of int16 takes TensorFlow Lite's path for scales that are powers of two.
bool is_by_shifts(const Call& call) {
  const bool may = call.code() == tflite::BuiltinOperator::ADD ? call.options<tflite::AddOptions>().pot_scale_int16()
                                                               : call.options<tflite::SubOptions>().pot_scale_int16();
  const auto is_power = [](const Quantization& q) {
    int exponent = 0;
    return std::frexp(q.scale.at(0), &exponent) == 0.5f;
  };
  return may && is_power(call.quantization(0)) && is_power(call.quantization(1)) &&
      is_power(call.output_quantization());
}

/// A program of one input of int32, which is shifted left and rescaled.
ValueId scaled_term(const Call& call, unsigned i, int left_shift, double factor) {
  Program program;
  program.then(MapFunction::multiply, DataType::int32,
               {input_of_program(0), program.literal(1 << left_shift, DataType::int32)});
  rescale_in(program, factor);
  return call.graph().add_map(program, {centred_numbers(call, i)}, call.name + "_term");
}

/// Of int16, in 32 bits as the reference kernels compute it.
void import_int16(const Call& call) {
  Graph& graph = call.graph();
  const Quantization &a = call.quantization(0), &b = call.quantization(1), &y = call.output_quantization();
  if (a.scale.size() != 1 || b.scale.size() != 1 || y.scale.size() != 1) call.refuse("lacks quantisation parameters");
  const auto function = static_cast<BinaryFunction>(call.row.function);
  const tflite::ActivationFunctionType fused = fused_activation(call);
  switch (function) {
    case BinaryFunction::add:
    case BinaryFunction::subtract: {
      constexpr int kLeftShift = 15;
      if (is_by_shifts(call)) call.refuse("adds int16 tensors whose scales are powers of two, by shifts alone");
      const double twice_larger = 2 * static_cast<double>(std::max(a.scale[0], b.scale[0]));
      const ValueId sum =
          add_functions(graph, {function_of(function)},
                        {scaled_term(call, 0, kLeftShift, a.scale[0] / twice_larger),
                         scaled_term(call, 1, kLeftShift, b.scale[0] / twice_larger)}, call.name + "_sum");
      return call.define(
          rescaled_output(call, sum, twice_larger / (static_cast<double>(1 << kLeftShift) * y.scale[0]), fused));
    }
    case BinaryFunction::multiply: {
      const ValueId product = add_functions(graph, {MapFunction::multiply},
                                            {centred_numbers(call, 0), centred_numbers(call, 1)},
                                                call.name + "_product");
      return call.define(rescaled_output(call, product, a.scale[0] * b.scale[0] / y.scale[0], fused));
    }
    case BinaryFunction::maximum:
    case BinaryFunction::minimum: {
      if (a.scale != y.scale || b.scale != y.scale) break;
      const ValueId limit = add_functions(graph, {function_of(function)},
                                          {stored_numbers(call, 0), stored_numbers(call, 1)}, call.name);
      return call.define(stored_as(graph, limit, DataType::int16, call.name));
    }
    default: break;
  }
  refuse_type(call, "int16");
}

void import_binary(const Call& call) {
  if (call.type(0).type == DataType::int32) return import_integers(call);
  if (call.is_int8() && call.code() == tflite::BuiltinOperator::DIV) return import_div_int8(call);
  if (call.type(0).type == DataType::int16) return import_int16(call);
  parameters::Binary table;
  table.function = static_cast<BinaryFunction>(call.row.function);
  set_bounds(call, table, fused_activation(call));
  if (call.is_int8()) set_quantization(call, table);
  call.define(call.graph().add(table, {call.value(0), call.value(1)}, call.name));
}

void import_unary(const Call& call) {
  if (call.type(0).type == DataType::int16) return import_unary_int16(call);
  parameters::Activation table = unary_function(call);
  if (call.type(0).type == DataType::int32) {
    const ValueId y = add_functions(call.graph(), {function_of(table.function).value()}, {call.value(0)}, call.name);
    return call.define(y);
  }
  if (call.is_int8() && table.function == F::abs)
    table.function = F::relu, table.alpha = -1;  // both sides rescaled in integers
  const auto image = table.function == F::hard_swish ? hard_swish
                     : table.function == F::relu     ? rectified
                     : table.function == F::sqrt     ? whole_root
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

using B = tflite::BuiltinOperator;
using O = Operator;

template <typename Function>
constexpr std::uint8_t number(Function function) { return static_cast<std::uint8_t>(function); }

TfliteOperator unary(B code, F function, std::vector<DataType> also = {}) {
  return {code, import_unary, nullptr, {O::activation, O::lookup_table}, number(function), 0, std::move(also)};
}
TfliteOperator binary(B code, BinaryFunction function) {
  return {code, import_binary, combined_integers, {O::binary, O::map}, number(function), 0, {DataType::int16}};
}
}  // namespace

std::vector<TfliteOperator> elementwise_operators() {
  return {
      {B::PRELU, import_prelu, nullptr, {O::prelu}},
      binary(B::ADD, BinaryFunction::add),
      binary(B::SUB, BinaryFunction::subtract),
      binary(B::MUL, BinaryFunction::multiply),
      {B::DIV, import_binary, combined_integers, {O::binary, O::map}, number(BinaryFunction::divide), 0,
       {DataType::int8}},
      binary(B::MAXIMUM, BinaryFunction::maximum),
      binary(B::MINIMUM, BinaryFunction::minimum),
      unary(B::RELU, F::relu, {DataType::int16}),
      unary(B::RELU6, F::relu, {DataType::int16}),
      {B::RELU_N1_TO_1, import_clamp, nullptr, {O::clip, O::lookup_table}, 0, 0, {DataType::int16}},
      {B::RELU_0_TO_1, import_clamp, nullptr, {O::clip, O::lookup_table}},
      unary(B::LEAKY_RELU, F::relu, {DataType::int16}),
      unary(B::LOGISTIC, F::sigmoid, {DataType::int16}),
      unary(B::TANH, F::tanh, {DataType::int16}),
      unary(B::ELU, F::elu),
      unary(B::GELU, F::gelu, {DataType::int16}),
      unary(B::HARD_SWISH, F::hard_swish),
      unary(B::EXP, F::exponential, {DataType::int16}),
      unary(B::LOG, F::log, {DataType::int16}),
      unary(B::SQRT, F::sqrt),
      unary(B::ABS, F::abs, {DataType::int16, DataType::int32}),
      unary(B::NEG, F::negative, {DataType::int32}),
      unary(B::SQUARE, F::square),
  };
}

}  // namespace nacre::tools
