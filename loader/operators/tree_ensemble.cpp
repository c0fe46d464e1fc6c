#include "runtime/strict_float.hpp"  // first

#include "runtime/kernels/tree_ensemble.hpp"

#include "loader/layer_check.hpp"

namespace nacre::checks {
namespace {

/// Every path ends in a leaf that exists: children come after their parent, so that there is no cycle. The left child
/// is the next node, which is there because the right one comes behind it or is it.
bool nodes_are_valid(const std::int32_t* node, std::uint32_t count, std::uint32_t features, std::uint32_t leaves) {
  for (std::uint32_t i = 0; i < count; ++i, node += 3) {
    const auto third = static_cast<std::uint32_t>(node[2]);
    const bool is_leaf = node[0] < 0;
    const auto feature = static_cast<std::uint32_t>(node[0] & ~kMissingLeft);
    if (is_leaf ? third >= leaves : feature >= features || third <= i || third >= count) return false;
  }
  return true;
}

/// The same of nodes with flags, whose sets lie within the nodes.
bool flagged_nodes_are_valid(const std::int32_t* nodes, std::uint32_t count, std::uint32_t features,
                             std::uint32_t leaves) {
  const std::int32_t* node = nodes;
  for (std::uint32_t i = 0; i < count; ++i, node += 3) {
    const auto third = static_cast<std::uint32_t>(node[2]);
    if (node[0] < 0) {
      if (third >= leaves) return false;
      continue;
    }
    if (static_cast<std::uint32_t>(node[0] & kFeature) >= features || third <= i || third >= count) return false;
    if ((node[0] & kCategory) == 0) continue;
    const auto set = static_cast<std::uint32_t>(node[1]);
    if (set >= count || nodes[3 * set] >= 0) return false;
    const auto words = static_cast<std::uint32_t>(-1 - nodes[3 * set]);
    if (words >= count - set || words > kMostSetWords) return false;
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
  const bool has_flags = layer.function() == static_cast<std::uint16_t>(TreeSum::categories);
  layer.require_weights((has_flags ? flagged_nodes_are_valid : nodes_are_valid)(node, count, features, leaves[0]), 1);
  for (std::uint32_t t = 0; t < trees; ++t) {
    layer.require_weights(static_cast<std::uint32_t>(root[t]) < count, 2);
    layer.require_weights(static_cast<std::uint32_t>(target[t]) < outputs &&
                              leaves[1] <= outputs - static_cast<std::uint32_t>(target[t]), 3);
  }
}

}  // namespace nacre::checks
