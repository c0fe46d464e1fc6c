#include "runtime/kernels/tree_ensemble.hpp"

#include "loader/layer_check.hpp"

namespace nacre::checks {
namespace {

/// Every path ends in a leaf that exists: children come after their parent, so that there is no cycle.
bool nodes_are_valid(const std::int32_t* node, std::uint32_t count, std::uint32_t features, std::uint32_t leaves) {
  for (std::uint32_t i = 0; i < count; ++i, node += 3) {
    const auto third = static_cast<std::uint32_t>(node[2]);
    const bool is_leaf = node[0] < 0;
    const auto feature = static_cast<std::uint32_t>(node[0] & ~TreeEnsemble::kMissingLeft);
    if (is_leaf ? third >= leaves : feature >= features || third <= i || third >= count || i + 1 >= count) return false;
  }
  return true;
}

}  // namespace


void tree_ensemble(LayerCheck& layer) {
  const auto* table = layer.table<schema::TreeEnsemble>(6);
  if (table == nullptr) return;
  const Shape x = layer.input(0), nodes = layer.input(1), leaves = layer.input(4), y = layer.output();
  const std::uint32_t features = x.last(), trees = layer.input(2).size(), outputs = y.last();
  layer.require_parameter(table->divisor() > 0 && table->divisor() < 3e38f, schema::TreeEnsemble::VT_DIVISOR);
  layer.require_argument(x.rank() == 2, 0);
  layer.require_argument(nodes.rank() == 2 && nodes[1] == 3, 1);
  layer.require_argument(layer.input(3).size() == trees, 3);
  layer.require_argument(leaves.rank() == 2, 4);
  layer.require_argument(layer.input(5).size() == outputs, 5);
  layer.has_type(4, DataType::float32);
  layer.has_type(5, DataType::float32);
  layer.require_argument(layer.output_type() == DataType::float32 && y.rank() == 2 && y[0] == x[0], 6);
  const auto *node = layer.constant<std::int32_t>(1), *root = layer.constant<std::int32_t>(2),
             *target = layer.constant<std::int32_t>(3);
  if (!layer.ok()) return;
  layer.require_weights(nodes_are_valid(node, nodes[0], features, leaves[0]), 1);
  for (std::uint32_t t = 0; t < trees; ++t) {
    layer.require_weights(static_cast<std::uint32_t>(root[t]) < nodes[0], 2);
    layer.require_weights(static_cast<std::uint32_t>(target[t]) < outputs &&
                              leaves[1] <= outputs - static_cast<std::uint32_t>(target[t]), 3);
  }
  if (auto* parameters = layer.parameters<TreeEnsemble>())
    *parameters = {x[0], features, trees, leaves[1], outputs, table->divisor()};
}

}  // namespace nacre::checks
