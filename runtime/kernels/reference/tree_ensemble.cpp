#include "runtime/kernels/tree_ensemble.hpp"

#include "nacre/network.hpp"
#include "runtime/numerics/bits.hpp"

namespace nacre::reference {
namespace {

/// The row of leaves that `x` reaches. Children come after their parent, so that this ends.
std::uint32_t find_leaf(const std::int32_t* nodes, std::uint32_t node, const float* x) {
  for (;;) {
    const std::int32_t* n = nodes + 3 * node;
    if (n[0] < 0) return static_cast<std::uint32_t>(n[2]);
    const float value = x[n[0] & ~TreeEnsemble::kMissingLeft];
    const float threshold = numerics::from_bits(static_cast<std::uint32_t>(n[1]));
    const bool left = value <= threshold || (value != value && (n[0] & TreeEnsemble::kMissingLeft) != 0);
    node = left ? node + 1 : static_cast<std::uint32_t>(n[2]);
  }
}

/// One output of all trees. The sum carries its rounding errors along (Knuth's two-sum), so that
/// hundreds of trees lose no more than one.
float sum_trees(const Layer& layer, const TreeEnsemble& p, const float* x, std::uint32_t output) {
  const std::int32_t* nodes = layer.input<std::int32_t>(1);
  const std::int32_t *roots = layer.input<std::int32_t>(2), *targets = layer.input<std::int32_t>(3);
  const float* leaves = layer.input<float>(4);
  float sum = layer.input<float>(5)[output], lost = 0;
  for (std::uint32_t t = 0; t < p.trees; ++t) {
    const std::uint32_t column = output - static_cast<std::uint32_t>(targets[t]);
    if (column >= p.width) continue;
    const float leaf = leaves[find_leaf(nodes, static_cast<std::uint32_t>(roots[t]), x) * p.width + column];
    const float total = sum + leaf, from_leaf = total - sum;
    lost += (sum - (total - from_leaf)) + (leaf - from_leaf);
    sum = total;
  }
  return (sum + lost) / p.divisor;
}

}  // namespace

Status tree_ensemble_f32(const Layer& layer) {
  const auto& p = layer.parameters<TreeEnsemble>();
  const float* x = layer.input<float>(0);
  float* y = layer.output<float>(0);
  for (std::uint32_t row = 0; row < p.rows; ++row, x += p.features)
    for (std::uint32_t output = 0; output < p.outputs; ++output) *y++ = sum_trees(layer, p, x, output);
  return Status::ok;
}

}  // namespace nacre::reference
