#include "runtime/strict_float.hpp"  // first

#include "runtime/kernels/tree_ensemble.hpp"

#include "nacre/network.hpp"
#include "runtime/kernels/shapes.hpp"
#include "runtime/numerics/bits.hpp"

namespace nacre::reference {
namespace {

float float_at(const std::int32_t* word) { return numerics::from_bits(static_cast<std::uint32_t>(*word)); }

/// What leads left: the threshold of each node, and the flag for missing values.
struct Thresholds {
  static bool is_left(const std::int32_t*, const std::int32_t* n, const float* x) {
    const float value = x[n[0] & ~kMissingLeft], threshold = float_at(n + 1);
    return value <= threshold || (value != value && (n[0] & kMissingLeft) != 0);
  }
};

/// The same where a node may look x up in a set, or take zero for missing.
struct Categories {
  static bool is_left(const std::int32_t* nodes, const std::int32_t* n, const float* x) {
    const float value = x[n[0] & kFeature];
    const bool is_zero = (n[0] & kZeroIsMissing) != 0 && value <= kZero && value >= -kZero;
    if (value != value || is_zero) return (n[0] & kMissingLeft) != 0;
    if ((n[0] & kCategory) == 0) return value <= float_at(n + 1);
    return has(nodes + 3 * static_cast<std::uint32_t>(n[1]), value);
  }
  static bool has(const std::int32_t* set, float value) {
    const auto words = static_cast<std::uint32_t>(-1 - set[0]);
    if (!(value > float_at(set + 1) && value < 32.0f * static_cast<float>(words))) return false;
    const auto code = value > 0 ? static_cast<std::uint32_t>(value) : 0;
    return (static_cast<std::uint32_t>(set[3 * (1 + code / 32) + 1]) >> code % 32 & 1) != 0;
  }
};

/// The row of leaves that `x` reaches. Children come after their parent, so that this ends.
template <typename Questions>
std::uint32_t find_leaf(const std::int32_t* nodes, std::uint32_t node, const float* x) {
  for (;;) {
    const std::int32_t* n = nodes + 3 * node;
    if (n[0] < 0) return static_cast<std::uint32_t>(n[2]);
    node = Questions::is_left(nodes, n, x) ? node + 1 : static_cast<std::uint32_t>(n[2]);
  }
}

/// A sum that carries its rounding errors along (Knuth's two-sum), so that hundreds of trees lose no more than one.
struct Compensated {
  using Leaf = float;
  void add(float leaf) {
    const float total = sum + leaf, from_leaf = total - sum;
    lost += (sum - (total - from_leaf)) + (leaf - from_leaf);
    sum = total;
  }
  float result() const { return sum + lost; }
  float sum, lost = 0;
};

template <typename Type>
struct Plain {
  using Leaf = Type;
  void add(Leaf leaf) { sum = numerics::plus(sum, leaf); }
  Leaf result() const { return sum; }
  Leaf sum;
};

constexpr std::uint32_t kAtATime = 16;  // outputs of a row for which each tree is walked once

/// The arguments, looked up once for all rows and outputs.
template <typename Sum, typename Questions>
struct Trees {
  using Leaf = typename Sum::Leaf;

  explicit Trees(const Layer& layer)
      : nodes(layer.input<std::int32_t>(1)),
        roots(layer.input<std::int32_t>(2)),
        targets(layer.input<std::int32_t>(3)),
        leaves(layer.input<Leaf>(4)),
        base(layer.input<Leaf>(5)),
        count(layer.input_shape(2).size()),
        width(dimensions_of(layer, 4)[1]),
        divisor(layer.parameters<parameters::TreeEnsemble>().divisor) {}

  /// Outputs `first` to `end` of all trees, at most kAtATime.
  void sum(const float* x, std::uint32_t first, std::uint32_t end, Leaf* y) const {
    Sum sums[kAtATime];
    for (std::uint32_t output = first; output < end; ++output) sums[output - first] = {base[output]};
    for (std::uint32_t t = 0; t < count; ++t) {
      const auto target = static_cast<std::uint32_t>(targets[t]), behind = target + width;
      std::uint32_t output = target > first ? target : first;
      const std::uint32_t stop = behind < end ? behind : end;
      if (output >= stop) continue;
      const std::uint32_t row = find_leaf<Questions>(nodes, static_cast<std::uint32_t>(roots[t]), x);
      for (const Leaf* leaf = leaves + row * width; output < stop; ++output)
        sums[output - first].add(leaf[output - target]);
    }
    for (std::uint32_t output = first; output < end; ++output) y[output] = sums[output - first].result() / divisor;
  }

  const std::int32_t *nodes, *roots, *targets;
  const Leaf *leaves, *base;
  std::uint32_t count;
  std::uint32_t width;  ///< of a leaf
  Leaf divisor;
};

template <typename Sum, typename Questions>
Status run(const Layer& layer) {
  const Trees<Sum, Questions> trees(layer);
  const std::uint32_t* const shape = dimensions_of(layer, 0);
  const std::uint32_t rows = shape[0], features = shape[1], outputs = output_width_of(layer);
  const float* x = layer.input<float>(0);
  auto* y = layer.output<typename Sum::Leaf>(0);
  for (std::uint32_t row = 0; row < rows; ++row, x += features, y += outputs)
    for (std::uint32_t first = 0; first < outputs; first += kAtATime)
      trees.sum(x, first, outputs - first < kAtATime ? outputs : first + kAtATime, y);
  return Status::ok;
}

}  // namespace

Status tree_ensemble_f32(const Layer& layer) { return run<Compensated, Thresholds>(layer); }
Status tree_ensemble_plain_f32(const Layer& layer) { return run<Plain<float>, Thresholds>(layer); }
Status tree_ensemble_plain_f64(const Layer& layer) { return run<Plain<double>, Thresholds>(layer); }
Status tree_ensemble_categories_f32(const Layer& layer) { return run<Plain<float>, Categories>(layer); }
Status tree_ensemble_categories_f64(const Layer& layer) { return run<Plain<double>, Categories>(layer); }

}  // namespace nacre::reference
