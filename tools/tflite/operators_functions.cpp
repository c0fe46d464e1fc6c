// Functions of elements that the graph has no word for, and what is composed of them.

#include <fmt/format.h>

#include "tools/operators/scan.hpp"
#include "tools/tflite/operators.hpp"
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
  refuse_int64(call);
  call.define(add_functions(call.graph(), {static_cast<MapFunction>(call.row.function)}, {call.value(0), call.value(1)},
                            call.name));
}

void import_squared_difference(const Call& call) {
  refuse_int64(call);
  const DataType type = call.type(0).type;
  Program program;
  program.then(MapFunction::subtract, type, {input_of_program(0), input_of_program(1)});
  program.then(MapFunction::multiply, type, {kOutputOfProgram, kOutputOfProgram});
  call.define(call.graph().add_map(program, {call.value(0), call.value(1)}, call.name));
}

void import_rsqrt(const Call& call) {
  Program program;
  program.then(MapFunction::sqrt, DataType::float32, {input_of_program(0)});
  program.then(MapFunction::divide, DataType::float32, {program.literal(1, DataType::float32), kOutputOfProgram});
  call.define(call.graph().add_map(program, {call.value(0)}, call.name));
}

/// In the order of the inputs.
void import_add_n(const Call& call) {
  refuse_int64(call);
  ValueId sum = call.value(0);
  for (unsigned i = 1; i < call.inputs(); ++i)
    sum = add_functions(call.graph(), {MapFunction::add}, {sum, call.value(i)}, call.name);
  call.define(sum);
}

void import_log_softmax(const Call& call) {
  call.define(add_log_softmax(call.graph(), call.value(0), call.name));
}

/// Divided by the root of the sum of squares along the last axis, and by 1e-6 at least.
void import_l2_normalization(const Call& call) {
  if (call.options<tflite::L2NormOptions>().fused_activation_function() != tflite::ActivationFunctionType::NONE)
    call.refuse("fuses an activation", "make this activation a layer of its own");
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
  refuse_int64(call);
  Graph& graph = call.graph();
  const auto& options = call.options<tflite::CumsumOptions>();
  const Dimensions shape = call.type(0).shape;
  const std::size_t axis = axis_of(call, call.importer.integer_constant(call.input(1)).at(0), shape.size());
  std::int64_t before = 1, behind = 1;
  for (std::size_t i = 0; i < shape.size(); ++i) (i < axis ? before : behind) *= i == axis ? 1 : shape[i];
  const ValueId x = reshaped(graph, call.value(0), {before, shape[axis], behind});
  const DataType type = graph.type(x).type;
  Graph body = scan_body(graph, {x}, {{type, {before, behind}}});
  const ValueId sum = add_functions(body, {MapFunction::add}, {body.inputs[1].value, body.inputs[0].value}, call.name);
  body.add_output("next", sum);
  body.add_output("y", options.exclusive() ? body.inputs[1].value : sum);
  parameters::Scan table;
  table.whole = 1, table.go_backwards = options.reverse();
  ValueId y = add_scan(graph, table, {x}, std::move(body), call.name)[0];
  if (options.reverse()) {
    parameters::Slice turned;
    for (std::size_t i = 0; i < 3; ++i)
      turned.size[i] = static_cast<std::int32_t>(graph.shape(y)[i]), turned.stride[i] = 1;
    turned.begin[1] = turned.size[1] - 1, turned.stride[1] = -1;
    y = graph.add(turned, {y}, call.name + "_turned");
  }
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
      of_two(B::POW, MapFunction::power),
      of_two(B::FLOOR_DIV, MapFunction::floor_divide, combined_integers),
      of_two(B::FLOOR_MOD, MapFunction::remainder, combined_integers),
      {B::RSQRT, import_rsqrt, nullptr, {O::activation}},
      {B::SQUARED_DIFFERENCE, import_squared_difference, nullptr, {O::map}},
      {B::ADD_N, import_add_n, nullptr, {O::map}},
      {B::LOG_SOFTMAX, import_log_softmax, nullptr, {O::activation}},
      {B::L2_NORMALIZATION, import_l2_normalization, nullptr, {O::activation}},
      {B::CUMSUM, import_cumsum, nullptr, {O::scan}},
      {B::ONE_HOT, import_one_hot, nullptr, {O::reshape}},
  };
}

}  // namespace nacre::tools
