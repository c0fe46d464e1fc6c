#include <bit>
#include <cmath>

#include "runtime/kernels/packed_trees.hpp"
#include "tools/common/refusal.hpp"
#include "tools/graph/constants.hpp"
#include "tools/trees/packing.hpp"

namespace nacre::tools {
namespace {

/// The float that a threshold stands for.
float number_of(std::uint32_t threshold) {
  const std::uint32_t key = threshold - 1;
  return std::bit_cast<float>(key >> 31 != 0 ? key & 0x7fffffff : ~key);
}

class Unpacking {
 public:
  Unpacking(const Graph& graph, const Node& packed)
      : table_(packed.as<parameters::PackedTrees>()),
        asks_(numbers(graph, packed, 1)),
        thresholds_(numbers(graph, packed, 2)),
        slots_(numbers(graph, packed, 3)),
        exits_(numbers(graph, packed, 4)),
        children_(numbers(graph, packed, 5)),
        lasts_(numbers(graph, packed, 6)),
        rows_(numbers(graph, packed, 7)),
        groups_(numbers(graph, packed, 8)),
        targets_(numbers(graph, packed, 9)) {}

  void run() {
    Group group{};
    std::size_t tree = 0;
    for (std::size_t g = 0; g < groups_.size(); g += 3) {
      group.trees = groups_[g], group.tops = group.trees << table_.levels, group.inner = groups_[g + 1];
      for (std::size_t t = 0; t < group.trees; ++t, ++tree) {
        roots.push_back(static_cast<std::int32_t>(words.size() / 3));
        targets.push_back(static_cast<std::int32_t>(targets_[tree]));
        add(group, group.trees + t);
      }
      group.entries += group.tops - group.trees + group.inner + groups_[g + 2];
      group.exits += group.tops, group.links += group.inner, group.rows += 2 * groups_[g + 2];
    }
  }

  std::vector<std::int32_t> words, roots, targets;
  bool has_flags = false;

 private:
  /// Where the numbers of a group begin.
  struct Group {
    std::size_t entries, exits, links, rows;
    std::size_t trees, tops, inner;  ///< what it counts
  };
  /// An entry, and how many questions come before it.
  struct At {
    std::size_t entry;
    unsigned level;
    std::size_t parent;  // whose right child this is; none for the root and for left children
  };
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  /// The elements of a constant as unsigned numbers.
  static std::vector<std::uint32_t> numbers(const Graph& graph, const Node& node, std::size_t input) {
    const GraphValue& value = graph.values[node.inputs[input]];
    std::vector<std::uint32_t> result;
    for (const std::int64_t number : value.constant->to<std::int64_t>())
      result.push_back(static_cast<std::uint32_t>(number) & (value.type.type == DataType::int16 ? 0xffff : 0xffffffff));
    return result;
  }

  /// The tree of which `root` is the number of the first entry.
  void add(const Group& group, std::size_t root) {
    std::vector<At> stack{{table_.levels == 0 ? exits_[group.exits + root - group.tops] : root, 0, kNone}};
    while (!stack.empty()) {
      At at = stack.back();
      stack.pop_back();
      const std::size_t place = words.size() / 3;
      if (at.parent != kNone) words[3 * at.parent + 2] = static_cast<std::int32_t>(place);
      const auto place_of = [&] { return group.entries + at.entry - group.trees; };
      while (at.level < depth() && !asks(place_of()))
        at = next(group, at, thresholds_[place_of()] == kAlwaysRight ? 1 : 0);
      if (at.level == depth()) {
        words.insert(words.end(), {-1, 0, static_cast<std::int32_t>(rows_[group.rows + at.entry])});
        continue;
      }
      const std::uint32_t slot = slots_[place_of()];
      if (++questions_ > thresholds_.size() || slot >= asks_.size())
        throw Refusal("", "the entries of its trees do not form trees", "convert the model again");
      const auto ask = static_cast<std::int32_t>(asks_[slot]) & ~kTwins;
      has_flags = has_flags || (ask & kZeroIsMissing) != 0;
      words.insert(words.end(), {ask, std::bit_cast<std::int32_t>(number_of(thresholds_[place_of()])), 0});
      const At left = next(group, at, 0);
      stack.push_back(next(group, at, 1));
      stack.back().parent = place;
      stack.push_back(left);
    }
  }

  unsigned depth() const { return table_.levels + table_.steps + 1u; }
  bool asks(std::size_t entry) const {
    return thresholds_[entry] != kAlwaysLeft && thresholds_[entry] != kAlwaysRight;
  }
  /// What follows an answer; behind the last question, a place among the rows of the group.
  At next(const Group& group, const At& at, std::uint32_t answer) const {
    const unsigned level = at.level + 1;
    std::size_t entry = 2 * at.entry + answer;
    if (level == depth())
      entry -= 2 * (group.tops + group.inner);
    else if (level == table_.levels)
      entry = exits_[group.exits + entry - group.tops];
    else if (level > table_.levels)
      entry = (level + 1 == depth() ? lasts_ : children_)[group.links + at.entry - group.tops] + answer;
    return {entry, level, kNone};
  }

  const parameters::PackedTrees& table_;
  std::vector<std::uint32_t> asks_, thresholds_, slots_, exits_, children_, lasts_, rows_, groups_, targets_;
  std::size_t questions_ = 0;
};

/// The leaves as reals, with the column that shares leave out.
std::vector<double> leaves_of(const Graph& graph, const Node& packed) {
  const auto& table = packed.as<parameters::PackedTrees>();
  std::vector<double> stored = constant_input(graph, packed, 10), result;
  if (table.function != TreeSum::shares) return stored;
  const auto width = static_cast<std::size_t>(graph.type(packed.inputs[10]).last());
  for (std::size_t i = 0; i < stored.size(); i += width) {
    double rest = 1;
    for (std::size_t j = i; j < i + width; ++j) {
      result.push_back((stored[j] < 0 ? stored[j] + 0x1p32 : stored[j]) * 0x1p-31);
      rest -= result.back();
    }
    if (table.rest) result.push_back(rest);
  }
  return result;
}

}  // namespace

Node unpack_trees(Graph& graph, const Node& packed) {
  const auto& of = packed.as<parameters::PackedTrees>();
  Unpacking trees(graph, packed);
  trees.run();
  parameters::TreeEnsemble table;
  table.divisor = of.divisor;
  table.function = trees.has_flags ? TreeSum::categories
                   : of.function == TreeSum::shares ? TreeSum::compensated : of.function;
  const bool is_of_shares = of.function == TreeSum::shares;
  const DataType type = is_of_shares ? DataType::float32 : graph.type(packed.inputs[10]).type;
  const std::int64_t width = graph.type(packed.inputs[10]).last() + (of.rest ? 1 : 0);
  const auto words = [&](std::vector<std::int32_t>& numbers, bool are_nodes) {
    const auto count = static_cast<std::int64_t>(numbers.size());
    return graph.add_constant(
        Array::from(are_nodes ? Dimensions{count / 3, 3} : Dimensions{count}, std::move(numbers)), DataType::int32);
  };
  std::vector<double> leaves = leaves_of(graph, packed), base = constant_input(graph, packed, 11);
  const auto rows = static_cast<std::int64_t>(leaves.size()) / width, outputs = static_cast<std::int64_t>(base.size());
  Node node{packed.name, {}, {packed.inputs[0]}, packed.outputs};
  node.parameters.Set(table);
  node.inputs.push_back(words(trees.words, true));
  node.inputs.push_back(words(trees.roots, false));
  node.inputs.push_back(words(trees.targets, false));
  node.inputs.push_back(graph.add_constant(Array::from({rows, width}, std::move(leaves)), type));
  node.inputs.push_back(graph.add_constant(Array::from({outputs}, std::move(base)), type));
  return node;
}

}  // namespace nacre::tools
