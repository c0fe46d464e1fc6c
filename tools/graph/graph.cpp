#include "tools/graph/graph.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <span>

#include "tools/common/refusal.hpp"
#include "tools/operators/definition.hpp"

namespace nacre::tools {
namespace {

constexpr const char* kTypeNames[] = {"float32", "float64", "int64", "int32", "int16",
                                      "int8",    "uint8",   "bool",  "string"};

constexpr std::size_t kMaxRank = 8;       // of the file format
constexpr std::size_t kMaxNodes = 65535;  // likewise: each gives a tensor
constexpr std::int64_t kMaxElements = std::int64_t{1} << 31;  // likewise: no tensor has 2 GB

/// Every shape but those of constants passes here: behind it, products of a graph's dimensions do not overflow.
void require_possible(const TensorType& type, const std::string& where) {
  std::int64_t elements = 1;
  bool possible = type.shape.size() <= kMaxRank;
  for (const std::int64_t dimension : type.shape)
    possible = possible && dimension > 0 && !__builtin_mul_overflow(elements, dimension, &elements);
  if (!possible || elements > kMaxElements)
    throw Refusal(where, "its shape would be " + to_string(type), "check the shapes of the model");
}

/// The place of element `i`: "[2, 0]".
std::string place(std::int64_t i, const Dimensions& shape) {
  Dimensions at(shape.size());
  for (std::size_t axis = shape.size(); axis-- > 0; i /= shape[axis]) at[axis] = i % shape[axis];
  return fmt::format("[{}]", fmt::join(at, ", "));
}

/// The first element that no parameter may be: not a number, or larger than float32 holds.
std::optional<std::size_t> find_unusable(const Array& array, bool may_be_infinite) {
  constexpr std::size_t kBlock = 4096;  // a large model's weights are read through once, not copied
  std::vector<double> block(std::min(kBlock, array.size()));
  for (std::size_t first = 0; first < array.size(); first += kBlock) {
    const std::span<double> part(block.data(), std::min(kBlock, array.size() - first));
    array.read(first, part);
    for (std::size_t i = 0; i < part.size(); ++i)
      if (!std::isfinite(static_cast<float>(part[i])) && !(may_be_infinite && std::isinf(part[i]))) return first + i;
  }
  return std::nullopt;
}

/// All parameters pass here, whatever reader they come from.
void require_numbers(const Node& node, const Definition& definition, const std::vector<GraphValue>& values) {
  if (definition.any_parameter != nullptr && definition.any_parameter(node)) return;
  for (std::size_t i = 0; i < node.inputs.size(); ++i) {
    const GraphValue& value = values[node.inputs[i]];
    if (!value.constant || value.type.type != DataType::float32) continue;
    const auto found = find_unusable(*value.constant, value.may_be_infinite);
    if (!found) continue;
    double number = 0;
    value.constant->read(*found, std::span(&number, 1));
    const char* known = i > 0 && i <= definition.parameters.size() ? definition.parameters[i - 1] : nullptr;
    const std::string parameter = known != nullptr ? known : fmt::format("input {}", i);
    const std::string at = place(static_cast<std::int64_t>(*found), value.type.shape);
    if (std::isfinite(number))
      throw Refusal("layer " + node.name,
                    fmt::format("{} at {} of its {} is more than float32 can hold", number, at, parameter),
                    "scale the training data, and train it again");
    throw Refusal(
        "layer " + node.name,
        fmt::format("{} at {} of its {} is no number to compute with",
                    std::isnan(number) ? "NaN"
                    : number > 0       ? "infinity"
                                       : "-infinity",
                    at, parameter),
        "its training went wrong, or met a column or class without data: look for it there, and train it again");
  }
}

}  // namespace

std::int64_t TensorType::size() const {
  std::int64_t size = 1;
  for (const std::int64_t dimension : shape) size *= dimension;
  return size;
}

std::string to_string(const TensorType& type) {
  return fmt::format("{} [{}]", kTypeNames[static_cast<int>(type.type)], fmt::join(type.shape, ", "));
}

ValueId Graph::add_input(std::string name, TensorType type, std::vector<std::string> features) {
  require_possible(type, "input " + name);
  const auto id = static_cast<ValueId>(values.size());
  values.push_back({name, std::move(type), std::nullopt, {}});
  inputs.push_back({std::move(name), id, std::move(features), {}});
  return id;
}

ValueId Graph::add_constant(Array array, DataType type, std::string name) {
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

ValueId Graph::add_node(OperatorParameters parameters, std::vector<ValueId> inputs, std::string name,
                        const Quantization* output) {
  Node node{std::move(name), std::move(parameters), std::move(inputs), {}};
  const Definition& definition = definition_of(node.op());
  if (node.name.empty()) node.name = fmt::format("{}_{}", definition.name, nodes.size());
  const std::vector<TensorType> types = input_types(node);
  const TensorType result = definition.infer(node, types);
  require_possible(result, "layer " + node.name);
  if (nodes.size() >= kMaxNodes) throw Refusal("layer " + node.name, "is one layer too many", "split the model");
  require_numbers(node, definition, values);
  const auto id = static_cast<ValueId>(values.size());
  values.push_back({node.name, result, std::nullopt, output ? *output : Quantization{}});
  node.outputs = {id};
  nodes.push_back(std::move(node));
  return id;
}

ValueId add_affine(Graph& graph, ValueId x, std::vector<double> center, std::vector<double> scale,
                   std::vector<double> offset, std::string name, schema::AffineT limits) {
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
  return graph.add(std::move(limits), std::move(inputs), std::move(name));
}

ValueId add_scaler(Graph& graph, ValueId x, std::vector<ScalerStep> steps, std::string name) {
  const auto width = static_cast<std::size_t>(graph.type(x).last());
  std::vector<double> center(width, 0.0), scale(width, 1.0);  // (x - center) * scale: large values do not cancel
  schema::AffineT limits;
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
  const ValueId y = add_affine(graph, x, std::move(center), std::move(scale), {0}, std::move(name), std::move(limits));
  graph.nodes.back().steps = std::move(steps);
  return y;
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
  return graph.add(schema::FullyConnectedT{}, {x, matrix, offsets}, std::move(name));
}

ValueId add_reshape(Graph& graph, ValueId x, const Dimensions& shape, std::string name) {
  schema::ReshapeT table;
  table.shape.push_back(static_cast<std::int32_t>(graph.shape(x).front()));
  for (const std::int64_t dimension : shape) {
    if (dimension != static_cast<std::int32_t>(dimension))
      throw Refusal("layer " + name, fmt::format("reshapes to a dimension of {}", dimension),
                    "check the shapes of the model");
    table.shape.push_back(static_cast<std::int32_t>(dimension));
  }
  return graph.add(std::move(table), {x}, std::move(name));
}

}  // namespace nacre::tools
