#include "runtime/strict_float.hpp"  // first

#include "runtime/kernels/tree_ensemble.hpp"

#include "nacre/network.hpp"
#include "runtime/kernels/shapes.hpp"
#include "runtime/numerics/bits.hpp"

namespace nacre::reference {
namespace {

/// The arguments, looked up once for all rows and outputs.
struct Trees {
  explicit Trees(const Layer& layer)
      : nodes(layer.input<std::int32_t>(1)),
        roots(layer.input<std::int32_t>(2)),
        targets(layer.input<std::int32_t>(3)),
        leaves(layer.input<float>(4)),
        base(layer.input<float>(5)),
        count(layer.input_shape(2).size()),
        width(dimensions_of(layer, 4)[1]),
        divisor(layer.parameters<parameters::TreeEnsemble>().divisor) {}

  const std::int32_t *nodes, *roots, *targets;
  const float *leaves, *base;
  std::uint32_t count;
  std::uint32_t width;  ///< of a leaf
  float divisor;
};

/// The row of leaves that `x` reaches. Children come after their parent, so that this ends.
std::uint32_t find_leaf(const std::int32_t* nodes, std::uint32_t node, const float* x) {
  for (;;) {
    const std::int32_t* n = nodes + 3 * node;
    if (n[0] < 0) return static_cast<std::uint32_t>(n[2]);
    const float value = x[n[0] & ~kMissingLeft];
    const float threshold = numerics::from_bits(static_cast<std::uint32_t>(n[1]));
    const bool left = value <= threshold || (value != value && (n[0] & kMissingLeft) != 0);
    node = left ? node + 1 : static_cast<std::uint32_t>(n[2]);
  }
}

/// One output of all trees. The sum carries its rounding errors along (Knuth's two-sum), so that
/// hundreds of trees lose no more than one.
float sum_trees(const Trees& trees, const float* x, std::uint32_t output) {
  float sum = trees.base[output], lost = 0;
  for (std::uint32_t t = 0; t < trees.count; ++t) {
    const std::uint32_t column = output - static_cast<std::uint32_t>(trees.targets[t]);
    if (column >= trees.width) continue;
    const std::uint32_t row = find_leaf(trees.nodes, static_cast<std::uint32_t>(trees.roots[t]), x);
    const float leaf = trees.leaves[row * trees.width + column];
    const float total = sum + leaf, from_leaf = total - sum;
    lost += (sum - (total - from_leaf)) + (leaf - from_leaf);
    sum = total;
  }
  return (sum + lost) / trees.divisor;
}

}  // namespace

Status tree_ensemble_f32(const Layer& layer) {
  const Trees trees(layer);
  const std::uint32_t* const shape = dimensions_of(layer, 0);
  const std::uint32_t rows = shape[0], features = shape[1], outputs = output_width_of(layer);
  const float* x = layer.input<float>(0);
  float* y = layer.output<float>(0);
  for (std::uint32_t row = 0; row < rows; ++row, x += features)
    for (std::uint32_t output = 0; output < outputs; ++output) *y++ = sum_trees(trees, x, output);
  return Status::ok;
}

}  // namespace nacre::reference
