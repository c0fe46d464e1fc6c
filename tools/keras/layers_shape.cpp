// Layers that move elements, or combine several inputs.

#include <fmt/format.h>

#include <algorithm>

#include "tools/graph/compositions.hpp"
#include "tools/graph/moves.hpp"
#include "tools/keras/attention.hpp"
#include "tools/keras/layer.hpp"

namespace nacre::tools {
namespace {

using Ids = std::vector<ValueId>;

/// What a padding or cropping layer states for each spatial axis: elements before and after.
struct Margins {
  std::vector<std::int64_t> before, after;
};

std::int64_t margin(const KerasLayer& layer, const char* key, const nlohmann::json& number) {
  if (number.is_number_unsigned() && number.get<std::uint64_t>() > 65535)
    layer.refuse("pads by more than 65535", "build the model with less");
  if (!number.is_number_integer() || number.get<std::int64_t>() < 0)
    layer.refuse(fmt::format("has the {} {}", key, number.dump()));
  return number.get<std::int64_t>();
}

/// One number for all, one per axis, or a pair per axis; one axis has its pair directly.
Margins margins(const KerasLayer& layer, const char* key) {
  const auto axes = static_cast<std::size_t>(layer.class_name[layer.class_name.size() - 2] - '0');  // "…2D"
  const nlohmann::json stated = layer.config.value(key, nlohmann::json(1));
  Margins result;
  for (std::size_t axis = 0; axis < axes; ++axis) {
    const nlohmann::json& own = axes == 1 || !stated.is_array() ? stated : stated.at(axis);
    if (own.is_array() && own.size() != 2) layer.refuse(fmt::format("has the {} {}", key, stated.dump()));
    result.before.push_back(margin(layer, key, own.is_array() ? own[0] : own));
    result.after.push_back(margin(layer, key, own.is_array() ? own[1] : own));
  }
  return result;
}

}  // namespace

ValueId import_identity(const KerasLayer&, const Ids& inputs) { return inputs[0]; }

ValueId import_flatten(const KerasLayer& layer, const Ids& inputs) {
  const bool moves = layer.channels_first() && layer.graph.shape(inputs[0]).size() > 1;
  const ValueId x = moves ? layer.move_axis(inputs[0], 1, layer.last_axis(inputs[0])) : inputs[0];
  return add_reshape(layer.graph, x, {-1}, layer.name);
}

ValueId import_reshape(const KerasLayer& layer, const Ids& inputs) {
  Dimensions shape;
  const auto target = layer.config.find("target_shape");
  if (target == layer.config.end() || !target->is_array()) layer.refuse("lacks its target shape");
  for (const auto& dimension : *target)
    shape.push_back(dimension.is_number_integer() ? dimension.get<std::int64_t>() : -1);
  return add_reshape(layer.graph, inputs[0], shape, layer.name);
}

ValueId import_permute(const KerasLayer& layer, const Ids& inputs) {
  parameters::Permute table;
  std::uint8_t* place = table.permutation;
  for (const std::int64_t axis : layer.integers("dims", layer.graph.shape(inputs[0]).size() - 1, 1))
    *++place = static_cast<std::uint8_t>(axis);
  return layer.graph.add(table, {inputs[0]}, layer.name);
}

ValueId import_repeat_vector(const KerasLayer& layer, const Ids& inputs) {
  layer.require_rank(inputs[0], 2);
  const Dimensions shape = layer.graph.shape(inputs[0]);
  const std::int64_t times = layer.integers("n", 1, 1)[0];
  const ValueId one = add_reshape(layer.graph, inputs[0], {1, shape[1]}, "");
  return add_broadcast(layer.graph, one, {shape[0], times, shape[1]}, layer.name);
}

ValueId import_zero_padding(const KerasLayer& layer, const Ids& inputs) {
  const Margins padding = margins(layer, "padding");
  layer.require_rank(inputs[0], padding.before.size() + 2);
  return layer.with_channels_last(inputs[0], [&](ValueId x) {
    parameters::Pad table;
    for (std::size_t axis = 0; axis < padding.before.size(); ++axis) {
      table.before[axis + 1] = static_cast<std::uint16_t>(padding.before[axis]);
      table.after[axis + 1] = static_cast<std::uint16_t>(padding.after[axis]);
    }
    return layer.graph.add(table, {x}, layer.name);
  });
}

ValueId import_cropping(const KerasLayer& layer, const Ids& inputs) {
  const Margins cropping = margins(layer, "cropping");
  layer.require_rank(inputs[0], cropping.before.size() + 2);
  return layer.with_channels_last(inputs[0], [&](ValueId x) {
    const Dimensions& shape = layer.graph.shape(x);
    parameters::Slice table = slice_of_all(shape);
    for (std::size_t axis = 1; axis <= cropping.before.size(); ++axis) {
      const std::int64_t before = cropping.before[axis - 1], after = cropping.after[axis - 1];
      table.begin[axis] = static_cast<std::int32_t>(before);
      table.size[axis] = static_cast<std::int32_t>(shape[axis] - before - after);
    }
    return layer.graph.add(table, {x}, layer.name);
  });
}

namespace {

/// A mask [batch, steps] that broadcasts to x.
ValueId of_steps(const KerasLayer& layer, ValueId mask, ValueId x) {
  Dimensions shape(layer.graph.shape(x).size() - 1, 1);
  shape[0] = layer.graph.shape(mask)[1];
  return add_reshape(layer.graph, mask, shape, "");
}

/// Since Keras 3, a product is that of the numbers which masks do not skip, and 0 where masks of all inputs skip it.
ValueId masked_product(const KerasLayer& layer, Ids inputs) {
  std::optional<ValueId> all;
  bool is_everywhere = true;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const std::optional<ValueId>& mask = layer.all_skipped[i];
    if (!mask) is_everywhere = false;
    if (!mask) continue;
    all = !all ? *mask : add_functions(layer.graph, {MapFunction::minimum}, {*all, *mask}, layer.name + ".skipped");
    inputs[i] = add_where(layer, of_steps(layer, *mask, inputs[i]), 1, inputs[i], ".kept");
  }
  ValueId y = inputs[0];
  for (std::size_t i = 1; i < inputs.size(); ++i)
    y = add_functions(layer.graph, {MapFunction::multiply}, {y, inputs[i]}, layer.name + "." + std::to_string(i));
  return is_everywhere ? add_where(layer, of_steps(layer, *all, y), 0, y, "") : y;
}

/// Likewise the largest or smallest: what a mask skips of one is what the other has there.
ValueId masked_extreme(const KerasLayer& layer, const Ids& inputs, MapFunction function) {
  const auto chosen = [&](ValueId mask, ValueId where_skipped, ValueId x) {
    return add_functions(layer.graph, {MapFunction::where}, {of_steps(layer, mask, x), where_skipped, x},
                         layer.name + ".kept");
  };
  ValueId y = inputs[0], mask = layer.all_skipped[0].value_or(y);
  bool has_mask = layer.all_skipped[0].has_value();
  for (std::size_t i = 1; i < inputs.size(); ++i) {
    const std::optional<ValueId>& own = layer.all_skipped[i];
    const ValueId x = own ? chosen(*own, y, inputs[i]) : inputs[i];
    if (has_mask) y = chosen(mask, x, y);
    has_mask = has_mask && own;
    if (has_mask) mask = add_functions(layer.graph, {MapFunction::minimum}, {mask, *own}, layer.name + ".skipped");
    y = add_functions(layer.graph, {function}, {y, x}, layer.name + "." + std::to_string(i));
  }
  return y;
}

}  // namespace

ValueId import_merge(const KerasLayer& layer, const Ids& inputs) {
  using B = BinaryFunction;
  const std::string& name = layer.class_name;
  const bool is_extreme = name == "Maximum" || name == "Minimum";
  const B function = name == "Subtract"   ? B::subtract
                     : name == "Multiply" ? B::multiply
                     : name == "Maximum"  ? B::maximum
                     : name == "Minimum"  ? B::minimum
                                          : B::add;
  if (inputs.size() < 2) layer.refuse("merges fewer than two inputs");
  const bool has_masks =
      std::ranges::any_of(layer.all_skipped, [](const std::optional<ValueId>& one) { return one.has_value(); });
  if (layer.version.major >= 3 && has_masks && name == "Multiply") return masked_product(layer, inputs);
  if (layer.version.major >= 3 && has_masks && is_extreme)
    return masked_extreme(layer, inputs, name == "Maximum" ? MapFunction::maximum : MapFunction::minimum);
  ValueId result = inputs[0];
  for (std::size_t i = 1; i < inputs.size(); ++i) {
    parameters::Binary table;
    table.function = function;
    result =
        layer.graph.add(table, {result, inputs[i]},
                        inputs.size() == 2 && name != "Average" ? layer.name : layer.name + "." + std::to_string(i));
  }
  return name == "Average"
             ? add_affine(layer.graph, result, {0}, {1.0 / static_cast<double>(inputs.size())}, {0}, layer.name)
             : result;
}

ValueId import_concatenate(const KerasLayer& layer, const Ids& inputs) {
  parameters::Concatenate table;
  const std::size_t axis = layer.axis(inputs[0], -1);
  if (axis < 1)
    layer.refuse("concatenates along axis 0, the batch, which Nacre does not support",
                 "build the model so that it concatenates along another axis");
  table.axis = static_cast<std::uint8_t>(axis);
  return layer.graph.add(table, inputs, layer.name);
}

}  // namespace nacre::tools
