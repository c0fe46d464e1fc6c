#include "runtime/strict_float.hpp"  // first

#include "runtime/kernels/packed_trees.hpp"

#include <type_traits>

#include "nacre/network.hpp"
#include "runtime/kernels/dsp/share_walk.hpp"
#include "runtime/kernels/shapes.hpp"
#include "runtime/numerics/fma.hpp"

namespace nacre::reference {
namespace {

constexpr unsigned kTogether = 16;  // trees whose leaves are found before they are added

/// start + (key >= threshold).
inline std::size_t follow(std::size_t start, std::uint32_t key, const std::uint32_t& threshold) {
#if defined(__thumb2__)
  asm("cmp %1, %2\n\tadc %0, %0, #0" : "+r"(start) : "r"(key), "r"(threshold) : "cc");  // the carry is the answer
  return start;
#else
  return start + (key >= threshold ? 1 : 0);
#endif
}

/// The place `count` elements before `from`, which may lie before the tensor that `from` points into: numbers of a
/// group's elements do not begin at 0.
template <typename Number>
const Number* before(const Number* from, std::uint32_t count) {
  return reinterpret_cast<const Number*>(reinterpret_cast<std::uintptr_t>(from) - std::size_t{count} * sizeof(Number));
}

/// The walks of one row, whose keys have been made, through the trees of one group after the other.
class PackedWalk {
 public:
  explicit PackedWalk(const Layer& layer)
      : keys_(layer.temporary<std::uint32_t>(0)),
        thresholds_(layer.input<std::uint32_t>(2)),
        slots_(layer.input<std::uint8_t>(3)),
        exits_(layer.input<std::uint16_t>(4)),
        children_(layer.input<std::uint16_t>(5)),
        lasts_(layer.input<std::uint16_t>(6)),
        rows_(layer.input<std::uint16_t>(7)),
        levels_(layer.parameters<parameters::PackedTrees>().levels),
        steps_(layer.parameters<parameters::PackedTrees>().steps) {}

  void begin(const TreeGroup& group) {
    const std::uint32_t tops = group.trees << levels_;
    thresholds_ = before(thresholds_, group.trees), slots_ = before(slots_, group.trees);
    exits_ = before(exits_, tops), children_ = before(children_, tops), lasts_ = before(lasts_, tops);
    rows_ = before(rows_, 2 * (tops + group.inner));
  }
  /// Goes on to the group behind.
  void end(const TreeGroup& group) {
    const std::uint32_t tops = group.trees << levels_, inner = tops + group.inner, all = inner + group.last;
    thresholds_ += all, slots_ += all, exits_ += 2 * tops, children_ += inner, lasts_ += inner, rows_ += 2 * all;
  }

  /// The rows of leaves that `count` trees lead to, of which `root` is the first one's entry.
  [[gnu::noinline]] void run(std::uint32_t root, unsigned count, std::uint32_t* leaf) const {
    // A processor that reads ahead walks trees side by side: none waits for another's loads. Others have no registers
    // for that.
    constexpr unsigned kSideBySide = sizeof(void*) == 8 ? 8 : 1;
    for (; count >= kSideBySide; count -= kSideBySide, root += kSideBySide, leaf += kSideBySide)
      find<kSideBySide>(root, leaf);
    if constexpr (kSideBySide != 1)
      for (; count != 0; --count) find<1>(root++, leaf++);
  }

#if defined(__thumb2__)
  bool adds_shares() const { return steps_ == 1 && levels_ >= dsp::kFewestLevels && levels_ <= dsp::kMostLevels; }
  /// Adds the shares that all trees of the group lead to.
  void add(const TreeGroup& group, const std::uint32_t* leaves, std::int64_t* sum) const {
    if (group.trees == 0) return;
    const auto bits = static_cast<std::uint64_t>(*sum);
    dsp::ShareWalk walk{1, slots_, thresholds_, exits_, lasts_, rows_, leaves, keys_, group.trees,
                        static_cast<std::uint32_t>(bits), static_cast<std::uint32_t>(bits >> 32), 2 * group.trees};
    dsp::add_shares_of(levels_, &walk);
    *sum = static_cast<std::int64_t>(std::uint64_t{walk.high} << 32 | walk.low);
  }
#endif

 private:
  template <unsigned count>
  void find(std::uint32_t root, std::uint32_t* leaf) const {
    std::size_t at[count];
    for (unsigned t = 0; t < count; ++t) at[t] = root + t;
    for (unsigned level = levels_; level != 0; --level)
      for (std::size_t& each : at) each = answered(2 * each, each);
    for (std::size_t& each : at) each = exits_[each];
    for (unsigned left = steps_; left > 1; --left) step(children_, at);
    if (steps_ != 0) step(lasts_, at);
    for (unsigned t = 0; t < count; ++t) leaf[t] = rows_[answered(2 * at[t], at[t])];
  }

  template <unsigned count>
  void step(const std::uint16_t* children, std::size_t (&at)[count]) const {
    for (std::size_t& each : at) each = answered(children[each], each);
  }

  std::size_t answered(std::size_t start, std::size_t entry) const {
    return follow(start, keys_[slots_[entry]], thresholds_[entry]);
  }

  const std::uint32_t *keys_, *thresholds_;
  const std::uint8_t* slots_;
  const std::uint16_t *exits_, *children_, *lasts_, *rows_;
  unsigned levels_, steps_;
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
    const Halves halves = split();
    const float quotient = halves.high / divisor;
    return (quotient + (numerics::fma(-quotient, divisor, halves.high) + halves.low) / divisor) * 0x1p-31f;
  }
  std::int64_t sum;

 private:
  /// The float that is nearest to the sum (of two the even one), and what is left.
  struct Halves {
    float high, low;
  };
  Halves split() const {
    const auto magnitude = static_cast<std::uint64_t>(sum < 0 ? -sum : sum);
    if (magnitude >> 55 != 0) {
      const auto high = static_cast<float>(sum);
      return {high, static_cast<float>(sum - static_cast<std::int64_t>(high))};
    }
    // Without the functions by which a compiler converts such integers: some go by way of float64, in software.
    const auto low = static_cast<std::uint32_t>(magnitude), high = static_cast<std::uint32_t>(magnitude >> 32);
    const int bits = high != 0 ? 64 - __builtin_clz(high) : 32 - __builtin_clz(low | 1);
    if (bits <= 24) return {static_cast<float>(static_cast<std::int32_t>(sum)), 0};
    const int shift = bits - 24;  // at most 31
    const std::uint32_t unit = 1u << shift, beyond = low & (unit - 1);
    std::uint32_t rounded = high << (32 - shift) | low >> shift, left = beyond;
    if (beyond + rounded % 2 > unit / 2) ++rounded, left -= unit;
    const float nearest = static_cast<float>(static_cast<std::int32_t>(rounded)) *
                          numerics::from_bits(static_cast<std::uint32_t>(127 + shift) << 23),
                rest = static_cast<float>(static_cast<std::int32_t>(left));
    return sum < 0 ? Halves{-nearest, -rest} : Halves{nearest, rest};
  }
};

constexpr std::uint32_t kOutputsAtATime = kMostWithRest;  // for which each tree is walked once

/// The arguments, looked up once for all rows and outputs.
template <typename Sum>
struct PackedTrees {
  using Leaf = typename Sum::Leaf;
  using Result = typename Sum::Result;

  explicit PackedTrees(const Layer& layer_)
      : table(layer_.parameters<parameters::PackedTrees>()),
        layer(layer_),
        groups(layer.input<TreeGroup>(8)),
        targets(layer.input<std::uint32_t>(9)),
        leaves(layer.input<Leaf>(10)),
        base(layer.input<Leaf>(11)),
        count(dimensions_of(layer, 9)[0]),
        width(dimensions_of(layer, 10)[1]),
        has_one_column(width == 1 && (table.rest || output_width_of(layer) == 1)) {}

  /// Outputs `first` to `end` of all trees, at most kOutputsAtATime.
  void sum(std::uint32_t first, std::uint32_t end, Result* y) const {
    Sum sums[kOutputsAtATime];
    for (std::uint32_t output = first; output < end; ++output) sums[output - first] = {base[output]};
    PackedWalk walks(layer);
    const std::uint32_t* target = targets;
    std::uint32_t rows[kTogether];
    for (const TreeGroup* group = groups; target != targets + count; ++group) {
      walks.begin(*group);
      for (std::uint32_t root = group->trees; root != 2 * group->trees;) {
        const std::uint32_t left = 2 * group->trees - root, together = left < kTogether ? left : kTogether;
        walks.run(root, together, rows);
        if (has_one_column) {
          Sum one = sums[0];
          for (std::uint32_t i = 0; i < together; ++i) one.add(leaves[rows[i]]);
          sums[0] = one;
        } else {
          add(target, rows, together, first, end, sums);
        }
        target += together, root += together;
      }
      walks.end(*group);
    }
    if constexpr (std::is_same_v<Sum, PackedShares>)
      if (table.rest) sums[width] = rest(sums);
    for (std::uint32_t output = first; output < end; ++output)
      y[output] = sums[output - first].over(static_cast<Result>(table.divisor));
  }

  const parameters::PackedTrees& table;
  const Layer& layer;
  const TreeGroup* groups;
  const std::uint32_t* targets;
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

  [[gnu::noinline]] void add(const std::uint32_t* targets_of, const std::uint32_t* rows, std::uint32_t together,
                             std::uint32_t first, std::uint32_t end, Sum* sums) const {
    for (std::uint32_t t = 0; t < together; ++t) {
      const std::uint32_t target = targets_of[t], behind = target + width, stop = behind < end ? behind : end;
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
    make_keys(asks, own_asks(asks, asked), asked, x, keys);
    for (std::uint32_t first = 0; first < outputs; first += kOutputsAtATime)
      trees.sum(first, outputs - first < kOutputsAtATime ? outputs : first + kOutputsAtATime, y);
  }
  return Status::ok;
}

#if defined(__thumb2__)
/// The same of shares with one column, by the walk that adds them. False where there is none.
bool has_run_shares(const Layer& layer) {
  const auto& table = layer.parameters<parameters::PackedTrees>();
  const PackedWalk walk(layer);
  const std::uint32_t outputs = table.rest ? 2 : 1;  // which then a leaf has, or one less
  if (!walk.adds_shares() || output_width_of(layer) != outputs) return false;
  const std::uint32_t* const shape = dimensions_of(layer, 0);
  const std::uint32_t rows = shape[0], features = shape[1], trees = dimensions_of(layer, 9)[0];
  const std::uint32_t asked = layer.input_shape(1).size(), room = layer.temporary_bytes(0) / 4;
  const auto* asks = layer.input<std::int32_t>(1);
  const std::uint32_t own = own_asks(asks, asked);
  auto* keys = layer.temporary<std::uint32_t>(0);
  for (std::uint32_t i = asked; i < room; ++i) keys[i] = 0;
  const float* x = layer.input<float>(0);
  auto* y = layer.output<float>(0);
  for (std::uint32_t row = 0; row < rows; ++row, x += features, y += outputs) {
    make_keys(asks, own, asked, x, keys);
    PackedWalk walks = walk;
    PackedShares sum{layer.input<std::int32_t>(11)[0]};
    const TreeGroup* group = layer.input<TreeGroup>(8);
    for (std::uint32_t left = trees; left != 0; left -= group->trees, walks.end(*group++)) {
      walks.begin(*group);
      walks.add(*group, layer.input<std::uint32_t>(10), &sum.sum);
    }
    y[0] = sum.over(table.divisor);
    if (table.rest) y[1] = PackedShares{(static_cast<std::int64_t>(trees) << 31) - sum.sum}.over(table.divisor);
  }
  return true;
}
#endif

}  // namespace

Status packed_trees_f32(const Layer& layer) { return run_packed<PackedCompensated>(layer); }
Status packed_trees_plain_f32(const Layer& layer) { return run_packed<PackedPlain<float>>(layer); }
Status packed_trees_plain_f64(const Layer& layer) { return run_packed<PackedPlain<double>>(layer); }
Status packed_trees_shares_i32(const Layer& layer) {
#if defined(__thumb2__)
  if (has_run_shares(layer)) return Status::ok;
#endif
  return run_packed<PackedShares>(layer);
}

}  // namespace nacre::reference
