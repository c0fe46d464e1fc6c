#include "tools/graph/graph.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "tools/common/refusal.hpp"
#include "tools/graph/moves.hpp"
#include "tools/graph/possible.hpp"
#include "tools/graph/sparse.hpp"

namespace nacre::tools {
namespace {

constexpr const char* kTypeNames[] = {"float32", "float64", "int64", "int32", "int16",
                                      "int8",    "uint8",   "bool",  "string"};

constexpr std::size_t kMaxRank = 8;       // of the file format
constexpr std::int64_t kMaxElements = std::int64_t{1} << 31;  // likewise: no tensor has 2 GB

}  // namespace

std::int64_t TensorType::size() const {
  std::int64_t size = 1;
  for (const std::int64_t dimension : shape) size *= dimension;
  return size;
}

std::string to_string(const TensorType& type) {
  return fmt::format("{} [{}]", kTypeNames[static_cast<int>(type.type)], fmt::join(type.shape, ", "));
}

void require_possible(const TensorType& type, const std::string& where) {
  std::int64_t elements = 1;
  bool possible = type.shape.size() <= kMaxRank;
  for (const std::int64_t dimension : type.shape)
    possible = possible && dimension > 0 && !__builtin_mul_overflow(elements, dimension, &elements);
  if (!possible || elements > kMaxElements)
    throw Refusal(where, "its shape would be " + to_string(type), "check the shapes of the model");
}

ValueId Graph::add_input(std::string name, TensorType type, std::vector<std::string> features) {
  require_possible(type, "input " + name);
  const auto id = static_cast<ValueId>(values.size());
  values.push_back({name, std::move(type), std::nullopt, {}});
  inputs.push_back({std::move(name), id, std::move(features), {}});
  return id;
}

ValueId Graph::add_constant(Array array, DataType type, std::string name) {
  if (array.shape().size() > kMaxRank)
    throw Refusal(name, "its shape would be " + to_string({type, array.shape()}), "check the shapes of the model");
  const auto id = static_cast<ValueId>(values.size());
  TensorType tensor{type, array.shape()};
  values.push_back({std::move(name), std::move(tensor), std::move(array), {}});
  return id;
}

ValueId Graph::add_constant(Dimensions shape, std::vector<double> numbers) {
  return add_constant(Array::from(std::move(shape), std::move(numbers)));
}

void Graph::add_output(std::string name, ValueId value, std::vector<std::string> labels) {
  outputs.push_back({std::move(name), value, {}, std::move(labels)});
}

std::vector<TensorType> Graph::input_types(const Node& node) const {
  std::vector<TensorType> types;
  for (const ValueId input : node.inputs) types.push_back(values[input].type);
  return types;
}

std::vector<TensorType> Graph::output_types(const Node& node) const {
  std::vector<TensorType> types;
  for (const ValueId output : node.outputs) types.push_back(values[output].type);
  return types;
}

ValueId add_affine(Graph& graph, ValueId x, std::vector<double> center, std::vector<double> scale,
                   std::vector<double> offset, std::string name,
                   const parameters::Affine& limits) {
  const auto width = static_cast<std::size_t>(graph.type(x).last());
  for (auto* numbers : {&center, &scale, &offset})
    if (numbers->size() == 1) numbers->resize(width, numbers->front());
  std::vector<double> low(width);
  for (std::size_t i = 0; i < width && i < center.size(); ++i) {
    const double high = static_cast<float>(center[i]);
    low[i] = center[i] - high;
    center[i] = high;
  }
  const Dimensions shape{static_cast<std::int64_t>(width)};
  std::vector<ValueId> inputs{x};
  for (const auto* numbers : {&center, &low, &scale, &offset}) {
    if (numbers->size() != width)
      throw Refusal("layer " + name, fmt::format("has {} features where its input has {}",
                                                 numbers->size(), width),
                    "check that the files belong together");
    inputs.push_back(graph.add_constant(shape, *numbers));
  }
  return graph.add(limits, std::move(inputs), std::move(name));
}

ValueId add_scaler(Graph& graph, ValueId x, std::vector<ScalerStep> steps, std::string name) {
  const auto width = static_cast<std::size_t>(graph.type(x).last());
  std::vector<double> center(width, 0.0), scale(width, 1.0);  // (x - center) * scale: large values do not cancel
  parameters::Affine limits;
  for (ScalerStep& step : steps) {
    if (step.operands.size() == 1) step.operands.resize(width, step.operands.front());
    if (step.operands.size() != width)
      throw Refusal("layer " + name, fmt::format("has {} features where its input has {}", step.operands.size(), width),
                    "check that the files belong together");
    for (std::size_t i = 0; i < width; ++i) {
      const double operand = step.operands[i];
      switch (step.kind) {
        case ScalerStep::Kind::subtract: center[i] += operand / scale[i]; break;
        case ScalerStep::Kind::add: center[i] -= operand / scale[i]; break;
        case ScalerStep::Kind::multiply: scale[i] *= operand; break;
        case ScalerStep::Kind::divide: scale[i] /= operand; break;
        case ScalerStep::Kind::at_least: limits.minimum = static_cast<float>(operand); break;
        case ScalerStep::Kind::at_most: limits.maximum = static_cast<float>(operand); break;
      }
    }
  }
  doubt_large_offsets(graph, x, center, scale, name);
  const ValueId y = add_affine(graph, x, std::move(center), std::move(scale), {0}, std::move(name), limits);
  graph.nodes.back().steps = std::move(steps);
  return y;
}

void doubt_large_offsets(Graph& graph, ValueId x, const std::vector<double>& center, const std::vector<double>& scale,
                         const std::string& layer) {
  constexpr double kShare = 1e-3;
  for (std::size_t i = 0; i < center.size(); ++i) {
    const auto size = static_cast<float>(std::abs(center[i]));
    const double step = std::nextafter(size, std::numeric_limits<float>::infinity()) - size;
    if (!std::isfinite(step) || !(step / 2 * std::abs(scale[i]) > kShare)) continue;
    const auto input = std::find_if(graph.inputs.begin(), graph.inputs.end(),
                                    [&](const Port& port) { return port.value == x && i < port.features.size(); });
    const std::string column = input != graph.inputs.end() ? input->features[i] : std::to_string(i);
    graph.doubts.push_back({layer,
                            fmt::format("column {} lies about {:.7g} and varies by {:.2g}, where float32 has steps of "
                                        "{:.2g}",
                                        column, center[i], 1 / std::abs(scale[i]), step),
                            "subtract a constant near it before training", true});
    return;
  }
}

ValueId add_fully_connected(Graph& graph, ValueId x, const std::vector<double>& weights,
                            const std::vector<double>& bias, std::string name, bool infinite_bias) {
  const std::int64_t depth = graph.type(x).last(), units = static_cast<std::int64_t>(bias.size());
  if (weights.size() != static_cast<std::size_t>(depth * units))
    throw Refusal("layer " + name,
                  fmt::format("has {} weights where {} inputs and {} outputs need {}", weights.size(),
                              depth, units, depth * units),
                  "check that the files belong together");
  const ValueId matrix = graph.add_constant({depth, units}, weights), offsets = graph.add_constant({units}, bias);
  graph.values[offsets].may_be_infinite = infinite_bias;
  if (const auto row = sparse_row(graph, x))
    return graph.add(parameters::SparseMatMul{}, {row->value, row->index, matrix, offsets}, std::move(name));
  return graph.add(parameters::FullyConnected{}, {x, matrix, offsets}, std::move(name));
}

ValueId add_reshape(Graph& graph, ValueId x, const Dimensions& shape, std::string name) {
  Dimensions whole{graph.shape(x).front()};
  whole.insert(whole.end(), shape.begin(), shape.end());
  return graph.add(reshape_to(whole, name), {x}, std::move(name));
}

}  // namespace nacre::tools
