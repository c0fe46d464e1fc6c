// Batch normalisation, normalisation by features, to unit length, and rescaling.

#include <algorithm>
#include <cmath>

#include "tools/graph/compositions.hpp"
#include "tools/keras/encode.hpp"
#include "tools/keras/layer.hpp"

namespace nacre::tools {
namespace {

using Ids = std::vector<ValueId>;

/// What stands under a key: a number, or an array.
struct Table {
  Dimensions shape;
  std::vector<double> values;
};

/// The array under `key`: one number, or a list nested to any depth.
Table table(const KerasLayer& layer, const char* key, double otherwise) {
  const auto found = layer.config.find(key);
  if (found == layer.config.end() || found->is_null()) return {{}, {otherwise}};
  const nlohmann::json* stated = &*found;
  while (stated->is_object() &&
         (stated->contains("value") || stated->contains("config")))  // a serialised number or array
    stated = &(*stated)[stated->contains("value") ? "value" : "config"];
  Table result;
  for (const nlohmann::json* first = stated; first->is_array() && !first->empty(); first = &first->front())
    result.shape.push_back(static_cast<std::int64_t>(first->size()));
  const auto collect = [&](const auto& self, const nlohmann::json& value, std::size_t depth) -> void {
    if (value.is_number() && depth == result.shape.size()) result.values.push_back(value.get<double>());
    else if (value.is_array() && depth < result.shape.size() &&
             static_cast<std::int64_t>(value.size()) == result.shape[depth])
      for (const auto& item : value) self(self, item, depth + 1);
    else
      layer.refuse(std::string("has a ") + key + " that is neither a number nor an array of them",
                   "give it one number, or one for each feature");
  };
  collect(collect, *stated, 0);
  return result;
}

std::vector<double> numbers(const KerasLayer& layer, const char* key, double otherwise) {
  return table(layer, key, otherwise).values;
}

/// Whether it is one number, or one for each element of the last axis.
bool is_along_last_axis(const Table& table) {
  return table.shape.empty() || static_cast<std::int64_t>(table.values.size()) == table.shape.back();
}

/// One value for each element of a row of `shape`, which NumPy's rules of broadcasting give.
std::vector<double> broadcast(const KerasLayer& layer, const Table& table, const Dimensions& shape) {
  if (table.shape.size() > shape.size())
    layer.refuse("has an array of more dimensions than its input", "check the shapes of the model");
  const std::size_t lead = shape.size() - table.shape.size();
  std::vector<double> result(static_cast<std::size_t>(TensorType{DataType::float32, shape}.size()));
  for (std::size_t i = 0; i < result.size(); ++i) {
    std::size_t rest = i, index = 0, stride = 1;
    for (std::size_t axis = shape.size(); axis-- > lead; rest /= static_cast<std::size_t>(shape[axis])) {
      const std::int64_t own = table.shape[axis - lead];
      if (own != 1 && own != shape[axis])
        layer.refuse("has an array whose shape does not fit its input", "check the shapes of the model");
      index += own == 1 ? 0 : rest % static_cast<std::size_t>(shape[axis]) * stride;
      stride *= static_cast<std::size_t>(own);
    }
    result[i] = table.values[index];
  }
  return result;
}

/// An array that has an axis for the batch, which every row shares, without it.
Table without_batch(const KerasLayer& layer, Table table, ValueId x) {
  if (table.shape.size() == layer.graph.shape(x).size() && table.shape.front() == 1)
    table.shape.erase(table.shape.begin());
  return table;
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
  for (std::size_t i = 0; i < scale.size(); ++i)
    scale[i] = (scaled ? gamma[i] : 1) / std::sqrt(scale[i] + layer.number("epsilon", 1e-3));
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
  const auto affine = [&](ValueId given) {
    if (layer.flag("invert", false)) return add_affine(layer.graph, given, {0}, deviation, mean, layer.name);
    return add_affine(layer.graph, given, mean, factor, {0}, layer.name);
  };
  const auto axis = layer.config.find("axis");
  const bool several = axis != layer.config.end() && axis->is_array() && axis->size() > 1;
  const ValueId x = as_numbers(layer, inputs[0]);
  if (mean.size() == 1) return affine(x);
  if (!several) return layer.with_axis_last(x, layer.axis(x, -1), affine);
  const Dimensions shape = layer.graph.shape(x);
  if (axis->size() + 1 != shape.size()) return layer.with_axes_merged(x, layer.axes(x, -1), affine);
  return add_reshape(layer.graph, affine(flattened(layer, x)), {shape.begin() + 1, shape.end()}, "");
}

/// x / sqrt(sum of squares along the axes), where the sum counts as 1e-12 at least. Keras 3 limits its root instead.
ValueId import_unit_normalization(const KerasLayer& layer, const Ids& inputs) {
  const auto rank = static_cast<std::int64_t>(layer.graph.shape(inputs[0]).size());
  nlohmann::json axes = layer.config.value("axis", nlohmann::json(-1));
  if (!axes.is_array()) axes = nlohmann::json::array({axes});
  parameters::Reduce sum;
  sum.keep_dims = true;
  for (const auto& stated : axes) {
    const std::int64_t axis = stated.is_number_integer() ? stated.get<std::int64_t>() : rank;
    if (axis < -rank || axis >= rank || axis == 0 || axis == -rank)
      layer.refuse("has the axis " + stated.dump() + ", which no row has", "build it with axes of its input");
    sum.axes = static_cast<std::uint8_t>(sum.axes | 1 << (axis < 0 ? axis + rank : axis));
  }
  parameters::Activation square, root;
  square.function = ActivationFunction::square, root.function = ActivationFunction::sqrt;
  parameters::Clip least;
  least.minimum = layer.version.major < 3 ? 1e-12f : 1e-24f;
  parameters::Binary divide;
  divide.function = BinaryFunction::divide;
  const ValueId squares = layer.graph.add(square, {inputs[0]}, layer.name + ".square"),
                sums = layer.graph.add(sum, {squares}, layer.name + ".sum"),
                limited = layer.graph.add(least, {sums}, layer.name + ".least"),
                length = layer.graph.add(root, {limited}, layer.name + ".length");
  return layer.graph.add(divide, {inputs[0], length}, layer.name);
}

/// Each channel of each image stretched from its least and greatest number to the whole range; one of a single number
/// stays as it is.
ValueId import_auto_contrast(const KerasLayer& layer, const Ids& inputs) {
  Graph& graph = layer.graph;
  layer.require_rank(inputs[0], 4);
  const std::vector<double> range =
      layer.config.contains("value_range") ? numbers(layer, "value_range", 0) : std::vector<double>{0, 255};
  if (range.size() != 2 || range[0] >= range[1]) layer.refuse("has the value_range of no numbers");
  const double width = range[1] - range[0];
  const bool is_usual = range[0] == 0 && range[1] == 255;
  const ValueId x = is_usual ? inputs[0] : add_affine(graph, inputs[0], {range[0]}, {255 / width}, {0}, "");
  constexpr unsigned kImage = 0b110;
  const ValueId low = add_reduced(graph, x, ReduceFunction::minimum, kImage, layer.name + ".low"),
                high = add_reduced(graph, x, ReduceFunction::maximum, kImage, layer.name + ".high");
  Program stretch;
  stretch.then(MapFunction::subtract, DataType::float32, {input_of_program(0), input_of_program(1)});
  stretch.then(MapFunction::divide, DataType::float32, {stretch.literal(255, DataType::float32), kOutputOfProgram});
  const ValueId scale = graph.add_map(stretch, {high, low}, layer.name + ".scale");
  const ValueId less = add_functions(graph, {MapFunction::subtract}, {x, low}, layer.name + ".less");
  Program limit;
  const auto literal = [&](double number) { return limit.literal(number, DataType::float32); };
  limit.then(MapFunction::multiply, DataType::float32, {input_of_program(0), input_of_program(1)});
  limit.then(MapFunction::maximum, DataType::float32, {kOutputOfProgram, literal(0)});
  limit.then(MapFunction::minimum, DataType::float32, {kOutputOfProgram, literal(255)});
  ValueId y = graph.add_map(limit, {less, scale}, layer.name + ".stretched");
  if (!is_usual) y = add_affine(graph, y, {0}, {width / 255}, {range[0]}, "");
  const ValueId is_number = add_functions(graph, {MapFunction::equal}, {y, y}, layer.name + ".is_number");
  return add_functions(graph, {MapFunction::where}, {is_number, y, inputs[0]}, layer.name);
}

ValueId import_rescaling(const KerasLayer& layer, const Ids& inputs) {
  const ValueId x = as_numbers(layer, inputs[0]);
  const Table scale = without_batch(layer, table(layer, "scale", 1), x),
              offset = without_batch(layer, table(layer, "offset", 0), x);
  if (is_along_last_axis(scale) && is_along_last_axis(offset))
    return add_affine(layer.graph, x, {0}, scale.values, offset.values, layer.name);
  const Dimensions row(layer.graph.shape(x).begin() + 1, layer.graph.shape(x).end());
  const ValueId y = add_affine(layer.graph, flattened(layer, x), {0}, broadcast(layer, scale, row),
                               broadcast(layer, offset, row), layer.name);
  return add_reshape(layer.graph, y, row, "");
}

}  // namespace nacre::tools
