// What makes masks: Masking, an Embedding with mask_zero, and the operations as which Keras 3 writes their masks into a
// functional model: NotEqual(x, 0), or Any(NotEqual(x, mask_value)), and LogicalOr of two masks.

#include "tools/graph/compositions.hpp"
#include "tools/keras/layer.hpp"

namespace nacre::tools {
namespace {

/// 1 where x equals the number, otherwise 0.
ValueId equals(const KerasLayer& layer, ValueId x, double number) {
  const DataType type = layer.graph.type(x).type;
  Program program;
  program.then(MapFunction::equal, type, {{Operand::Kind::input, 0}, program.literal(number, type)});
  if (type != DataType::float32)
    program.instructions.push_back({MapFunction::cast, type, DataType::float32, {{Operand::Kind::output}}});
  return layer.graph.add_map(program, {x}, layer.name + ".mask");
}

/// 1 where all along the last axis are 1, otherwise 0.
ValueId where_all(const KerasLayer& layer, ValueId x) {
  parameters::Reduce all;
  all.function = ReduceFunction::minimum;
  all.axes = static_cast<std::uint8_t>(1u << layer.last_axis(x));
  return layer.graph.add(all, {x}, layer.name + ".mask");
}

}  // namespace

std::optional<ValueId> skipped_by_embedding(const KerasLayer& layer, ValueId x) {
  if (!layer.flag("mask_zero", false) || layer.flag("reverse", false)) return std::nullopt;
  return equals(layer, x, 0);
}

std::optional<ValueId> skipped_by_not_equal(const KerasLayer& layer, ValueId x) {
  if (!layer.config.contains("mask_value"))
    layer.refuse("compares two tensors, which Nacre does not read", "build the model without the comparison");
  return equals(layer, x, static_cast<float>(layer.number("mask_value", 0)));
}

std::optional<ValueId> skipped_by_any(const KerasLayer& layer, ValueId) {
  if (!layer.skipped || layer.number("axis", 0) != -1 || layer.flag("keepdims", false))
    layer.refuse("is an operation on something else than a mask", "build the model without it");
  return where_all(layer, *layer.skipped);
}

/// A mask that keeps a step which either of two keeps.
std::optional<ValueId> skipped_by_either(const KerasLayer& layer, ValueId) {
  if (layer.all_skipped.size() != 2 || !layer.all_skipped[0] || !layer.all_skipped[1])
    layer.refuse("is an operation on something else than masks", "build the model without it");
  return add_functions(layer.graph, {MapFunction::minimum}, {*layer.all_skipped[0], *layer.all_skipped[1]},
                       layer.name + ".mask");
}

/// A step of which every number is the mask's.
std::optional<ValueId> skipped_by_masking(const KerasLayer& layer, ValueId x) {
  return where_all(layer, equals(layer, x, static_cast<float>(layer.number("mask_value", 0))));
}

/// 1 - skipped
ValueId import_comparison(const KerasLayer& layer, const std::vector<ValueId>&) {
  Program program;
  program.then(MapFunction::subtract, DataType::float32,
               {program.literal(1, DataType::float32), {Operand::Kind::input, 0}});
  return layer.graph.add_map(program, {layer.skipped.value()}, layer.name);
}

/// x * (1 - skipped): zeros of the sign that x has.
ValueId import_masking(const KerasLayer& layer, const std::vector<ValueId>& inputs) {
  Dimensions shape = layer.graph.shape(inputs[0]);
  shape.back() = 1;
  const ValueId skipped = add_reshape(layer.graph, layer.skipped.value(), {shape.begin() + 1, shape.end()}, "");
  Program program;
  program.then(MapFunction::subtract, DataType::float32,
               {program.literal(1, DataType::float32), {Operand::Kind::input, 0}});
  program.then(MapFunction::multiply, DataType::float32, {{Operand::Kind::output}, {Operand::Kind::input, 1}});
  return layer.graph.add_map(program, {skipped, inputs[0]}, layer.name);
}

}  // namespace nacre::tools
