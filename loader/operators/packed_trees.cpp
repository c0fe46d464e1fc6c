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

bool have_columns(const std::int32_t* asks, std::uint32_t count, std::uint32_t features) {
  for (std::uint32_t i = 0; i < count; ++i)
    if (static_cast<std::uint32_t>(asks[i] & ~(kMissingLeft | kZeroIsMissing)) >= features) return false;
  return true;
}

/// Whether `last` numbers behind the place `from` are there.
constexpr bool reaches(std::uint32_t count, std::uint32_t from, std::uint32_t last) {
  return from < count && last < count - from;
}

bool children_are_below(LayerCheck& layer, std::uint32_t pairs) {
  const std::uint32_t count = layer.elements(4);
  return layer.has_type(4, DataType::uint8) ? are_below(layer.values<std::uint8_t>(4), count, pairs)
                                            : are_below(layer.values<std::uint16_t>(4), count, pairs);
}

/// The output is [batch, outputs], and its last column may be what the others leave.
bool require_output(LayerCheck& layer, const parameters::PackedTrees& table, std::uint32_t outputs) {
  const DataType leaves = layer.weights_type();
  const std::uint32_t* const y = layer.dimensions(9, leaves == DataType::int32 ? DataType::float32 : leaves, 2);
  if (y == nullptr || !layer.require_argument(y[0] == layer.input(0)[0] && y[1] == outputs, 9)) return false;
  if (!table.rest) return true;
  const bool is_legal = leaves == DataType::int32 && outputs <= kMostWithRest && layer.input(7)[1] + 1 == outputs;
  return layer.require_parameter(is_legal, offsetof(parameters::PackedTrees, rest));
}

}  // namespace

/// No walk is followed: whatever the bits of an entry are, none leads beyond the last one, and every walk has an end.
void packed_trees(LayerCheck& layer) {
  const auto& table = layer.parameters<parameters::PackedTrees>();
  const std::uint32_t outputs = layer.elements(8, layer.weights_type()), width = layer.input(7)[1],
                      asked = layer.elements(1, DataType::int32), entries = layer.elements(2),
                      trees = layer.input(6)[0];
  const bool has_children = layer.has_type(4, DataType::uint8) || layer.has_type(4, DataType::int16);
  if (!layer.require_argument(asked != 0, 1) || !layer.require_argument(outputs != 0, 8) ||
      !require_output(layer, table, outputs) || !layer.require_argument(has_children, 4) ||
      !layer.require_argument(layer.elements(10) >= asked, 10))
    return;
  const auto pairs = static_cast<std::uint32_t>(table.pairs), last = last_entry(table.levels, pairs);
  layer.require_weights(have_columns(layer.values<std::int32_t>(1), asked, layer.input(0)[1]), 1);
  layer.require_weights(are_below(layer.values<std::uint8_t>(3), entries, layer.elements(10)), 3);
  layer.require_weights(children_are_below(layer, pairs), 4);
  layer.require_weights(are_below(layer.values<std::uint16_t>(5), layer.elements(5), layer.input(7)[0]), 5);
  const auto* tree = layer.values<std::uint32_t>(6);
  for (std::uint32_t t = 0; t < trees; ++t, tree += 4)
    layer.require_weights(reaches(entries, tree[0], last) &&
                              (table.steps == 0 || reaches(layer.elements(4), tree[1], last)) &&
                              reaches(layer.elements(5), tree[2], 2 * last + 1) && tree[3] < outputs &&
                              width <= outputs - tree[3] && (!table.rest || tree[3] == 0), 6);
}

}  // namespace nacre::checks
