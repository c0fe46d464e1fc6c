// Batch normalisation, normalisation by features, and rescaling.

#include <algorithm>
#include <cmath>

#include "tools/keras/layer.hpp"

namespace nacre::tools {
namespace {

using Ids = std::vector<ValueId>;

/// The numbers under `key`: one, or a list nested to any depth.
std::vector<double> numbers(const KerasLayer& layer, const char* key, double otherwise) {
  const auto found = layer.config.find(key);
  if (found == layer.config.end() || found->is_null()) return {otherwise};
  std::vector<double> result;
  const auto collect = [&](const auto& self, const nlohmann::json& value) -> void {
    if (value.is_number()) result.push_back(value.get<double>());
    else if (value.is_array()) for (const auto& item : value) self(self, item);
    else if (value.is_object() && value.contains("value")) self(self, value["value"]);  // a serialised scalar
    else layer.refuse(std::string("has a ") + key + " that is no number");
  };
  collect(collect, *found);
  return result;
}

/// x of [batch, features]: all of its elements are features.
ValueId flattened(const KerasLayer& layer, ValueId x) { return add_reshape(layer.graph, x, {-1}, ""); }

}  // namespace

ValueId import_batch_normalization(const KerasLayer& layer, const Ids& inputs) {
  const std::size_t axis = layer.axis(inputs[0], -1);
  const bool scaled = layer.flag("scale", true), centred = layer.flag("center", true);
  std::size_t next = 0;
  const std::vector<double> gamma = scaled ? layer.weight(next++, 1).to<double>() : std::vector<double>();
  const std::vector<double> beta = centred ? layer.weight(next++, 1).to<double>() : std::vector<double>{0};
  const std::vector<double> mean = layer.weight(next++, 1).to<double>();
  std::vector<double> scale = layer.weight(next, 1).to<double>();  // the variance
  if (scaled && gamma.size() != scale.size()) layer.refuse("has weights of different sizes", "save the model again");
  for (std::size_t i = 0; i < scale.size(); ++i) scale[i] = (scaled ? gamma[i] : 1) / std::sqrt(scale[i] + layer.number("epsilon", 1e-3));
  return layer.with_axis_last(inputs[0], axis,
                              [&](ValueId x) { return add_affine(layer.graph, x, mean, scale, beta, layer.name); });
}

ValueId import_normalization(const KerasLayer& layer, const Ids& inputs) {
  std::vector<double> mean, variance;
  if (layer.weights.size() >= 2) {
    mean = layer.weights[0].to<double>();
    variance = layer.weights[1].to<double>();
  } else {
    mean = numbers(layer, "mean", 0);
    variance = numbers(layer, "variance", 1);
  }
  std::vector<double> deviation, factor;
  for (const double value : variance) {
    deviation.push_back(std::max(std::sqrt(value), 1e-7));
    factor.push_back(1 / deviation.back());
  }
  const auto affine = [&](ValueId x) {
    if (layer.flag("invert", false)) return add_affine(layer.graph, x, {0}, deviation, mean, layer.name);
    return add_affine(layer.graph, x, mean, factor, {0}, layer.name);
  };
  const auto axis = layer.config.find("axis");
  const bool several = axis != layer.config.end() && axis->is_array() && axis->size() > 1;
  if (mean.size() == 1) return affine(inputs[0]);
  if (!several) return layer.with_axis_last(inputs[0], layer.axis(inputs[0], -1), affine);
  const Dimensions shape = layer.graph.shape(inputs[0]);
  if (axis->size() + 1 != shape.size()) layer.refuse("keeps several axes, but not all", "build it with one axis");
  return add_reshape(layer.graph, affine(flattened(layer, inputs[0])), {shape.begin() + 1, shape.end()}, "");
}

ValueId import_rescaling(const KerasLayer& layer, const Ids& inputs) {
  return add_affine(layer.graph, inputs[0], {0}, numbers(layer, "scale", 1), numbers(layer, "offset", 0), layer.name);
}

}  // namespace nacre::tools
