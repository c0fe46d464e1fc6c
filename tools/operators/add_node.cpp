// How a node comes into a graph: its operator says what it gives, and which parameters it may have.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <span>

#include "tools/common/refusal.hpp"
#include "tools/graph/possible.hpp"
#include "tools/operators/definition.hpp"

namespace nacre::tools {
namespace {

constexpr std::size_t kMaxNodes = 65535;  // of the file format: each gives a tensor

/// The place of element `i`: "[2, 0]".
std::string place(std::int64_t i, const Dimensions& shape) {
  Dimensions at(shape.size());
  for (std::size_t axis = shape.size(); axis-- > 0; i /= shape[axis]) at[axis] = i % shape[axis];
  return fmt::format("[{}]", fmt::join(at, ", "));
}

/// The first element that no parameter may be: not a number, or larger than float32 holds.
std::optional<std::size_t> find_unusable(const Array& array, bool may_be_infinite, bool may_be_missing) {
  constexpr std::size_t kBlock = 4096;  // a large model's weights are read through once, not copied
  std::vector<double> block(std::min(kBlock, array.size()));
  for (std::size_t first = 0; first < array.size(); first += kBlock) {
    const std::span<double> part(block.data(), std::min(kBlock, array.size() - first));
    array.read(first, part);
    for (std::size_t i = 0; i < part.size(); ++i)
      if (!std::isfinite(static_cast<float>(part[i])) && !(may_be_infinite && std::isinf(part[i])) &&
          !(may_be_missing && std::isnan(part[i])))
        return first + i;
  }
  return std::nullopt;
}

/// All parameters pass here, whatever reader they come from.
void require_numbers(const Node& node, const Definition& definition, const std::vector<GraphValue>& values) {
  if (definition.any_parameter != nullptr && definition.any_parameter(node)) return;
  for (std::size_t i = 0; i < node.inputs.size(); ++i) {
    const GraphValue& value = values[node.inputs[i]];
    if (!value.constant || value.type.type != DataType::float32) continue;
    const auto found = find_unusable(*value.constant, value.may_be_infinite, value.may_be_missing);
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

ValueId Graph::add_node(Node node, const Quantization* output) {
  const Definition& definition = definition_of(node.op());
  if (node.name.empty()) node.name = fmt::format("{}_{}", definition.name, nodes.size());
  const std::vector<TensorType> types = input_types(node);
  std::vector<TensorType> results = infer_outputs(node, types);
  for (const TensorType& result : results) require_possible(result, "layer " + node.name);
  if (nodes.size() >= kMaxNodes) throw Refusal("layer " + node.name, "is one layer too many", "split the model");
  require_numbers(node, definition, values);
  const auto first = static_cast<ValueId>(values.size());
  for (TensorType& result : results) {
    node.outputs.push_back(static_cast<ValueId>(values.size()));
    values.push_back({node.name, std::move(result), std::nullopt, output ? *output : Quantization{}});
  }
  nodes.push_back(std::move(node));
  return first;
}

ValueId Graph::add_map(Program program, std::vector<ValueId> inputs, std::string name) {
  Node node;
  node.name = std::move(name);
  set_program(*this, node, std::move(program), std::move(inputs));
  return add_node(std::move(node), nullptr);
}

}  // namespace nacre::tools
