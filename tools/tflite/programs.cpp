#include "tools/tflite/programs.hpp"

#include "tools/operators/rescale.hpp"
#include "tools/tflite/operators.hpp"
#include "tools/tflite/types.hpp"

namespace nacre::tools {

using Call = TfliteImporter::Call;

ValueId condition(const Call& call, unsigned i) { return stored_numbers(call, i); }

ValueId stored_numbers(const Call& call, unsigned i) {
  Graph& graph = call.graph();
  if (call.importer.is_known(call.input(i)))
    return graph.add_constant(
        Array::of(ElementType::int32, call.type(i).shape, call.importer.integer_constant(call.input(i))),
        DataType::int32);
  return cast_to(graph, call.value(i), DataType::int32, call.name + "_stored");
}

ValueId stored_as(Graph& graph, ValueId numbers, DataType type, const std::string& name) {
  return cast_to(graph, numbers, type, name + "_" + type_name(type));
}

ValueId centred_numbers(const Call& call, unsigned i) {
  const Quantization& q = call.quantization(i);
  if (q.scale.size() != 1) call.refuse("lacks quantisation parameters");
  const ValueId stored = stored_numbers(call, i);
  return q.zero_point.at(0) == 0
             ? stored
             : add_function_with(call.graph(), MapFunction::subtract, stored, q.zero_point.at(0),
                                 call.name + "_centred");
}

void rescale_in(Program& program, double factor) {
  constexpr DataType kType = DataType::int32;
  std::int32_t multiplier = 0, shift = 0;
  quantize_multiplier(factor, &multiplier, &shift);
  const Operand m = program.literal(multiplier, kType), s = program.literal(shift, kType);
  program.then(MapFunction::rescale, kType, {program.empty() ? input_of_program(0) : kOutputOfProgram, m, s});
}

ValueId rescaled_output(const Call& call, ValueId sum, double factor, tflite::ActivationFunctionType function) {
  constexpr DataType kType = DataType::int32;
  const Quantization& y = call.output_quantization();
  if (y.scale.size() != 1) call.refuse("lacks quantisation parameters");
  const StoredRange range = stored_range(call, function);
  Program program;
  rescale_in(program, factor);
  program.then(MapFunction::add, kType, {kOutputOfProgram, program.literal(y.zero_point.at(0), kType)});
  program.then(MapFunction::clamp, kType,
               {kOutputOfProgram, program.literal(range.minimum, kType), program.literal(range.maximum, kType)});
  const ValueId numbers = call.graph().add_map(program, {sum}, call.name + "_rescaled");
  return stored_as(call.graph(), numbers, call.output_type().type, call.name);
}

ValueId cast_to(Graph& graph, ValueId x, DataType type, const std::string& name) {
  const DataType from = graph.type(x).type;
  if (from == type) return x;
  const auto is_narrow = [](DataType t) {
    return t != DataType::float32 && t != DataType::float64 && t != DataType::int32;
  };
  // Of a byte, or to one, by way of int32.
  if ((is_narrow(from) && type != DataType::int32) || (is_narrow(type) && from != DataType::int32))
    return cast_to(graph, cast_to(graph, x, DataType::int32, name + "_int32"), type, name);
  Program program;
  cast_in(program, from, type, input_of_program(0));
  return graph.add_map(program, {x}, name);
}

ValueId chosen_of(Graph& graph, ValueId chosen, ValueId b, ValueId c, const std::string& name) {
  const DataType stored = graph.type(b).type, type = stored == DataType::float32 ? stored : DataType::int32;
  Program program;
  cast_in(program, DataType::int32, type, input_of_program(0));
  program.then(MapFunction::where, type,
               {program.empty() ? input_of_program(0) : kOutputOfProgram, input_of_program(1), input_of_program(2)});
  const ValueId y = graph.add_map(program, {chosen, cast_to(graph, b, type, name + "_stored"),
                                            cast_to(graph, c, type, name + "_stored")}, name);
  return cast_to(graph, y, stored, name + "_kept");
}

void cast_in(Program& program, DataType from, DataType to, Operand x) {
  if (from != to) program.instructions.push_back({MapFunction::cast, from, to, {x}});
}

bool gives_int64(const Call& call) {
  return call.importer.tensor(call.output()).type() == tflite::TensorType::INT64;
}

ValueId within_32_bits(Graph& graph, ValueId whole, const std::string& name) {
  constexpr DataType kWide = DataType::float64;
  constexpr double kMost = 2147483647;
  Program program;  // -1 where the number lies beyond
  program.then(MapFunction::absolute, kWide, {input_of_program(0)});
  program.then(MapFunction::greater, kWide, {kOutputOfProgram, program.literal(kMost, kWide)});
  program.then(MapFunction::negative, kWide, {kOutputOfProgram});
  const ValueId beyond = graph.add_map(program, {whole}, name + "_beyond");
  const ValueId place = cast_to(graph, beyond, DataType::int32, name + "_place");
  const ValueId nothing =
      graph.add_constant(Array::of(ElementType::int32, {1}, std::vector<std::int64_t>{0}), DataType::int32);
  const ValueId checked = graph.add(parameters::Gather{}, {nothing, place}, name + "_checked");
  return add_functions(graph, {MapFunction::add}, {cast_to(graph, whole, DataType::int32, name + "_integer"), checked},
                       name);
}

}  // namespace nacre::tools
