#include "tools/trees/movers.hpp"

#include <algorithm>

#include "tools/graph/constants.hpp"
#include "tools/graph/moves.hpp"

namespace nacre::tools {

const std::vector<double>& Movers::numbers(const Node& node, std::size_t i) {
  const auto [found, is_new] = numbers_.try_emplace(node.inputs.at(i));
  if (is_new) found->second = constant_input(graph_, node, i);
  return found->second;
}

bool Movers::climb(const Node& node, Element& element) {
  switch (node.op()) {
    case Operator::cast:
      if (graph_.type(node.outputs[0]).type == DataType::float32) return false;  // it rounds
      [[fallthrough]];
    case Operator::reshape:
    case Operator::copy: element.value = node.inputs[0]; return true;
    case Operator::gather: return is_selection(graph_, node) && climb_selection(node, element);
    case Operator::concatenate: return climb_join(node, element);
    case Operator::move: return climb_move(node, element);
    default: return false;
  }
}

/// Of each row the same columns.
bool Movers::climb_selection(const Node& node, Element& element) {
  const std::vector<double>& columns = numbers(node, 1);
  const std::size_t row = element.index / columns.size(), column = element.index % columns.size();
  const auto width = static_cast<std::size_t>(graph_.type(node.inputs[0]).last());
  element = {node.inputs[0], row * width + static_cast<std::size_t>(columns[column])};
  return true;
}

bool Movers::climb_join(const Node& node, Element& element) {
  if (graph_.shape(node.outputs[0]).size() != 2 || node.as<parameters::Concatenate>().axis != 1) return false;
  std::vector<std::size_t>& ends = ends_[node.outputs[0]];
  if (ends.empty())
    for (const ValueId input : node.inputs)
      ends.push_back((ends.empty() ? 0 : ends.back()) + static_cast<std::size_t>(graph_.type(input).last()));
  const auto input = static_cast<std::size_t>(std::upper_bound(ends.begin(), ends.end(), element.index) - ends.begin());
  element = {node.inputs.at(input), element.index - (input == 0 ? 0 : ends[input - 1])};
  return true;
}

bool Movers::climb_move(const Node& node, Element& element) {
  const auto& move = node.as<parameters::Move>();
  if (move.fills || graph_.type(node.outputs[0]).type == DataType::string) return false;
  const std::size_t elements = element_bytes(move.unit) / element_bytes(graph_.type(node.outputs[0]).type),
                    in_unit = element.index % elements;  // of one unit
  std::size_t unit = element.index / elements;
  if (move.function == MoveFunction::take) {
    std::int64_t at = move.start;
    for (unsigned axis = move.rank; axis-- > 0; unit /= static_cast<std::size_t>(move.length[axis]))
      at += static_cast<std::int64_t>(unit % static_cast<std::size_t>(move.length[axis])) * move.stride[axis];
    element = {node.inputs[0], static_cast<std::size_t>(at) * elements + in_unit};
    return true;
  }
  const auto width = static_cast<std::size_t>(move.stride[0]), row = unit / width;
  std::size_t column = unit % width;
  for (const ValueId input : node.inputs) {
    const std::size_t own = static_cast<std::size_t>(graph_.type(input).size()) / elements /
                            static_cast<std::size_t>(move.length[0]);
    if (column < own) {
      element = {input, (row * own + column) * elements + in_unit};
      return true;
    }
    column -= own;
  }
  return false;
}

}  // namespace nacre::tools
