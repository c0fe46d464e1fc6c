#include "runtime/strict_float.hpp"  // first

#include "runtime/kernels/tree_ensemble.hpp"

#include "loader/layer_check.hpp"

namespace nacre::checks {
namespace {

/// Every path ends in a leaf that exists: children come after their parent, so that there is no cycle.
bool nodes_are_valid(const std::int32_t* node, std::uint32_t count, std::uint32_t features, std::uint32_t leaves) {
  for (std::uint32_t i = 0; i < count; ++i, node += 3) {
    const auto third = static_cast<std::uint32_t>(node[2]);
    const bool is_leaf = node[0] < 0;
    const auto feature = static_cast<std::uint32_t>(node[0] & ~kMissingLeft);
    if (is_leaf ? third >= leaves : feature >= features || third <= i || third >= count || i + 1 >= count) return false;
  }
  return true;
}

}  // namespace

void tree_ensemble(LayerCheck& layer) {
  const Shape leaves = layer.input(4);
  const std::uint32_t count = layer.input(1)[0], features = layer.input(0)[1], trees = layer.input(2).size(),
                      outputs = layer.output()[1];
  const auto *node = layer.constant<std::int32_t>(1), *root = layer.constant<std::int32_t>(2),
             *target = layer.constant<std::int32_t>(3);
  if (!layer.ok()) return;
  layer.require_weights(nodes_are_valid(node, count, features, leaves[0]), 1);
  for (std::uint32_t t = 0; t < trees; ++t) {
    layer.require_weights(static_cast<std::uint32_t>(root[t]) < count, 2);
    layer.require_weights(static_cast<std::uint32_t>(target[t]) < outputs &&
                              leaves[1] <= outputs - static_cast<std::uint32_t>(target[t]), 3);
  }
}

}  // namespace nacre::checks
