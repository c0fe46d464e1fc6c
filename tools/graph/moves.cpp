#include "tools/graph/moves.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <iterator>
#include <numeric>
#include <stdexcept>

#include "tools/common/refusal.hpp"
#include "tools/graph/sparse.hpp"

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

ValueId add_selection(Graph& graph, ValueId x, std::vector<std::int64_t> indices, std::string name) {
  if (const auto row = sparse_row(graph, x); row && std::ranges::is_sorted(indices, std::less_equal<>()))
    return add_scatter(graph, *row, std::move(indices), std::move(name));
  const Dimensions count{static_cast<std::int64_t>(indices.size())};
  const ValueId places = graph.add_constant(Array::of(ElementType::int32, count, indices), DataType::int32);
  return graph.add(parameters::Gather{}, {x, places}, std::move(name));
}

bool is_selection(const Graph& graph, const Node& node) {
  return node.op() == Operator::gather && node.as<parameters::Gather>().behind == 0 &&
         graph.values[node.inputs[1]].constant && graph.shape(node.inputs[1]).size() == 1;
}

ValueId add_lookup(Graph& graph, ValueId table, ValueId indices, std::string name) {
  const parameters::Gather rows{.behind = static_cast<std::uint8_t>(graph.shape(table).size() - 1)};
  return graph.add(rows, {table, indices}, std::move(name));
}

ValueId add_broadcast(Graph& graph, ValueId x, const Dimensions& shape, std::string name) {
  const parameters::Reshape to = reshape_to(shape, name);
  parameters::Broadcast table;
  std::copy(std::begin(to.shape), std::end(to.shape), table.shape);
  table.rank = to.rank;
  return graph.add(table, {x}, std::move(name));
}

ValueId add_repeat(Graph& graph, ValueId x, const Dimensions& counts, Repeat repeat, std::string name) {
  const Dimensions shape = graph.shape(x);
  Dimensions apart, repeated, joined;
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    joined.push_back(shape[axis] * counts[axis]);
    if (counts[axis] == 1) {
      apart.push_back(shape[axis]), repeated.push_back(shape[axis]);
      continue;
    }
    const bool is_whole = repeat == Repeat::axes;
    apart.insert(apart.end(), {is_whole ? 1 : shape[axis], is_whole ? shape[axis] : 1});
    repeated.insert(repeated.end(), {is_whole ? counts[axis] : shape[axis], is_whole ? shape[axis] : counts[axis]});
  }
  const ValueId split = graph.add(reshape_to(apart, name), {x});
  return graph.add(reshape_to(joined, name), {add_broadcast(graph, split, repeated, name)});
}

ValueId move_axis(Graph& graph, ValueId x, std::size_t from, std::size_t to) {
  if (from == to) return x;
  const std::size_t rank = graph.shape(x).size();
  parameters::Permute table;
  std::uint8_t* const axes = table.permutation;
  if (std::max({from, to, rank - 1}) >= std::min(rank, std::size(table.permutation)))
    throw std::out_of_range("an axis that the value does not have");
  std::iota(axes, axes + rank, std::uint8_t{0});
  if (from < to) std::rotate(axes + from, axes + from + 1, axes + to + 1);
  else std::rotate(axes + to, axes + from, axes + from + 1);
  return graph.add(table, {x});
}

std::optional<double> missing_value(const Node& node) {
  if (node.op() == Operator::impute) return node.as<parameters::Impute>().missing_value;
  if (node.program.instructions.size() != 1) return std::nullopt;
  const Instruction& only = node.program.instructions.front();
  if (only.function != MapFunction::impute || only.operands[1].kind != Operand::Kind::literal) return std::nullopt;
  return node.program.literals.at(only.operands[1].index).value;
}

bool is_moved(Operator op) {
  switch (op) {
    case Operator::slice:
    case Operator::permute:
    case Operator::broadcast:
    case Operator::concatenate:
    case Operator::pad:
    case Operator::copy: return true;
    default: return false;
  }
}

bool only_moves(const Graph& graph, const Node& node) {
  if (node.op() == Operator::pad) return false;  // it adds a number of its own
  return is_moved(node.op()) || node.op() == Operator::reshape || node.op() == Operator::move ||
         (node.op() == Operator::gather && is_selection(graph, node));
}

bool picks(const Graph& graph, const Node& node) {
  return only_moves(graph, node) || missing_value(node).has_value();
}

}  // namespace nacre::tools
