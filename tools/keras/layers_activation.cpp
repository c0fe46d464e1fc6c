// Activations that are layers of their own.

#include <cmath>

#include "tools/keras/layer.hpp"

namespace nacre::tools {
namespace {

using Ids = std::vector<ValueId>;

/// The threshold of x > limit, where the runtime's relu keeps x >= threshold.
float above(double limit) { return std::nextafter(static_cast<float>(limit), INFINITY); }

}  // namespace

ValueId import_activation(const KerasLayer& layer, const Ids& inputs) { return layer.activated(inputs[0]); }

ValueId import_activation_layer(const KerasLayer& layer, const Ids& inputs) {
  parameters::Activation table;
  if (layer.class_name == "ELU") return layer.apply(inputs[0], "elu", layer.number("alpha", 1));
  if (layer.class_name == "ThresholdedReLU") {
    table.threshold = above(layer.number("theta", 1));
  } else if (layer.class_name == "LeakyReLU") {
    table.alpha = static_cast<float>(layer.number("negative_slope", layer.number("alpha", 0.3)));
  } else {
    table.alpha = static_cast<float>(layer.number("negative_slope", 0));
    if (const double threshold = layer.number("threshold", 0); threshold != 0) table.threshold = above(threshold);
    table.maximum = static_cast<float>(layer.number("max_value", INFINITY));
  }
  return layer.graph.add(table, {inputs[0]}, layer.name);
}

ValueId import_softmax_layer(const KerasLayer& layer, const Ids& inputs) {
  return layer.with_axes_merged(inputs[0], layer.axes(inputs[0], -1),
                                [&](ValueId x) { return layer.apply(x, "softmax", 1); });
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
  return layer.graph.add(parameters::PRelu{}, {inputs[0], layer.graph.add_constant(shape, expanded)}, layer.name);
}

}  // namespace nacre::tools
