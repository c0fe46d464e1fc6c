#include "runtime/strict_float.hpp"  // first

#include "runtime/kernels/packed_trees.hpp"

#include "loader/layer_check.hpp"

namespace nacre::checks {
namespace {

/// All numbers, or-ed, of a tensor in weights: eight words at a time, then one by one.
template <typename Number>
std::uint32_t all_bits(const Number* numbers, std::uint32_t count) {
  using Word [[gnu::may_alias]] = std::uint32_t;
  constexpr std::uint32_t kInAWord = 4 / sizeof(Number);
  const auto* word = reinterpret_cast<const Word*>(numbers);
  const std::uint32_t blocks = count / (8 * kInAWord);
  std::uint32_t words = 0, bits = 0;
  for (const Word* const end = word + 8 * blocks; word != end; word += 8)
    words |= word[0] | word[1] | word[2] | word[3] | word[4] | word[5] | word[6] | word[7];
  for (std::uint32_t i = 8 * kInAWord * blocks; i < count; ++i) bits |= numbers[i];
  for (std::uint32_t shift = 0; shift < 32; shift += 8 * sizeof(Number)) bits |= static_cast<Number>(words >> shift);
  return bits;
}

/// Whether all numbers are below `limit`. Most often their bits together are, which is quick to see.
template <typename Number>
bool are_below(const Number* numbers, std::uint32_t count, std::uint32_t limit) {
  if (all_bits(numbers, count) < limit) return true;
  for (std::uint32_t i = 0; i < count; ++i)
    if (numbers[i] >= limit) return false;
  return true;
}

/// Whether all numbers are at least `first`, and fewer than `legal` beyond it: where half of the numbers that there are
/// are enough, two at a time. What a sound number gives then has no sign, nor has it when all that is left is added.
bool are_within(const std::uint16_t* numbers, std::uint32_t count, std::uint32_t first, std::uint32_t legal) {
  using Word [[gnu::may_alias]] = std::uint32_t;
  constexpr std::uint32_t kBoth = 0x10001, kSign = 0x8000;
  const std::uint16_t* const end = numbers + count;
  if (first <= kSign && legal <= kSign) {
    const std::uint32_t less = kBoth * first, left = kBoth * (kSign - legal);
    std::uint32_t signs = 0;
    for (; numbers != end && reinterpret_cast<std::uintptr_t>(numbers) % 4 != 0; ++numbers) {
      const std::uint32_t place = *numbers - first;
      if (place >= legal) return false;
    }
    const std::uint16_t* const words_end = numbers + static_cast<std::uint32_t>(end - numbers) / 8 * 8;
    for (; numbers != words_end; numbers += 8) {
      const auto* const word = reinterpret_cast<const Word*>(numbers);
      for (unsigned i = 0; i < 4; ++i) signs |= (word[i] - less) | (word[i] - less + left);
    }
    if ((signs & kBoth * kSign) != 0) return false;
  }
  for (; numbers != end; ++numbers) {
    const std::uint32_t place = *numbers - first;
    if (place >= legal) return false;
  }
  return true;
}

bool have_columns(const std::int32_t* asks, std::uint32_t count, std::uint32_t features) {
  const std::int32_t twins = asks[0] & kTwins;
  const std::uint32_t own = own_asks(asks, count);
  if (twins != 0 && count % 2 != 0) return false;
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::int32_t ask = i == 0 ? asks[i] ^ twins : asks[i];
    if (static_cast<std::uint32_t>(ask & ~(kMissingLeft | kZeroIsMissing)) >= features) return false;
    if (i < own && own != count && ((ask & kMissingLeft) != 0 || asks[own + i] != (ask | kMissingLeft))) return false;
  }
  return true;
}

/// What of a tensor the groups have not had yet.
struct Rest {
  const std::uint16_t* numbers;
  std::uint32_t count;

  /// The next numbers; null unless there are so many.
  const std::uint16_t* take(std::uint32_t taken) {
    if (taken > count) return nullptr;
    const std::uint16_t* const result = numbers;
    numbers += taken, count -= taken;
    return result;
  }
};

Rest all_of(LayerCheck& layer, unsigned i) { return {layer.values<std::uint16_t>(i), layer.elements(i)}; }

/// What is left for the groups behind.
struct Groups {
  std::uint32_t levels, steps, trees, entries;
  Rest exits, children, lasts, rows;

  /// Whether all that the trees of a group lead to are entries of the group.
  bool have(const TreeGroup& group) {
    const std::uint32_t inner = group.inner, last = group.last;
    if (group.trees > kMostEntries || inner > kMostEntries || last > kMostEntries) return false;
    const std::uint32_t tops = group.trees << levels, own = tops - group.trees + inner + last;
    if (group.trees > trees || tops + inner + last > kMostEntries || own > entries) return false;
    if ((inner != 0) != (steps != 0) || last == 0) return false;
    trees -= group.trees, entries -= own;
    const std::uint16_t* const exit = exits.take(tops);
    if (exit == nullptr || rows.take(2 * last) == nullptr) return false;
    if (!are_within(exit, tops, tops, steps == 0 ? last : inner)) return false;
    if (steps == 0) return true;
    const std::uint16_t* const end = lasts.take(inner);
    if (end == nullptr || !are_within(end, inner, tops + inner, last - 1)) return false;
    if (steps == 1) return true;
    const std::uint16_t* const child = children.take(inner);
    return child != nullptr && are_within(child, inner, tops, inner - 1);
  }
};

bool are_sound(LayerCheck& layer, const parameters::PackedTrees& table, std::uint32_t entries, std::uint32_t trees) {
  Groups groups{table.levels, table.steps, trees, entries, all_of(layer, 4), all_of(layer, 5), all_of(layer, 6),
                all_of(layer, 7)};
  const auto* const group = layer.values<TreeGroup>(8);
  for (std::uint32_t g = 0; g < layer.input(8)[0]; ++g)
    if (!groups.have(group[g])) return false;
  return groups.trees == 0;
}

/// The output is [batch, outputs], and its last column may be what the others leave.
bool require_output(LayerCheck& layer, const parameters::PackedTrees& table, std::uint32_t outputs) {
  const DataType leaves = layer.weights_type();
  const std::uint32_t* const y = layer.dimensions(12, leaves == DataType::int32 ? DataType::float32 : leaves, 2);
  if (y == nullptr || !layer.require_argument(y[0] == layer.input(0)[0] && y[1] == outputs, 12)) return false;
  if (!table.rest) return true;
  const bool is_legal = leaves == DataType::int32 && outputs <= kMostWithRest && layer.input(10)[1] + 1 == outputs;
  return layer.require_parameter(is_legal, offsetof(parameters::PackedTrees, rest));
}

}  // namespace

/// No walk is followed: whatever the bits of an entry are, none leaves the entries of its group, and each has an end.
void packed_trees(LayerCheck& layer) {
  const auto& table = layer.parameters<parameters::PackedTrees>();
  const std::uint32_t outputs = layer.elements(11, layer.weights_type()), width = layer.input(10)[1],
                      asked = layer.elements(1, DataType::int32), entries = layer.elements(2),
                      trees = layer.elements(9, DataType::int32);
  if (!layer.require_argument(asked != 0, 1) || !layer.require_argument(trees != 0, 9) ||
      !layer.require_argument(outputs != 0, 11) ||
      !require_output(layer, table, outputs) || !layer.require_argument(layer.elements(13) >= asked, 13))
    return;
  layer.require_weights(have_columns(layer.values<std::int32_t>(1), asked, layer.input(0)[1]), 1);
  layer.require_weights(are_below(layer.values<std::uint8_t>(3), entries, layer.elements(13)), 3);
  layer.require_weights(are_below(layer.values<std::uint16_t>(7), layer.elements(7), layer.input(10)[0]), 7);
  layer.require_weights(are_sound(layer, table, entries, trees), 8);
  const auto* const target = layer.values<std::uint32_t>(9);
  for (std::uint32_t t = 0; t < trees; ++t)
    layer.require_weights(target[t] < outputs && width <= outputs - target[t] && (!table.rest || target[t] == 0), 9);
}

}  // namespace nacre::checks
