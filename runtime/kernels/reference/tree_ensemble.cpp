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

/// A sum that carries its rounding errors along (Knuth's two-sum), so that hundreds of trees lose no more than one.
struct Sum {
  void add(float leaf) {
    const float total = sum + leaf, from_leaf = total - sum;
    lost += (sum - (total - from_leaf)) + (leaf - from_leaf);
    sum = total;
  }
  float sum, lost;
};

constexpr std::uint32_t kAtATime = 16;  // outputs of a row for which each tree is walked once

/// Outputs `first` to `end` of all trees, at most kAtATime.
void sum_trees(const Trees& trees, const float* x, std::uint32_t first, std::uint32_t end, float* y) {
  Sum sums[kAtATime];
  for (std::uint32_t output = first; output < end; ++output) sums[output - first] = {trees.base[output], 0};
  for (std::uint32_t t = 0; t < trees.count; ++t) {
    const auto target = static_cast<std::uint32_t>(trees.targets[t]), behind = target + trees.width;
    std::uint32_t output = target > first ? target : first;
    const std::uint32_t stop = behind < end ? behind : end;
    if (output >= stop) continue;
    const std::uint32_t row = find_leaf(trees.nodes, static_cast<std::uint32_t>(trees.roots[t]), x);
    for (const float* leaf = trees.leaves + row * trees.width; output < stop; ++output)
      sums[output - first].add(leaf[output - target]);
  }
  for (std::uint32_t output = first; output < end; ++output)
    y[output] = (sums[output - first].sum + sums[output - first].lost) / trees.divisor;
}

}  // namespace

Status tree_ensemble_f32(const Layer& layer) {
  const Trees trees(layer);
  const std::uint32_t* const shape = dimensions_of(layer, 0);
  const std::uint32_t rows = shape[0], features = shape[1], outputs = output_width_of(layer);
  const float* x = layer.input<float>(0);
  float* y = layer.output<float>(0);
  for (std::uint32_t row = 0; row < rows; ++row, x += features, y += outputs)
    for (std::uint32_t first = 0; first < outputs; first += kAtATime)
      sum_trees(trees, x, first, outputs - first < kAtATime ? outputs : first + kAtATime, y);
  return Status::ok;
}

}  // namespace nacre::reference
