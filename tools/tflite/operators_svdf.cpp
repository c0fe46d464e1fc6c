// SVDF: a layer that filters features, and the last so many of them along time. Those are state.

#include <fmt/format.h>

#include <cmath>

#include "tools/graph/moves.hpp"
#include "tools/operators/rescale.hpp"
#include "tools/tflite/operators.hpp"
#include "tools/tflite/programs.hpp"

namespace nacre::tools {
namespace {

using Call = TfliteImporter::Call;

enum : unsigned { kX, kFeatures, kTimes, kSvdfBias, kMemory };

/// How many filters there are, how many add up to a unit, and how many steps each sees.
struct SvdfShape {
  std::int64_t batch, depth, filters, rank, steps;

  explicit SvdfShape(const Call& call) {
    const Dimensions x = call.type(kX).shape, features = call.type(kFeatures).shape, times = call.type(kTimes).shape;
    rank = call.options<tflite::SVDFOptions>().rank();
    if (x.size() != 2 || features.size() != 2 || times.size() != 2 || rank < 1 || features[1] != x[1] ||
        times[0] != features[0] || features[0] % rank != 0)
      call.refuse("has weights that do not fit its input");
    batch = x[0], depth = x[1], filters = features[0], steps = times[1];
    if (batch != 1) call.refuse("keeps the states of several rows at once");
    if (call.type(kMemory).size() != batch * filters * steps) call.refuse("has a state of another size");
  }
};

/// Weights [filters, depth] of the file as a constant [depth, filters].
ValueId turned_weights(const Call& call, const SvdfShape& s, ElementType type, DataType held) {
  std::vector<double> turned(static_cast<std::size_t>(s.filters * s.depth));
  const auto place = [&](std::size_t i) {
    return i % static_cast<std::size_t>(s.depth) * static_cast<std::size_t>(s.filters) +
           i / static_cast<std::size_t>(s.depth);
  };
  if (type == ElementType::int32) {
    const Integers own = call.importer.integer_constant(call.input(kFeatures));
    for (std::size_t i = 0; i < own.size(); ++i) turned[place(i)] = static_cast<double>(own[i]);
  } else {
    const std::vector<double> own = call.importer.real_constant(call.input(kFeatures));
    for (std::size_t i = 0; i < own.size(); ++i) turned[place(i)] = own[i];
  }
  return call.graph().add_constant(Array::of(type, {s.depth, s.filters}, turned), held);
}

/// The states one step on: the oldest goes, and `features` [1, filters] come last.
ValueId next_states(const Call& call, const SvdfShape& s, ValueId states, ValueId features) {
  Graph& graph = call.graph();
  const ValueId newest = reshaped(graph, features, {s.filters, 1});
  if (s.steps == 1) return newest;
  parameters::Slice kept = slice_of_all(graph.shape(states));
  kept.begin[1] = 1, kept.size[1] = static_cast<std::int32_t>(s.steps - 1);
  return graph.add(parameters::Concatenate{.axis = 1}, {graph.add(kept, {states}, call.name), newest},
                   call.name + "_states");
}

/// Filtered along time, and added up unit by unit: [1, units].
ValueId summed_units(const Call& call, const SvdfShape& s, ValueId states, ValueId weights) {
  Graph& graph = call.graph();
  const ValueId products = add_functions(graph, {MapFunction::multiply}, {states, weights}, call.name + "_products");
  const ValueId filtered = add_reduced(graph, products, ReduceFunction::sum, 2, call.name + "_filtered");
  const ValueId apart = reshaped(graph, filtered, {s.filters / s.rank, s.rank});
  return reshaped(graph, add_reduced(graph, apart, ReduceFunction::sum, 2, call.name + "_units"),
                  {1, s.filters / s.rank});
}

void set_real_svdf(const Call& call, const SvdfShape& s, ValueId states, ValueId* next) {
  Graph& graph = call.graph();
  const ValueId none =
      graph.add_constant({s.filters}, std::vector<double>(static_cast<std::size_t>(s.filters), 0.0));
  const ValueId features =
      graph.add(parameters::FullyConnected{},
                {call.value(kX), turned_weights(call, s, ElementType::float32, DataType::float32), none},
                call.name + "_features");
  *next = next_states(call, s, states, features);
  ValueId y = summed_units(call, s, *next, call.value(kTimes));
  if (call.has_input(kSvdfBias))
    y = add_functions(graph, {MapFunction::add}, {y, call.value(kSvdfBias)}, call.name + "_bias");
  const FusedBounds bounds = fused_bounds(call, call.options<tflite::SVDFOptions>().fused_activation_function());
  parameters::Clip limits;
  limits.minimum = bounds.minimum, limits.maximum = bounds.maximum;
  call.define(std::isfinite(bounds.minimum) || std::isfinite(bounds.maximum) ? graph.add(limits, {y}, call.name) : y);
}

/// In integers: features are rescaled to the states' int16, sums of these to the output.
void set_integer_svdf(const Call& call, const SvdfShape& s, ValueId states, ValueId* next) {
  Graph& graph = call.graph();
  const auto scale = [&](unsigned i) {
    if (call.quantization(i).scale.size() != 1) call.refuse("lacks quantisation parameters");
    return call.quantization(i).scale[0];
  };
  if (call.quantization(kMemory).zero_point.at(0) != 0) call.refuse("has a state with a zero point");
  const ValueId dots = graph.add(
      parameters::MatMul{},
      {centred_numbers(call, kX), turned_weights(call, s, ElementType::int32, DataType::int32)},
          call.name + "_features");
  Program program;
  rescale_in(program, static_cast<double>(scale(kX) * scale(kFeatures) / scale(kMemory)));
  const ValueId features = graph.add_map(program, {dots}, call.name + "_rescaled_features");
  *next = next_states(call, s, states, stored_as(graph, features, DataType::int16, call.name + "_features"));
  ValueId y =
      summed_units(call, s, cast_to(graph, *next, DataType::int32, call.name + "_wide"), stored_numbers(call, kTimes));
  if (call.has_input(kSvdfBias))
    y = add_functions(graph, {MapFunction::add}, {y, stored_numbers(call, kSvdfBias)}, call.name + "_bias");
  const float y_scale = call.output_quantization().scale.at(0);
  call.define(rescaled_output(call, y, static_cast<double>(scale(kMemory) * scale(kTimes) / y_scale)));
}

}  // namespace

void import_svdf(const Call& call) {
  const SvdfShape s(call);
  const bool is_int8 = call.is_int8();
  TfliteVariable& memory = call.importer.variables_[fmt::format("states of {}", call.name)];
  const auto stored = call.importer.tensor(call.input(kMemory)).type();
  if (stored != (is_int8 ? tflite::TensorType::INT16 : tflite::TensorType::FLOAT32) ||
      (is_int8 && call.type(kTimes).type != DataType::int16) ||
      (!is_int8 && call.type(kFeatures).type != DataType::float32))
    call.refuse("has states or weights of another type than its input needs",
                "convert the model in float32, or in full integers with states of int16");
  memory.is_assigned = true;
  const TensorType type{is_int8 ? DataType::int16 : DataType::float32, {s.filters, s.steps}};
  const ValueId states = call.importer.begin_variable(call, memory, type);
  ValueId next = 0;
  is_int8 ? set_integer_svdf(call, s, states, &next) : set_real_svdf(call, s, states, &next);
  memory.now = next;
}

}  // namespace nacre::tools
