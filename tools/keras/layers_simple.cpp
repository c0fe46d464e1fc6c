// Layers without a matrix: normalisation, activations, shapes and merging.

#include <cmath>

#include "tools/keras/layer.hpp"

namespace nacre::tools {
namespace {

using Ids = std::vector<ValueId>;

std::vector<double> ones(std::size_t size) { return std::vector<double>(size, 1.0); }

std::int64_t last_axis(const KerasLayer& layer, ValueId x) { return static_cast<std::int64_t>(layer.graph.shape(x).size()) - 1; }

/// An axis of the configuration, which may count from the end or be a list of one.
std::int64_t axis_of(const KerasLayer& layer, ValueId x, std::int64_t otherwise) {
  const auto found = layer.config.find("axis");
  std::int64_t axis = otherwise;
  if (found != layer.config.end() && found->is_number_integer()) axis = found->get<std::int64_t>();
  if (found != layer.config.end() && found->is_array() && found->size() == 1 && (*found)[0].is_number_integer()) axis = (*found)[0].get<std::int64_t>();
  return axis < 0 ? axis + last_axis(layer, x) + 1 : axis;
}

}  // namespace

ValueId import_batch_normalization(const KerasLayer& layer, const Ids& inputs) {
  if (axis_of(layer, inputs[0], -1) != last_axis(layer, inputs[0])) layer.refuse("normalises another axis than the last");
  const bool scaled = layer.flag("scale", true), centred = layer.flag("center", true);
  std::size_t next = 0;
  const std::vector<double> gamma = scaled ? layer.weight(next++, 1).to<double>() : ones(0);
  const std::vector<double> beta = centred ? layer.weight(next++, 1).to<double>() : ones(0);
  const std::vector<double> mean = layer.weight(next++, 1).to<double>();
  std::vector<double> scale = layer.weight(next, 1).to<double>();  // the variance
  for (std::size_t i = 0; i < scale.size(); ++i) scale[i] = (scaled ? gamma.at(i) : 1) / std::sqrt(scale[i] + layer.number("epsilon", 1e-3));
  return add_affine(layer.graph, inputs[0], mean, scale, centred ? beta : std::vector<double>{0}, layer.name);
}

ValueId import_normalization(const KerasLayer& layer, const Ids& inputs) {
  if (layer.flag("invert", false)) layer.refuse("inverts its normalisation");
  std::vector<double> mean, variance;
  if (layer.weights.size() >= 2) {
    mean = layer.weights[0].to<double>();
    variance = layer.weights[1].to<double>();
  } else {
    mean = {layer.number("mean", 0)};
    variance = {layer.number("variance", 1)};
  }
  for (double& value : variance) value = 1 / std::max(std::sqrt(value), 1e-7);
  return add_affine(layer.graph, inputs[0], mean, variance, {0}, layer.name);
}

ValueId import_rescaling(const KerasLayer& layer, const Ids& inputs) {
  return add_affine(layer.graph, inputs[0], {0}, {layer.number("scale", 1)}, {layer.number("offset", 0)}, layer.name);
}

ValueId import_identity(const KerasLayer&, const Ids& inputs) { return inputs[0]; }

ValueId import_activation(const KerasLayer& layer, const Ids& inputs) { return layer.activated(inputs[0]); }

ValueId import_activation_layer(const KerasLayer& layer, const Ids& inputs) {
  schema::ActivationT table;
  if (layer.class_name == "Softmax") {
    if (axis_of(layer, inputs[0], -1) != last_axis(layer, inputs[0])) layer.refuse("takes the softmax of another axis than the last");
    return layer.apply(inputs[0], "softmax", 1);
  }
  if (layer.class_name == "ELU") return layer.apply(inputs[0], "elu", layer.number("alpha", 1));
  if (layer.class_name == "ThresholdedReLU") {
    const double theta = layer.number("theta", 1);
    // x where x > theta: relu would keep theta itself too.
    table.threshold = std::nextafter(static_cast<float>(theta), INFINITY);
  } else if (layer.class_name == "LeakyReLU") {
    table.alpha = static_cast<float>(layer.number("negative_slope", layer.number("alpha", 0.3)));
  } else {
    table.alpha = static_cast<float>(layer.number("negative_slope", 0));
    table.threshold = static_cast<float>(layer.number("threshold", 0));
    table.maximum = static_cast<float>(layer.number("max_value", INFINITY));
  }
  return layer.graph.add(std::move(table), {inputs[0]}, layer.name);
}

ValueId import_prelu(const KerasLayer& layer, const Ids& inputs) {
  // Slopes may be shared along axes, where they have length 1.
  const Dimensions shape(layer.graph.shape(inputs[0]).begin() + 1, layer.graph.shape(inputs[0]).end());
  const Array& slopes = layer.weight(0, shape.size());
  const TensorType full{DataType::float32, shape};
  const std::vector<double> stored = slopes.to<double>();
  std::vector<double> expanded(static_cast<std::size_t>(full.size()));
  for (std::size_t i = 0; i < expanded.size(); ++i) {
    std::size_t rest = i, index = 0, stride = 1;
    for (std::size_t axis = shape.size(); axis-- > 0; rest /= static_cast<std::size_t>(shape[axis])) {
      const auto own = static_cast<std::size_t>(slopes.shape()[axis]);
      index += (own == 1 ? 0 : rest % static_cast<std::size_t>(shape[axis])) * stride;
      stride *= own;
    }
    expanded[i] = stored.at(index);
  }
  return layer.graph.add(schema::PReluT{}, {inputs[0], layer.graph.add_constant(shape, expanded)}, layer.name);
}

ValueId import_reshaping(const KerasLayer& layer, const Ids& inputs) {
  if (layer.class_name == "Flatten") return add_reshape(layer.graph, inputs[0], {-1}, layer.name);
  Dimensions shape;
  const auto target = layer.config.find("target_shape");
  if (target == layer.config.end() || !target->is_array()) layer.refuse("lacks its target shape");
  for (const auto& dimension : *target) shape.push_back(dimension.is_number_integer() ? dimension.get<std::int64_t>() : -1);
  return add_reshape(layer.graph, inputs[0], shape, layer.name);
}

ValueId import_permute(const KerasLayer& layer, const Ids& inputs) {
  schema::PermuteT table;
  table.permutation = {0};
  for (const std::int64_t axis : layer.integers("dims", layer.graph.shape(inputs[0]).size() - 1, 1)) table.permutation.push_back(static_cast<std::uint8_t>(axis));
  return layer.graph.add(std::move(table), {inputs[0]}, layer.name);
}

ValueId import_zero_padding(const KerasLayer& layer, const Ids& inputs) {
  const std::size_t axes = layer.class_name.ends_with("1D") ? 1 : 2;
  schema::PadT table;
  table.before.assign(layer.graph.shape(inputs[0]).size(), 0);
  table.after = table.before;
  const auto& padding = layer.config.value("padding", nlohmann::json(1));
  for (std::size_t axis = 0; axis < axes; ++axis) {
    // One number, one per axis, or a pair per axis.
    const nlohmann::json& own = axes == 1 || !padding.is_array() ? padding : padding.at(axis);
    const auto pick = [&](std::size_t side) {
      const nlohmann::json& number = own.is_array() ? own.at(side) : own;
      const std::uint64_t count = number.is_number_unsigned() ? number.get<std::uint64_t>() : 0u;
      if (count > 0xffff) layer.refuse("pads by more than 65535");
      return static_cast<std::uint16_t>(count);
    };
    table.before.at(axis + 1) = pick(0);
    table.after.at(axis + 1) = pick(1);
  }
  return layer.graph.add(std::move(table), {inputs[0]}, layer.name);
}

ValueId import_merge(const KerasLayer& layer, const Ids& inputs) {
  using B = schema::BinaryFunction;
  const std::string& name = layer.class_name;
  const B function = name == "Subtract" ? B::subtract : name == "Multiply" ? B::multiply : name == "Maximum" ? B::maximum : name == "Minimum" ? B::minimum : B::add;
  if (inputs.size() < 2) layer.refuse("merges fewer than two inputs");
  ValueId result = inputs[0];
  for (std::size_t i = 1; i < inputs.size(); ++i) {
    schema::BinaryT table;
    table.function = function;
    result = layer.graph.add(std::move(table), {result, inputs[i]}, inputs.size() == 2 && name != "Average" ? layer.name : layer.name + "." + std::to_string(i));
  }
  return name == "Average" ? add_affine(layer.graph, result, {0}, {1.0 / static_cast<double>(inputs.size())}, {0}, layer.name) : result;
}

ValueId import_concatenate(const KerasLayer& layer, const Ids& inputs) {
  schema::ConcatenateT table;
  const std::int64_t axis = axis_of(layer, inputs[0], -1);
  if (axis < 1) layer.refuse("joins batches");
  table.axis = static_cast<std::uint8_t>(axis);
  return layer.graph.add(std::move(table), inputs, layer.name);
}

}  // namespace nacre::tools
