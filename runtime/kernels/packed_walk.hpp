#pragma once

#include <cstddef>
#include <cstdint>

#include "nacre/network.hpp"
#include "runtime/kernels/packed_trees.hpp"

// The walks through packed trees, for a `Processor` that says how it answers and keeps numbers.

namespace nacre::packed {

/// What any processor does.
struct PlainProcessor {
  /// start + (key >= threshold).
  static std::size_t follow(std::size_t start, std::uint32_t key, const std::uint32_t& threshold) {
    return start + (key >= threshold ? 1 : 0);
  }
  /// Lets the compiler forget how a number came about, where it is better off with it in a register.
  static void keep(std::uint32_t&) {}
};

/// The keys of what a row has in the columns of `count` asks, of which the first `own` are looked up.
template <typename Processor>
void make_keys(const std::int32_t* asks, std::uint32_t own, std::uint32_t count, const float* x,
                      std::uint32_t* keys) {
  // By its bits without the sign, doubled, a number below kTiny may count as missing, and beyond infinity it is NaN.
  constexpr std::uint32_t kTiny = 2 * 0x0554ad2e + 1, kInfinite = 0xff000000;  // of kZero
  std::uint32_t sign = 0x80000000u, tiny = kTiny, range = kInfinite - kTiny;
  Processor::keep(sign), Processor::keep(tiny), Processor::keep(range);
  std::uint32_t* twin = keys + (count - own);
  for (const std::int32_t* const end = asks + own; asks != end; ++asks) {
    std::uint32_t bits = numerics::to_bits(x[*asks & kFeature]);
    const std::uint32_t key = bits ^ (static_cast<std::uint32_t>(static_cast<std::int32_t>(bits) >> 31) | sign);
    *twin++ = key, *keys++ = key;
    if (bits * 2 - tiny <= range) continue;
    Processor::keep(bits);  // doubled again here, which is rare
    if (bits * 2 > kInfinite || (*asks & kZeroIsMissing) != 0) {
      twin[-1] = kMissingLeftKey;
      keys[-1] = (*asks & kMissingLeft) != 0 ? kMissingLeftKey : kMissingRightKey;
    }
  }
}

/// The place `count` elements before `from`, which may lie before the tensor that `from` points into: numbers of a
/// group's elements do not begin at 0.
template <typename Number>
const Number* before(const Number* from, std::uint32_t count) {
  return reinterpret_cast<const Number*>(reinterpret_cast<std::uintptr_t>(from) - std::size_t{count} * sizeof(Number));
}

/// The walks of one row, whose keys have been made, through the trees of one group after the other.
template <typename Processor>
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

 protected:
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
    return Processor::follow(start, keys_[slots_[entry]], thresholds_[entry]);
  }

  const std::uint32_t *keys_, *thresholds_;
  const std::uint8_t* slots_;
  const std::uint16_t *exits_, *children_, *lasts_, *rows_;
  unsigned levels_, steps_;
};

}  // namespace nacre::packed
