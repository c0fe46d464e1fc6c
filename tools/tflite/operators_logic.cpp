// Comparisons, conditions and what is chosen by them. A condition is an int32 in the graph, 1 or 0.

#include <utility>

#include "tools/tflite/operators.hpp"
#include "tools/tflite/programs.hpp"
#include "tools/tflite/types.hpp"

namespace nacre::tools {
namespace {

using Call = TfliteImporter::Call;
using B = tflite::BuiltinOperator;
using Ids = std::vector<ValueId>;

/// A quantised input as TensorFlow Lite's comparisons see it: times 2^8, in units of 1.
ValueId compared_number(const Call& call, unsigned i) {
  constexpr std::int32_t kLeft = 1 << 8;
  const ValueId centred = centred_numbers(call, i);
  const float scale = call.quantization(i).scale.at(0);
  if (!(scale < 1)) call.refuse("compares an int8 tensor whose scale is 1 or more, which TensorFlow Lite does not");
  Program program;
  program.then(MapFunction::multiply, DataType::int32,
               {input_of_program(0), program.literal(kLeft, DataType::int32)});
  rescale_in(program, scale);
  return call.graph().add_map(program, {centred}, call.name + "_compared");
}

/// Both inputs as a program compares them.
Ids compared_numbers(const Call& call) {
  const DataType type = call.type(0).type;
  if (type == DataType::float32 || type == DataType::float64) return {call.value(0), call.value(1)};
  const bool is_scaled = call.quantization(0).scale.size() == 1 && type != DataType::int32;
  if (is_scaled) return {compared_number(call, 0), compared_number(call, 1)};
  return {stored_numbers(call, 0), stored_numbers(call, 1)};
}

/// Whether `function` holds of two inputs of one type, as a number of it.
ValueId compared(const Call& call, MapFunction function, ValueId a, ValueId b, const char* suffix) {
  return add_functions(call.graph(), {function}, {a, b}, call.name + suffix);
}

/// A NaN is not equal to anything, and no more or less than anything.
void import_comparison(const Call& call) {
  Graph& graph = call.graph();
  Ids inputs = compared_numbers(call);
  const B code = call.code();
  if (code == B::LESS || code == B::LESS_EQUAL) std::swap(inputs[0], inputs[1]);
  const DataType type = graph.type(inputs[0]).type;
  const bool is_equality = code == B::EQUAL || code == B::NOT_EQUAL;
  ValueId y = compared(call, is_equality ? MapFunction::equal : MapFunction::greater, inputs[0], inputs[1], "_is");
  if (code == B::GREATER_EQUAL || code == B::LESS_EQUAL) {
    const ValueId same = compared(call, MapFunction::equal, inputs[0], inputs[1], "_same");
    y = add_functions(graph, {MapFunction::maximum}, {y, same}, call.name + "_either");
  }
  Program program;
  if (code == B::NOT_EQUAL) {
    program.then(MapFunction::subtract, type, {program.literal(1, type), input_of_program(0)});
    cast_in(program, type, DataType::int32);
  } else {
    cast_in(program, type, DataType::int32, input_of_program(0));
  }
  call.define(program.empty() ? y : graph.add_map(program, {y}, call.name));
}

void import_logical(const Call& call) {
  constexpr DataType kType = DataType::int32;
  Program program;
  Ids inputs{condition(call, 0)};
  if (call.code() == B::LOGICAL_NOT) {
    program.then(MapFunction::equal, kType, {input_of_program(0), program.literal(0, kType)});
  } else {
    inputs.push_back(condition(call, 1));
    program.then(call.code() == B::LOGICAL_AND ? MapFunction::minimum : MapFunction::maximum, kType,
                 {input_of_program(0), input_of_program(1)});
  }
  call.define(call.graph().add_map(program, inputs, call.name));
}

/// A condition for each row of SELECT's first axis.
ValueId spread_over_rows(const Call& call, ValueId chosen) {
  const std::size_t rank = call.type(1).shape.size();
  Dimensions shape = call.graph().shape(chosen);
  if (call.code() != B::SELECT || shape.size() != 1 || rank <= 1) return chosen;
  shape.resize(rank, 1);
  return reshaped(call.graph(), chosen, shape);
}

void import_select(const Call& call) {
  Graph& graph = call.graph();
  const DataType stored = call.type(1).type;
  const bool is_quantised = stored == DataType::int8 || stored == DataType::uint8 || stored == DataType::int16;
  const Quantization &a = call.quantization(1), &b = call.quantization(2), &y = call.output_quantization();
  if (is_quantised && (a.scale != b.scale || a.zero_point != b.zero_point || a.scale != y.scale ||
                       a.zero_point != y.zero_point))
    call.refuse("chooses between int8 tensors of different scales, which Nacre does not support",
                "choose between tensors of one scale, or convert without quantisation");
  const auto branch = [&](unsigned i) {
    return stored == DataType::float32 ? call.value(i) : stored_numbers(call, i);
  };
  const Ids inputs{spread_over_rows(call, condition(call, 0)), branch(1), branch(2)};
  const DataType type = graph.type(inputs[1]).type;
  Program program;
  cast_in(program, DataType::int32, type, input_of_program(0));
  program.then(MapFunction::where, type,
               {type == DataType::int32 ? input_of_program(0) : kOutputOfProgram, input_of_program(1),
                input_of_program(2)});
  const ValueId chosen = graph.add_map(program, inputs, call.name);
  call.define(is_quantised ? stored_as(graph, chosen, stored, call.name) : chosen);
}

/// Over axes of conditions: any of them, or all.
void import_reduced_condition(const Call& call) {
  Graph& graph = call.graph();
  parameters::Reduce table;
  table.function = call.code() == B::REDUCE_ANY ? ReduceFunction::maximum : ReduceFunction::minimum;
  table.keep_dims = call.options<tflite::ReducerOptions>().keep_dims();
  const ValueId x = condition(call, 0);
  for (const std::int64_t axis : call.importer.integer_constant(call.input(1)))
    table.axes = static_cast<std::uint8_t>(table.axes | 1u << axis_of(call, axis, graph.shape(x).size()));
  call.define(graph.add(table, {x}, call.name));
}

TfliteOperator comparison(B code) {
  return {code, import_comparison, nullptr, {Operator::map}, 0, 0,
          {DataType::int8, DataType::uint8, DataType::int16, DataType::boolean}};
}

}  // namespace

std::vector<TfliteOperator> logic_operators() {
  using O = Operator;
  return {
      comparison(B::EQUAL),
      comparison(B::NOT_EQUAL),
      comparison(B::GREATER),
      comparison(B::GREATER_EQUAL),
      comparison(B::LESS),
      comparison(B::LESS_EQUAL),
      {B::LOGICAL_AND, import_logical, nullptr, {O::reshape}},
      {B::LOGICAL_OR, import_logical, nullptr, {O::reshape}},
      {B::LOGICAL_NOT, import_logical, nullptr, {O::reshape}},
      {B::REDUCE_ANY, import_reduced_condition, nullptr, {O::reshape}},
      {B::REDUCE_ALL, import_reduced_condition, nullptr, {O::reshape}},
      {B::SELECT, import_select, nullptr, {O::map}, 0, 1,
       {DataType::int8, DataType::uint8, DataType::int16, DataType::boolean}},
      {B::SELECT_V2, import_select, nullptr, {O::map}, 0, 1,
       {DataType::int8, DataType::uint8, DataType::int16, DataType::boolean}},
  };
}

}  // namespace nacre::tools
