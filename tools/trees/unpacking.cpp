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
        children_(numbers(graph, packed, 4)),
        rows_(numbers(graph, packed, 5)),
        trees_(numbers(graph, packed, 6)) {}

  void run() {
    for (std::size_t t = 0; t < trees_.size(); t += 4) {
      roots.push_back(static_cast<std::int32_t>(words.size() / 3));
      targets.push_back(static_cast<std::int32_t>(trees_[t + 3]));
      add(trees_.data() + t);
    }
  }

  std::vector<std::int32_t> words, roots, targets;
  bool has_flags = false;

 private:
  /// An entry, and how many questions come before it.
  struct At {
    std::uint32_t entry;
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

  void add(const std::uint32_t* tree) {
    std::vector<At> stack{{1, 0, kNone}};
    while (!stack.empty()) {
      At at = stack.back();
      stack.pop_back();
      const std::size_t place = words.size() / 3;
      if (at.parent != kNone) words[3 * at.parent + 2] = static_cast<std::int32_t>(place);
      while (at.level < depth() && !asks(tree, at)) at = next(tree, at, threshold(tree, at) == kAlwaysRight);
      if (at.level == depth()) {
        words.insert(words.end(), {-1, 0, static_cast<std::int32_t>(rows_[tree[2] + at.entry])});
        continue;
      }
      const std::uint32_t slot = slots_[tree[0] + at.entry];
      if (++questions_ > thresholds_.size() || slot >= asks_.size())
        throw Refusal("", "the entries of its trees do not form trees", "convert the model again");
      const auto ask = static_cast<std::int32_t>(asks_[slot]);
      has_flags = has_flags || (ask & kZeroIsMissing) != 0;
      words.insert(words.end(), {ask, std::bit_cast<std::int32_t>(number_of(threshold(tree, at))), 0});
      const At left = next(tree, at, 0);
      stack.push_back(next(tree, at, 1));
      stack.back().parent = place;
      stack.push_back(left);
    }
  }

  unsigned depth() const { return table_.levels + table_.steps + 1u; }
  std::uint32_t threshold(const std::uint32_t* tree, const At& at) const { return thresholds_[tree[0] + at.entry]; }
  bool asks(const std::uint32_t* tree, const At& at) const {
    return threshold(tree, at) != kAlwaysLeft && threshold(tree, at) != kAlwaysRight;
  }
  /// What follows an answer; behind the last question, the entry counts from the row of the tree.
  At next(const std::uint32_t* tree, const At& at, std::uint32_t answer) const {
    const bool states = at.level >= table_.levels && at.level + 1 < depth();
    const std::uint32_t pair = states ? children_[tree[1] + at.entry] : at.entry;
    return {2 * pair + answer, at.level + 1, kNone};
  }

  const parameters::PackedTrees& table_;
  std::vector<std::uint32_t> asks_, thresholds_, slots_, children_, rows_, trees_;
  std::size_t questions_ = 0;
};

/// The leaves as reals, with the column that shares leave out.
std::vector<double> leaves_of(const Graph& graph, const Node& packed) {
  const auto& table = packed.as<parameters::PackedTrees>();
  std::vector<double> stored = constant_input(graph, packed, 7), result;
  if (table.function != TreeSum::shares) return stored;
  const auto width = static_cast<std::size_t>(graph.type(packed.inputs[7]).last());
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
  const DataType type = is_of_shares ? DataType::float32 : graph.type(packed.inputs[7]).type;
  const std::int64_t width = graph.type(packed.inputs[7]).last() + (of.rest ? 1 : 0);
  const auto words = [&](std::vector<std::int32_t>& numbers, bool are_nodes) {
    const auto count = static_cast<std::int64_t>(numbers.size());
    return graph.add_constant(
        Array::from(are_nodes ? Dimensions{count / 3, 3} : Dimensions{count}, std::move(numbers)), DataType::int32);
  };
  std::vector<double> leaves = leaves_of(graph, packed), base = constant_input(graph, packed, 8);
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
