#include "tools/graph/moves.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <numeric>

#include "tools/common/refusal.hpp"

namespace nacre::tools {

parameters::Reshape reshape_to(const Dimensions& shape, const std::string& name) {
  parameters::Reshape table;
  if (shape.size() > std::size(table.shape))
    throw Refusal("layer " + name, fmt::format("reshapes to {} dimensions, and a tensor has 8 at most", shape.size()),
                  "check the shapes of the model");
  for (const std::int64_t dimension : shape) {
    if (dimension != static_cast<std::int32_t>(dimension))
      throw Refusal("layer " + name, fmt::format("reshapes to a dimension of {}", dimension),
                    "check the shapes of the model");
    table.shape[table.rank++] = static_cast<std::int32_t>(dimension);
  }
  return table;
}

parameters::Slice slice_of_all(const Dimensions& shape) {
  parameters::Slice table;
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    table.stride[axis] = 1;
    table.size[axis] = static_cast<std::int32_t>(shape[axis]);
  }
  return table;
}

ValueId move_axis(Graph& graph, ValueId x, std::size_t from, std::size_t to) {
  if (from == to) return x;
  parameters::Permute table;
  std::uint8_t* const axes = table.permutation;
  std::iota(axes, axes + graph.shape(x).size(), std::uint8_t{0});
  if (from < to) std::rotate(axes + from, axes + from + 1, axes + to + 1);
  else std::rotate(axes + to, axes + from, axes + from + 1);
  return graph.add(table, {x});
}

std::optional<double> missing_value(const Node& node) {
  if (node.op() == Operator::impute) return node.as<parameters::Impute>().missing_value;
  if (node.program.instructions.size() != 1) return std::nullopt;
  const Instruction& only = node.program.instructions.front();
  if (only.function != MapFunction::impute) return std::nullopt;
  return node.program.literals.at(only.operands.at(1).index).value;
}

bool picks(const Node& node) {
  switch (node.op()) {
    case Operator::reshape:
    case Operator::copy:
    case Operator::select:
    case Operator::concatenate: return true;
    default: return missing_value(node).has_value();
  }
}

}  // namespace nacre::tools
