#include "tools/graph/compositions.hpp"

#include <algorithm>
#include <cmath>

namespace nacre::tools {

using F = MapFunction;

ValueId add_functions(Graph& graph, std::initializer_list<MapFunction> functions, std::vector<ValueId> inputs,
                      const std::string& name) {
  const DataType type = graph.type(inputs.at(0)).type;
  Program program;
  for (const MapFunction function : functions) {
    std::vector<Operand> operands{kOutputOfProgram};
    if (program.empty()) {
      operands.clear();
      for (std::uint32_t i = 0; i < inputs.size(); ++i) operands.push_back(input_of_program(i));
    }
    program.then(function, type, std::move(operands));
  }
  return graph.add_map(program, std::move(inputs), name);
}

ValueId add_function_with(Graph& graph, MapFunction function, ValueId x, double number, const std::string& name) {
  const DataType type = graph.type(x).type;
  Program program;
  program.then(function, type, {input_of_program(0), program.literal(number, type)});
  return graph.add_map(program, {x}, name);
}

ValueId add_cast(Graph& graph, ValueId x, DataType type, const std::string& name) {
  const DataType from = graph.type(x).type;
  if (from == type) return x;
  Program program;
  program.instructions.push_back({F::cast, from, type, {input_of_program(0)}});
  return graph.add_map(program, {x}, name);
}

ValueId add_reduced(Graph& graph, ValueId x, ReduceFunction function, unsigned axes, const std::string& name) {
  parameters::Reduce table;
  table.function = function, table.keep_dims = true, table.axes = static_cast<std::uint8_t>(axes);
  return graph.add(table, {x}, name);
}

ValueId add_log_softmax(Graph& graph, ValueId x, const std::string& name) {
  const unsigned last = 1u << (graph.shape(x).size() - 1);
  const ValueId largest = add_reduced(graph, x, ReduceFunction::maximum, last, name + ".largest");
  const ValueId below = add_functions(graph, {F::subtract}, {x, largest}, name + ".below");
  const ValueId powers = add_functions(graph, {F::exponential}, {below}, name + ".powers");
  const ValueId sum = add_reduced(graph, powers, ReduceFunction::sum, last, name + ".sum");
  return add_functions(graph, {F::subtract}, {below, add_functions(graph, {F::log}, {sum}, name + ".log")}, name);
}

ValueId add_between(Graph& graph, ValueId first, ValueId second, std::size_t axis, const std::vector<double>& share,
                    const std::string& name) {
  Dimensions shape(graph.shape(first).size(), 1);
  shape[axis] = static_cast<std::int64_t>(share.size());
  Program program;
  program.then(F::subtract, DataType::float32, {input_of_program(0), input_of_program(1)});
  program.then(F::multiply_add, DataType::float32, {kOutputOfProgram, input_of_program(2), input_of_program(1)});
  return graph.add_map(program, {second, first, graph.add_constant(shape, share)}, name);
}

Between between(std::int64_t from, std::int64_t to, bool align_corners, bool half_pixel_centers) {
  const float scale = align_corners && to > 1 ? static_cast<float>(from - 1) / static_cast<float>(to - 1)
                                              : static_cast<float>(from) / static_cast<float>(to);
  Between result;
  for (std::int64_t i = 0; i < to; ++i) {
    const float place =
        half_pixel_centers ? (static_cast<float>(i) + 0.5f) * scale - 0.5f : static_cast<float>(i) * scale;
    const auto first = std::clamp<std::int64_t>(static_cast<std::int64_t>(std::floor(place)), 0, from - 1);
    const auto second = std::clamp<std::int64_t>(static_cast<std::int64_t>(std::ceil(place)), 0, from - 1);
    result.first.push_back(first);
    result.second.push_back(second);
    result.share.push_back(second > first ? place - static_cast<float>(first) : 0);
  }
  return result;
}

ValueId add_resized(Graph& graph, ValueId x, std::size_t axis, const Between& places, const std::string& name) {
  const auto taken = [&](const std::vector<std::int64_t>& which) {
    const auto count = static_cast<std::int64_t>(which.size());
    const ValueId indices = graph.add_constant(Array::of(ElementType::int32, {count}, which), DataType::int32);
    return graph.add(parameters::Gather{.behind = static_cast<std::uint8_t>(graph.shape(x).size() - 1 - axis)},
                     {x, indices}, name + ".places");
  };
  return add_between(graph, taken(places.first), taken(places.second), axis, places.share, name);
}

}  // namespace nacre::tools
