#include "tools/tflite/chain.hpp"

namespace nacre::tools {

using Call = TfliteImporter::Call;

Flow& wrap_to_int16(Flow& chain) {
  return chain.then(MapFunction::add, 32768).then(MapFunction::remainder, 65536).then(MapFunction::subtract, 32768);
}

ValueId looked_up_in(const Call& call, ValueId places, const Integers& table) {
  Graph& graph = call.graph();
  const ValueId constant =
      graph.add_constant(Array::of(ElementType::int32, {std::ssize(table)}, table), DataType::int32);
  return graph.add(parameters::Gather{}, {constant, places}, call.name + "_table");
}

ValueId looked_up_in(const Call& call, ValueId places, const std::vector<double>& table) {
  Graph& graph = call.graph();
  const ValueId constant =
      graph.add_constant(Array::of(ElementType::float64, {std::ssize(table)}, table), DataType::float64);
  return graph.add(parameters::Gather{}, {constant, places}, call.name + "_table");
}

ValueId count_not_below(const Call& call, ValueId x, const Integers& thresholds, const char* suffix) {
  Graph& graph = call.graph();
  const DataType type = graph.type(x).type;
  const Dimensions shape = graph.shape(x);
  Dimensions apart = shape;
  apart.push_back(1);
  const ElementType element = type == DataType::float64 ? ElementType::float64 : ElementType::int32;
  const ValueId steps = graph.add_constant(Array::of(element, {std::ssize(thresholds)}, thresholds), type);
  const ValueId compared =
      Flow(call, {reshaped(graph, x, apart), steps}, type).then_input(MapFunction::greater_equal, 1).done("_compared");
  const unsigned last = 1u << (apart.size() - 1);
  const ValueId count = add_reduced(graph, compared, ReduceFunction::sum, last, call.name + suffix);
  return reshaped(graph, cast_to(graph, count, DataType::int32, call.name + "_count"), shape);
}

}  // namespace nacre::tools
