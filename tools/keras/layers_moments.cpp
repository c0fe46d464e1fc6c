// Normalisation of each row by its own mean and deviation: LayerNormalization, GroupNormalization, RMSNormalization.

#include "tools/graph/compositions.hpp"
#include "tools/keras/layer.hpp"

namespace nacre::tools {
namespace {

using Ids = std::vector<ValueId>;

/// The bits of the axes that the configuration names; in ascending order, as their weights are.
unsigned axes_of_rows(const KerasLayer& layer, ValueId x) {
  const auto rank = static_cast<std::int64_t>(layer.graph.shape(x).size());
  nlohmann::json stated = layer.config.value("axis", nlohmann::json(-1));
  if (!stated.is_array()) stated = nlohmann::json::array({stated});
  unsigned axes = 0;
  for (const auto& one : stated) {
    std::int64_t axis = one.is_number_integer() ? one.get<std::int64_t>() : 0;
    axis += axis < 0 ? rank : 0;
    if (axis < 1 || axis >= rank || axes >> axis != 0)
      layer.refuse("has the axes " + stated.dump() + ", which are not axes of its input in ascending order",
                   "build it with axes of its input, in their order");
    axes |= 1u << axis;
  }
  return axes;
}

/// Weight `i`, which has the lengths of these axes of x, to be broadcast to x.
ValueId along(const KerasLayer& layer, std::size_t i, ValueId x, unsigned axes) {
  Dimensions own, shape(layer.graph.shape(x).size(), 1);
  for (std::size_t axis = 0; axis < shape.size(); ++axis)
    if (axes >> axis & 1) own.push_back(shape[axis] = layer.graph.shape(x)[axis]);
  const Array& weight = layer.weight(i, own.size());
  if (weight.shape() != own) layer.refuse("has weights of another shape than its axes", "save the model again");
  return layer.constant(weight.reshaped(shape));
}

/// x / sqrt(mean of squares + epsilon), over axes that stay with length 1.
ValueId scaled(const KerasLayer& layer, ValueId x, unsigned axes, double epsilon) {
  Graph& graph = layer.graph;
  const ValueId squares = add_functions(graph, {MapFunction::square}, {x}, layer.name + ".squares");
  const ValueId mean = add_reduced(graph, squares, ReduceFunction::mean, axes, layer.name + ".variance");
  Program program;
  program.then(MapFunction::add, DataType::float32, {input_of_program(0), program.literal(epsilon, DataType::float32)});
  program.then(MapFunction::sqrt, DataType::float32, {kOutputOfProgram});
  return add_functions(graph, {MapFunction::divide},
                       {x, graph.add_map(program, {mean}, layer.name + ".deviation")}, layer.name + ".scaled");
}

ValueId centred(const KerasLayer& layer, ValueId x, unsigned axes) {
  const ValueId mean = add_reduced(layer.graph, x, ReduceFunction::mean, axes, layer.name + ".mean");
  return add_functions(layer.graph, {MapFunction::subtract}, {x, mean}, layer.name + ".centred");
}

/// x * gamma + beta, where the layer has them, along these axes.
ValueId with_gamma_and_beta(const KerasLayer& layer, ValueId x, unsigned axes) {
  std::size_t next = 0;
  if (layer.flag("scale", true))
    x = add_functions(layer.graph, {MapFunction::multiply}, {x, along(layer, next++, x, axes)}, layer.name + ".gamma");
  if (layer.flag("center", true))
    x = add_functions(layer.graph, {MapFunction::add}, {x, along(layer, next, x, axes)}, layer.name);
  return x;
}

}  // namespace

/// Keras 3.9 and before had rms_scaling, which leaves the mean out, and beta with it.
ValueId import_layer_normalization(const KerasLayer& layer, const Ids& inputs) {
  if (layer.flag("rms_scaling", false))
    layer.refuse("has rms_scaling=True, whose meaning differs between releases", "use RMSNormalization");
  const unsigned axes = axes_of_rows(layer, inputs[0]);
  const double epsilon = layer.number("epsilon", 1e-3);
  return with_gamma_and_beta(layer, scaled(layer, centred(layer, inputs[0], axes), axes, epsilon), axes);
}

ValueId import_rms_normalization(const KerasLayer& layer, const Ids& inputs) {
  const unsigned axes = axes_of_rows(layer, inputs[0]);
  const ValueId y = scaled(layer, inputs[0], axes, layer.number("epsilon", 1e-6));
  return add_functions(layer.graph, {MapFunction::multiply}, {y, along(layer, 0, y, axes)}, layer.name);
}

/// The channels in groups: each has the mean and deviation of its group, over all places.
ValueId import_group_normalization(const KerasLayer& layer, const Ids& inputs) {
  return layer.with_axis_last(inputs[0], layer.axis(inputs[0], -1), [&](ValueId x) {
    Graph& graph = layer.graph;
    const Dimensions shape = graph.shape(x);
    const std::int64_t channels = shape.back(), stated = static_cast<std::int64_t>(layer.number("groups", 32)),
                       groups = stated == -1 ? channels : stated;
    if (groups < 1 || channels % groups != 0) layer.refuse("has channels that are no whole number of groups");
    std::int64_t places = 1;
    for (std::size_t axis = 1; axis + 1 < shape.size(); ++axis) places *= shape[axis];
    constexpr unsigned kAllButGroups = 0b1010;  // of [batch, places, groups, channels of a group]
    ValueId y = add_reshape(graph, x, {places, groups, channels / groups}, "");
    y = scaled(layer, centred(layer, y, kAllButGroups), kAllButGroups, layer.number("epsilon", 1e-3));
    y = add_reshape(graph, y, {shape.begin() + 1, shape.end()}, "");
    return with_gamma_and_beta(layer, y, 1u << (shape.size() - 1));
  });
}

}  // namespace nacre::tools
