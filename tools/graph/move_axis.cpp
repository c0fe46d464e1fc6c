#include "tools/graph/move_axis.hpp"

namespace nacre::tools {

ValueId move_axis(Graph& graph, ValueId x, std::size_t from, std::size_t to) {
  if (from == to) return x;
  schema::PermuteT table;
  for (std::size_t axis = 0; axis < graph.shape(x).size(); ++axis)
    table.permutation.push_back(static_cast<std::uint8_t>(axis));
  table.permutation.erase(table.permutation.begin() + static_cast<std::ptrdiff_t>(from));
  table.permutation.insert(table.permutation.begin() + static_cast<std::ptrdiff_t>(to),
                           static_cast<std::uint8_t>(from));
  return graph.add(std::move(table), {x});
}

}  // namespace nacre::tools
