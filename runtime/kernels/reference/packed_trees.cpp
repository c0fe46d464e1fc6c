#include "runtime/strict_float.hpp"  // first

#include "runtime/kernels/packed_trees.hpp"

#include <type_traits>

#include "nacre/network.hpp"
#include "runtime/kernels/shapes.hpp"
#include "runtime/numerics/fma.hpp"

namespace nacre::reference {
namespace {

constexpr unsigned kTogether = 16;  // trees whose leaves are found before they are added

/// A tree in the file.
struct TreeRecord {
  std::uint32_t first, child, row, target;
};

/// 2 pair + (key >= threshold).
inline std::uint32_t follow(std::uint32_t pair, std::uint32_t key, std::uint32_t threshold) {
#if defined(__thumb2__)
  asm("cmp %1, %2\n\tadc %0, %0, %0" : "+r"(pair) : "r"(key), "r"(threshold) : "cc");  // the carry is the answer
  return pair;
#else
  return 2 * pair + (key >= threshold ? 1 : 0);
#endif
}

/// The entry at which walks begin.
inline std::uint32_t root() {
  std::uint32_t entry = 1;
#if defined(__thumb2__)
  asm("" : "+r"(entry));  // a known number is multiplied in advance, and then so is each entry behind it
#endif
  return entry;
}

/// The walks of one row, whose keys have been made.
struct PackedWalk {
  const std::uint32_t *keys, *thresholds;
  const std::uint8_t* slots;
  const void* children;
  const std::uint16_t* rows;
  unsigned levels, steps;
  bool are_narrow;  ///< children: of 8 bits, not 16

  explicit PackedWalk(const Layer& layer)
      : keys(layer.temporary<std::uint32_t>(0)),
        thresholds(layer.input<std::uint32_t>(2)),
        slots(layer.input<std::uint8_t>(3)),
        children(layer.input<std::uint8_t>(4)),
        rows(layer.input<std::uint16_t>(5)),
        levels(layer.parameters<parameters::PackedTrees>().levels),
        steps(layer.parameters<parameters::PackedTrees>().steps),
        are_narrow(layer.input_type(4) == DataType::uint8) {}

  /// The rows of leaves that `count` trees lead to.
  void run(const TreeRecord* tree, unsigned count, std::uint32_t* leaf) const {
    are_narrow ? run_with<std::uint8_t>(tree, count, leaf) : run_with<std::uint16_t>(tree, count, leaf);
  }

 private:
  template <typename Child>
  [[gnu::noinline]] void run_with(const TreeRecord* tree, unsigned count, std::uint32_t* leaf) const {
    // A processor that reads ahead walks trees side by side: none waits for another's loads. Others have no registers
    // for that.
    constexpr unsigned kSideBySide = sizeof(void*) == 8 ? 8 : 1;
    for (; count >= kSideBySide; count -= kSideBySide, tree += kSideBySide, leaf += kSideBySide)
      find<Child, kSideBySide>(tree, leaf);
    if constexpr (kSideBySide != 1)
      for (; count != 0; --count) find<Child, 1>(tree++, leaf++);
  }

  template <typename Child, unsigned count>
  void find(const TreeRecord* tree, std::uint32_t* leaf) const {
    const std::uint32_t* threshold[count];
    const std::uint8_t* slot[count];
    const Child* child[count];
    std::uint32_t at[count];
    for (unsigned t = 0; t < count; ++t) {
      threshold[t] = thresholds + tree[t].first, slot[t] = slots + tree[t].first;
      child[t] = static_cast<const Child*>(children) + tree[t].child, at[t] = root();
    }
    const auto answered = [&](unsigned t, std::uint32_t pair) {
      return follow(pair, keys[slot[t][at[t]]], threshold[t][at[t]]);
    };
    const auto descend = [&] {
      for (unsigned t = 0; t < count; ++t) at[t] = answered(t, at[t]);
    };
    switch (levels) {  // which are not counted one by one
      case 8: descend(); [[fallthrough]];
      case 7: descend(); [[fallthrough]];
      case 6: descend(); [[fallthrough]];
      case 5: descend(); [[fallthrough]];
      case 4: descend(); [[fallthrough]];
      case 3: descend(); [[fallthrough]];
      case 2: descend(); [[fallthrough]];
      case 1: descend(); [[fallthrough]];
      case 0: break;
      default: __builtin_unreachable();
    }
    const auto step = [&] {
      for (unsigned t = 0; t < count; ++t) at[t] = answered(t, child[t][at[t]]);
    };
    unsigned left = steps;
    for (; left >= 2; left -= 2) step(), step();
    if (left != 0) step();
    for (unsigned t = 0; t < count; ++t) leaf[t] = rows[tree[t].row + answered(t, at[t])];
  }
};

/// A sum that carries its rounding errors along (Knuth's two-sum), so that hundreds of trees lose no more than one.
struct PackedCompensated {
  using Leaf = float;
  using Result = float;
  void add(float leaf) {
    const float total = sum + leaf, from_leaf = total - sum;
    lost += (sum - (total - from_leaf)) + (leaf - from_leaf);
    sum = total;
  }
  float over(float divisor) const { return (sum + lost) / divisor; }
  float sum, lost = 0;
};

template <typename Type>
struct PackedPlain {
  using Leaf = Type;
  using Result = Type;
  void add(Leaf leaf) { sum = numerics::plus(sum, leaf); }
  Leaf over(Leaf divisor) const { return sum / divisor; }
  Leaf sum;
};

/// Multiples of 2^-31.
struct PackedShares {
  using Leaf = std::uint32_t;
  using Result = float;
  void add(std::uint32_t leaf) { sum += leaf; }
  /// Rounded once: what the sum loses as a float, and the quotient, is divided too.
  float over(float divisor) const {
    const auto high = static_cast<float>(sum), low = static_cast<float>(sum - static_cast<std::int64_t>(high));
    const float quotient = high / divisor;
    return (quotient + (numerics::fma(-quotient, divisor, high) + low) / divisor) * 0x1p-31f;
  }
  std::int64_t sum;
};

constexpr std::uint32_t kOutputsAtATime = kMostWithRest;  // for which each tree is walked once

/// The arguments, looked up once for all rows and outputs.
template <typename Sum>
struct PackedTrees {
  using Leaf = typename Sum::Leaf;
  using Result = typename Sum::Result;

  explicit PackedTrees(const Layer& layer)
      : table(layer.parameters<parameters::PackedTrees>()),
        walk(layer),
        trees(layer.input<TreeRecord>(6)),
        leaves(layer.input<Leaf>(7)),
        base(layer.input<Leaf>(8)),
        count(dimensions_of(layer, 6)[0]),
        width(dimensions_of(layer, 7)[1]),
        has_one_column(width == 1 && (table.rest || output_width_of(layer) == 1)) {}

  /// Outputs `first` to `end` of all trees, at most kOutputsAtATime.
  void sum(std::uint32_t first, std::uint32_t end, Result* y) const {
    Sum sums[kOutputsAtATime];
    for (std::uint32_t output = first; output < end; ++output) sums[output - first] = {base[output]};
    std::uint32_t rows[kTogether];
    for (std::uint32_t t = 0; t < count; t += kTogether) {
      const std::uint32_t together = count - t < kTogether ? count - t : kTogether;
      walk.run(trees + t, together, rows);
      if (has_one_column) {
        Sum one = sums[0];
        for (std::uint32_t i = 0; i < together; ++i) one.add(leaves[rows[i]]);
        sums[0] = one;
      } else {
        add(trees + t, rows, together, first, end, sums);
      }
    }
    if constexpr (std::is_same_v<Sum, PackedShares>)
      if (table.rest) sums[width] = rest(sums);
    for (std::uint32_t output = first; output < end; ++output)
      y[output] = sums[output - first].over(static_cast<Result>(table.divisor));
  }

  const parameters::PackedTrees& table;
  PackedWalk walk;
  const TreeRecord* trees;
  const Leaf *leaves, *base;
  std::uint32_t count;
  std::uint32_t width;  ///< of a leaf
  bool has_one_column;  ///< that leaves add to

 private:
  /// What the other outputs leave of a share of 1 for each tree.
  Sum rest(const Sum* sums) const {
    Sum result{static_cast<std::int64_t>(count) << 31};
    for (std::uint32_t output = 0; output < width; ++output) result.sum -= sums[output].sum;
    return result;
  }

  [[gnu::noinline]] void add(const TreeRecord* tree, const std::uint32_t* rows, std::uint32_t together,
                             std::uint32_t first, std::uint32_t end, Sum* sums) const {
    for (std::uint32_t t = 0; t < together; ++t) {
      const std::uint32_t target = tree[t].target, behind = target + width, stop = behind < end ? behind : end;
      const Leaf* const leaf = leaves + rows[t] * width;
      for (std::uint32_t output = target > first ? target : first; output < stop; ++output)
        sums[output - first].add(leaf[output - target]);
    }
  }
};

template <typename Sum>
Status run_packed(const Layer& layer) {
  const PackedTrees<Sum> trees(layer);
  const std::uint32_t* const shape = dimensions_of(layer, 0);
  const std::uint32_t rows = shape[0], features = shape[1], outputs = output_width_of(layer);
  const std::uint32_t asked = layer.input_shape(1).size();
  const auto* asks = layer.input<std::int32_t>(1);
  auto* keys = layer.temporary<std::uint32_t>(0);
  const std::uint32_t room = layer.temporary_bytes(0) / 4;
  for (std::uint32_t i = asked; i < room; ++i) keys[i] = 0;  // which no sound file asks for
  const float* x = layer.input<float>(0);
  auto* y = layer.output<typename Sum::Result>(0);
  for (std::uint32_t row = 0; row < rows; ++row, x += features, y += outputs) {
    for (std::uint32_t i = 0; i < asked; ++i) keys[i] = key_of(asks[i], x[asks[i] & kFeature]);
    for (std::uint32_t first = 0; first < outputs; first += kOutputsAtATime)
      trees.sum(first, outputs - first < kOutputsAtATime ? outputs : first + kOutputsAtATime, y);
  }
  return Status::ok;
}

}  // namespace

Status packed_trees_f32(const Layer& layer) { return run_packed<PackedCompensated>(layer); }
Status packed_trees_plain_f32(const Layer& layer) { return run_packed<PackedPlain<float>>(layer); }
Status packed_trees_plain_f64(const Layer& layer) { return run_packed<PackedPlain<double>>(layer); }
Status packed_trees_shares_i32(const Layer& layer) { return run_packed<PackedShares>(layer); }

}  // namespace nacre::reference
