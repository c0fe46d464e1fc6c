#pragma once

#include <type_traits>

#include "runtime/kernels/packed_walk.hpp"
#include "runtime/kernels/shapes.hpp"
#include "runtime/numerics/fma.hpp"

// What the leaves of packed trees add up to.

namespace nacre::packed {

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

constexpr unsigned kTogether = 16;  // trees whose leaves are found before they are added
constexpr std::uint32_t kOutputsAtATime = kMostWithRest;  // for which each tree is walked once

/// The arguments, looked up once for all rows and outputs.
template <typename Sum, typename Processor>
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
    PackedWalk<Processor> walks(layer);
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

template <typename Sum, typename Processor>
Status run_packed(const Layer& layer) {
  const PackedTrees<Sum, Processor> trees(layer);
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
    make_keys<Processor>(asks, own_asks(asks, asked), asked, x, keys);
    for (std::uint32_t first = 0; first < outputs; first += kOutputsAtATime)
      trees.sum(first, outputs - first < kOutputsAtATime ? outputs : first + kOutputsAtATime, y);
  }
  return Status::ok;
}

}  // namespace nacre::packed
