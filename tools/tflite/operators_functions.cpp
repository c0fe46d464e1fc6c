// Functions of elements that the graph has no word for, and what is composed of them.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "tools/operators/rescale.hpp"
#include "tools/operators/scan.hpp"
#include "tools/tflite/chain.hpp"
#include "tools/tflite/operators.hpp"
#include "tools/tflite/operators_int16.hpp"
#include "tools/tflite/operators_int8.hpp"
#include "tools/tflite/programs.hpp"

namespace nacre::tools {
namespace {

using Call = TfliteImporter::Call;
using B = tflite::BuiltinOperator;
using Ids = std::vector<ValueId>;

void import_function(const Call& call) {
  call.define(add_functions(call.graph(), {static_cast<MapFunction>(call.row.function)}, {call.value(0)}, call.name));
}

/// Of two tensors, which broadcast.
void import_function_of_two(const Call& call) {
  call.define(add_functions(call.graph(), {static_cast<MapFunction>(call.row.function)}, {call.value(0), call.value(1)},
                            call.name));
}

/// Integers are raised in float64, to the nearest whole number.
void import_pow(const Call& call) {
  if (call.type(0).type != DataType::int32) return import_function_of_two(call);
  constexpr DataType kWide = DataType::float64;
  Graph& graph = call.graph();
  Program program;
  program.then(MapFunction::power, kWide, {input_of_program(0), input_of_program(1)});
  program.then(MapFunction::nearest, kWide, {kOutputOfProgram});
  const ValueId y = graph.add_map(program, {cast_to(graph, call.value(0), kWide, call.name + "_base"),
                                            cast_to(graph, call.value(1), kWide, call.name + "_exponent")}, call.name);
  call.define(within_32_bits(graph, y, call.name));
}

/// Of stored numbers: in integers, brought to one scale as for an addition.
void import_squared_difference_of_stored(const Call& call) {
  const int left_shift = call.is_int8() ? 7 : 0;  // their squares then fit in 32 bits
  Graph& graph = call.graph();
  const Quantization &a = call.quantization(0), &b = call.quantization(1), &y = call.output_quantization();
  if (a.scale.size() != 1 || b.scale.size() != 1 || y.scale.size() != 1) call.refuse("lacks quantisation parameters");
  const double twice_larger = 2 * static_cast<double>(std::max(a.scale[0], b.scale[0]));
  const auto term = [&](unsigned i, float scale) {
    Program program;
    program.then(MapFunction::multiply, DataType::int32,
                 {input_of_program(0), program.literal(1 << left_shift, DataType::int32)});
    rescale_in(program, scale / twice_larger);
    return graph.add_map(program, {centred_numbers(call, i)}, call.name + "_term");
  };
  Program program;
  program.then(MapFunction::subtract, DataType::int32, {input_of_program(0), input_of_program(1)});
  program.then(MapFunction::multiply, DataType::int32, {kOutputOfProgram, kOutputOfProgram});
  const ValueId square = graph.add_map(program, {term(0, a.scale[0]), term(1, b.scale[0])}, call.name + "_square");
  call.define(rescaled_output(call, square,
                              twice_larger * twice_larger /
                                  (static_cast<double>(1 << (2 * left_shift)) * y.scale[0])));
}

void import_squared_difference(const Call& call) {
  if (call.is_quantised()) return import_squared_difference_of_stored(call);
  const DataType type = gives_int64(call) ? DataType::float64 : call.type(0).type;
  Graph& graph = call.graph();
  const auto operand = [&](unsigned i) { return cast_to(graph, call.value(i), type, call.name + "_wide"); };
  Program program;
  program.then(MapFunction::subtract, type, {input_of_program(0), input_of_program(1)});
  program.then(MapFunction::multiply, type, {kOutputOfProgram, kOutputOfProgram});
  const ValueId y = graph.add_map(program, {operand(0), operand(1)}, call.name);
  call.define(gives_int64(call) ? within_32_bits(graph, y, call.name) : y);
}

/// The arc tangent of x from 0 to 1. Halving the angle twice, t = x / (1 + sqrt(1 + x^2)), brings it below pi / 16,
/// where the series of seven terms is exact to float32.
ValueId arc_tangent(const Call& call, ValueId x) {
  using M = MapFunction;
  const auto chain = [&](Ids inputs) { return Flow(call, std::move(inputs), DataType::float32); };
  const auto halved = [&](ValueId v) {
    const ValueId root = chain({v, v}).then_input(M::multiply, 1).then(M::add, 1).alone(M::sqrt).done("_root");
    return chain({v, chain({root}).then(M::add, 1).done("_divisor")}).then_input(M::divide, 1).done("_half");
  };
  const ValueId t = halved(halved(x)), square = chain({t, t}).then_input(M::multiply, 1).done("_square");
  Flow series = chain({square, square, t});
  series.then(M::multiply, 1.0 / 13);
  for (const double term : {-1.0 / 11, 1.0 / 9, -1.0 / 7, 1.0 / 5, -1.0 / 3})
    series.then(M::add, term).then_input(M::multiply, 1);
  return series.then(M::add, 1).then_input(M::multiply, 2).then(M::multiply, 4).done("_angle");
}

/// 1 where x or, of a zero, its sign is not negative.
ValueId is_positive(const Call& call, ValueId x) {
  constexpr DataType kType = DataType::float32;
  const ValueId is_number = add_functions(call.graph(), {MapFunction::absolute}, {x}, call.name + "_magnitude");
  const ValueId inverse = Flow(call, {call.graph().add_constant({1}, {1.0}), x}, kType)
                              .then_input(MapFunction::divide, 1)
                              .done("_inverse");
  Program program;
  program.then(MapFunction::where, kType, {input_of_program(0), input_of_program(1), input_of_program(2)});
  program.then(MapFunction::greater_equal, kType, {kOutputOfProgram, program.literal(0, kType)});
  return call.graph().add_map(program, {is_number, x, inverse}, call.name + "_is_positive");
}

/// The angle of the point (x, y), from -pi to pi.
void import_atan2(const Call& call) {
  using M = MapFunction;
  constexpr DataType kType = DataType::float32;
  constexpr double kPi = 3.14159265358979323846, kLargest = std::numeric_limits<float>::max();
  const auto limited = [&](unsigned i) { return Flow(call, {call.value(i)}, kType).clamped(-kLargest, kLargest); };
  const ValueId y = limited(0).done("_y"), x = limited(1).done("_x");
  const auto magnitude = [&](ValueId v) { return Flow(call, {v}, kType).alone(M::absolute).done("_absolute"); };
  const ValueId across = magnitude(x), up = magnitude(y);
  const ValueId larger = Flow(call, {across, up}, kType)
                             .then_input(M::maximum, 1)
                             .then(M::maximum, std::numeric_limits<float>::denorm_min())
                             .done("_larger");
  const ValueId ratio =
      Flow(call, {across, up, larger}, kType).then_input(M::minimum, 1).then_input(M::divide, 2).done("_ratio");
  const auto chosen = [&](ValueId condition, ValueId a, ValueId b, const char* suffix) {
    Program program;
    program.then(M::where, kType, {input_of_program(0), input_of_program(1), input_of_program(2)});
    return call.graph().add_map(program, {condition, a, b}, call.name + suffix);
  };
  const auto rest_of = [&](double whole, ValueId angle) {
    return Flow(call, {angle}, kType).alone(M::negative).then(M::add, whole).done("_rest");
  };
  ValueId angle = arc_tangent(call, ratio);
  const ValueId is_steep = Flow(call, {up, across}, kType).then_input(M::greater, 1).done("_is_steep");
  angle = chosen(is_steep, rest_of(kPi / 2, angle), angle, "_quarter");
  angle = chosen(is_positive(call, x), angle, rest_of(kPi, angle), "_half_turn");
  const ValueId below = Flow(call, {angle}, kType).alone(M::negative).done("_below");
  call.define(chosen(is_positive(call, y), angle, below, ""));
}

/// In the order of the inputs.
void import_add_n(const Call& call) {
  const DataType type = gives_int64(call) ? DataType::float64 : call.type(0).type;
  const auto term = [&](unsigned i) { return cast_to(call.graph(), call.value(i), type, call.name + "_wide"); };
  ValueId sum = term(0);
  for (unsigned i = 1; i < call.inputs(); ++i)
    sum = add_functions(call.graph(), {MapFunction::add}, {sum, term(i)}, call.name);
  call.define(gives_int64(call) ? within_32_bits(call.graph(), sum, call.name) : sum);
}

/// x / (bias + alpha * the sum of squares of the channels at most `radius` away)^beta.
void import_local_response_normalization(const Call& call) {
  const auto& options = call.options<tflite::LocalResponseNormalizationOptions>();
  Graph& graph = call.graph();
  const ValueId x = call.value(0);
  const std::int64_t channels = graph.type(x).last(), radius = std::max(options.radius(), 0);
  std::vector<double> near(static_cast<std::size_t>(channels * channels));
  for (std::int64_t i = 0; i < channels * channels; ++i)
    near[static_cast<std::size_t>(i)] = std::abs(i / channels - i % channels) <= radius ? 1 : 0;
  const ValueId squares = add_functions(graph, {MapFunction::square}, {x}, call.name + "_squares");
  const ValueId sums =
      add_fully_connected(graph, squares, near, std::vector<double>(static_cast<std::size_t>(channels)),
                          call.name + "_sums");
  constexpr DataType kType = DataType::float32;
  Program program;
  program.then(MapFunction::multiply, kType, {input_of_program(0), program.literal(options.alpha(), kType)});
  program.then(MapFunction::add, kType, {kOutputOfProgram, program.literal(options.bias(), kType)});
  program.then(MapFunction::power, kType, {kOutputOfProgram, program.literal(-options.beta(), kType)});
  const ValueId factor = graph.add_map(program, {reshaped(graph, sums, graph.shape(x))}, call.name + "_factor");
  call.define(add_functions(graph, {MapFunction::multiply}, {x, factor}, call.name));
}

/// 1 / sqrt(x) for an integer x from 1 on, as TensorFlow Lite's integers have it: multiplier * 2^(shift - 31).
std::pair<std::int64_t, int> inverse_root(std::int64_t x) {
  if (x == 1) return {INT32_MAX, 0};
  constexpr std::int64_t kOne = 1 << 28, kThreeHalves = kOne + kOne / 2, kRootOfHalf = 1518500250;
  const auto product = [](std::int64_t a, std::int64_t b) { return multiply_by_quantized_multiplier(a, b, 0); };
  int right = 11;
  for (; x >= 1 << 29; ++right) x /= 4;
  for (; x < 1 << 27; --right) x *= 4;
  const std::int64_t half = (x / 2 + 1) / 2;
  std::int64_t y = kOne;
  for (int step = 0; step < 5; ++step) {  // Newton's, in Q3.28
    const std::int64_t cube = product(product(y, y), y) * 64;
    y = (product(kThreeHalves, y) - product(half, cube)) * 8;
  }
  y = product(y, kRootOfHalf);
  for (; right < 0; ++right) y *= 2;
  return {y, -right};
}

/// An int8 function as the table of what it gives for each of the 256 inputs.
void import_rsqrt_of_stored(const Call& call) {
  constexpr int kKept = 20;  // bits behind the point, between both roundings
  const Quantization &x = call.quantization(0), &y = call.output_quantization();
  if (x.scale.size() != 1 || y.scale.size() != 1) call.refuse("lacks quantisation parameters");
  std::int32_t multiplier = 0, shift = 0;
  quantize_multiplier(1.0 / static_cast<double>(std::sqrt(x.scale[0]) * y.scale[0]), &multiplier, &shift);
  Integers table;
  for (int stored = -128; stored < 128; ++stored) {
    const std::int64_t value = stored - x.zero_point.at(0);
    std::int64_t image = 127;  // also of what is below 0, which the interpreter refuses
    if (value > 0) {
      const auto [inverse, of_inverse] = inverse_root(value);
      const std::int64_t root = multiply_by_quantized_multiplier(1, inverse, of_inverse + kKept);
      image = multiply_by_quantized_multiplier(root, multiplier, shift - kKept) + y.zero_point.at(0);
    }
    table.push_back(std::clamp<std::int64_t>(image, -128, 127));
  }
  const ValueId constant = call.graph().add_constant(Array::of(ElementType::int8, {256}, table), DataType::int8);
  call.define(call.graph().add(parameters::LookupTable{}, {call.value(0), constant}, call.name));
}

void import_rsqrt(const Call& call) {
  if (call.is_int8()) return import_rsqrt_of_stored(call);
  if (call.is_quantised()) return import_unary_int16(call);
  Program program;
  program.then(MapFunction::sqrt, DataType::float32, {input_of_program(0)});
  program.then(MapFunction::divide, DataType::float32, {program.literal(1, DataType::float32), kOutputOfProgram});
  call.define(call.graph().add_map(program, {call.value(0)}, call.name));
}

void import_log_softmax(const Call& call) {
  if (call.is_int8()) return import_log_softmax_int8(call);
  call.define(add_log_softmax(call.graph(), call.value(0), call.name));
}

/// Divided by the root of the sum of squares along the last axis, and by 1e-6 at least.
void import_l2_normalization(const Call& call) {
  if (call.options<tflite::L2NormOptions>().fused_activation_function() != tflite::ActivationFunctionType::NONE)
    call.refuse("fuses an activation", "make this activation a layer of its own");
  if (call.is_int8()) return import_l2_normalization_int8(call);
  Graph& graph = call.graph();
  const ValueId x = call.value(0);
  const ValueId squares = add_functions(graph, {MapFunction::square}, {x}, call.name + "_squares");
  const unsigned last = 1u << (graph.shape(x).size() - 1);
  const ValueId sum = add_reduced(graph, squares, ReduceFunction::sum, last, call.name + "_sum");
  Program program;
  program.then(MapFunction::sqrt, DataType::float32, {input_of_program(0)});
  program.then(MapFunction::maximum, DataType::float32, {kOutputOfProgram, program.literal(1e-6f, DataType::float32)});
  const ValueId norm = graph.add_map(program, {sum}, call.name + "_norm");
  call.define(add_functions(graph, {MapFunction::divide}, {x, norm}, call.name));
}

/// y[i] = x[0] + … + x[i] along an axis, or without x[i]; from the other end where it is reversed.
void import_cumsum(const Call& call) {
  Graph& graph = call.graph();
  const auto& options = call.options<tflite::CumsumOptions>();
  const Dimensions shape = call.type(0).shape;
  const std::size_t axis = axis_of(call, call.importer.integer_constant(call.input(1)).at(0), shape.size());
  std::int64_t before = 1, behind = 1;
  for (std::size_t i = 0; i < shape.size(); ++i) (i < axis ? before : behind) *= i == axis ? 1 : shape[i];
  const DataType type = gives_int64(call) ? DataType::float64 : call.type(0).type;
  const ValueId x =
      reshaped(graph, cast_to(graph, call.value(0), type, call.name + "_wide"), {before, shape[axis], behind});
  const ValueId steps =  // a scan goes along a sequence of float32
      type == DataType::float32
          ? x
          : graph.add_constant({before, shape[axis], 1},
                               std::vector<double>(static_cast<std::size_t>(before * shape[axis])));
  const Ids sequences = steps == x ? Ids{x} : Ids{steps, x};
  Graph body = scan_body(graph, sequences, {{type, {before, behind}}});
  const ValueId step = body.inputs[sequences.size() - 1].value, state = body.inputs[sequences.size()].value;
  const ValueId sum = add_functions(body, {MapFunction::add}, {state, step}, call.name);
  body.add_output("next", sum);
  body.add_output("y", options.exclusive() ? state : sum);
  parameters::Scan table;
  table.sequences = static_cast<std::uint8_t>(sequences.size());
  table.whole = 1, table.go_backwards = options.reverse();
  ValueId y = add_scan(graph, table, sequences, std::move(body), call.name)[0];
  if (options.reverse()) {
    parameters::Slice turned;
    for (std::size_t i = 0; i < 3; ++i)
      turned.size[i] = static_cast<std::int32_t>(graph.shape(y)[i]), turned.stride[i] = 1;
    turned.begin[1] = turned.size[1] - 1, turned.stride[1] = -1;
    y = graph.add(turned, {y}, call.name + "_turned");
  }
  if (gives_int64(call)) y = within_32_bits(graph, y, call.name);
  call.define(reshaped(graph, y, shape));
}

/// On or off where an index is the place along a new axis, or is not.
void import_one_hot(const Call& call) {
  Graph& graph = call.graph();
  const Dimensions shape = call.type(0).shape;
  const std::int64_t depth = call.importer.integer_constant(call.input(1)).at(0), stated =
      call.options<tflite::OneHotOptions>().axis();
  if (depth < 1 || depth > (1 << 20)) call.refuse(fmt::format("makes an axis of {}", depth));
  const std::size_t axis = axis_of(call, stated, shape.size() + 1);
  Dimensions indices = shape, places(shape.size() + 1, 1);
  indices.insert(indices.begin() + static_cast<std::ptrdiff_t>(axis), 1);
  places[axis] = depth;
  std::vector<std::int64_t> numbers;
  for (std::int64_t i = 0; i < depth; ++i) numbers.push_back(i);
  const ValueId counted = graph.add_constant(Array::of(ElementType::int32, places, numbers), DataType::int32);
  const DataType type = call.output_type().type;
  Program program;
  program.then(MapFunction::equal, DataType::int32, {input_of_program(0), input_of_program(1)});
  Ids inputs{reshaped(graph, call.value(0), indices), counted};
  for (const unsigned i : {2u, 3u}) inputs.push_back(call.value(i));
  cast_in(program, DataType::int32, type);
  program.then(MapFunction::where, type, {kOutputOfProgram, input_of_program(2), input_of_program(3)});
  call.define(graph.add_map(program, inputs, call.name));
}

TfliteOperator function(B code, MapFunction function) {
  return {code, import_function, nullptr, {Operator::map}, static_cast<std::uint8_t>(function)};
}
TfliteOperator of_two(B code, MapFunction function, std::vector<Integers> (*integers)(const Call&) = nullptr) {
  return {code, import_function_of_two, integers, {Operator::map}, static_cast<std::uint8_t>(function)};
}

}  // namespace

std::vector<TfliteOperator> function_operators() {
  using O = Operator;
  return {
      function(B::FLOOR, MapFunction::floor),
      function(B::CEIL, MapFunction::ceiling),
      function(B::ROUND, MapFunction::nearest),
      function(B::SIGN, MapFunction::sign),
      function(B::SIN, MapFunction::sine),
      function(B::COS, MapFunction::cosine),
      {B::POW, import_pow, nullptr, {Operator::map}, static_cast<std::uint8_t>(MapFunction::power), 0,
       {DataType::int32}},
      of_two(B::FLOOR_DIV, MapFunction::floor_divide, combined_integers),
      of_two(B::FLOOR_MOD, MapFunction::remainder, combined_integers),
      {B::RSQRT, import_rsqrt, nullptr, {O::activation, O::lookup_table}, 0, 0, {DataType::int16}},
      {B::SQUARED_DIFFERENCE, import_squared_difference, nullptr, {O::map}, 0, 0, {DataType::int8, DataType::int16}},
      {B::ADD_N, import_add_n, nullptr, {O::map}},
      {B::LOG_SOFTMAX, import_log_softmax, nullptr, {O::activation}, 0, 0, {DataType::int8}},
      {B::ATAN2, import_atan2, nullptr, {O::activation}},
      of_two(B::BITWISE_XOR, MapFunction::exclusive_or),
      of_two(B::RIGHT_SHIFT, MapFunction::shift_right),
      {B::LOCAL_RESPONSE_NORMALIZATION, import_local_response_normalization, nullptr, {O::activation}},
      {B::L2_NORMALIZATION, import_l2_normalization, nullptr, {O::activation}, 0, 0, {DataType::int8}},
      {B::CUMSUM, import_cumsum, nullptr, {O::scan}, 0, 0, {DataType::int32}},
      {B::ONE_HOT, import_one_hot, nullptr, {O::reshape}},
  };
}

}  // namespace nacre::tools
