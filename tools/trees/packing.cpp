#include "tools/trees/packing.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <map>
#include <numeric>
#include <optional>
#include <string>
#include <unordered_map>

#include "runtime/kernels/packed_trees.hpp"
#include "tools/graph/constants.hpp"
#include "tools/trees/packed_tree.hpp"
#include "tools/trees/shares.hpp"

namespace nacre::tools {
namespace {

constexpr std::size_t kMostNodes = 1 << 22;  // larger forests convert in less memory as they are
constexpr std::size_t kMostSlots = 256, kMostPairs = 1 << 16, kMostRows = 1 << 16, kMostSteps = 255;
constexpr std::int32_t kFlags = kMissingLeft | kZeroIsMissing;

/// The numbers of the tensors, as they grow.
struct Tensors {
  std::vector<std::int64_t> asks, thresholds, slots, children, rows, trees;
};

/// Which rows of leaves there are, each once.
class LeafRows {
 public:
  LeafRows(const std::vector<double>& leaves, std::size_t width) : leaves_(leaves), width_(width) {}

  std::size_t number(std::size_t row) {
    const double* const first = leaves_.data() + row * width_;
    std::string bytes(reinterpret_cast<const char*>(first), width_ * sizeof *first);  // in which -0 is not 0
    const auto [found, is_new] = numbers_.try_emplace(std::move(bytes), numbers_.size());
    if (is_new) values.insert(values.end(), first, first + width_);
    return found->second;
  }
  std::size_t size() const { return numbers_.size(); }

  std::vector<double> values;

 private:
  const std::vector<double>& leaves_;
  std::size_t width_;
  std::unordered_map<std::string, std::size_t> numbers_;
};

/// What a node asks of, as the tensor `asks` has it.
std::int32_t ask_of(std::int32_t word, bool has_flags) {
  return has_flags ? word & (kFeature | kFlags) : word;
}

class Packing {
 public:
  Packing(const EnsembleNodes& nodes, const TreeLevels& levels, bool has_flags, LeafRows& rows)
      : nodes_(nodes), top_(levels.top()), steps_(levels.depth() - 1 - top_), has_flags_(has_flags), rows_(rows) {}

  /// False where the trees have more of something than numbers of the tensors count.
  bool run(const std::vector<std::int64_t>& roots, const std::vector<std::int64_t>& targets) {
    if (!number_asks()) return false;
    std::vector<PackedTree> trees;
    for (const std::int64_t root : roots)
      trees.push_back(packed_tree(nodes_, static_cast<std::size_t>(root), top_, steps_));
    if (!count_pairs(trees)) return false;
    std::vector<std::size_t> order(trees.size());  // the largest last, behind which there is room for its walks
    std::iota(order.begin(), order.end(), 0);
    std::ranges::stable_sort(order, {}, [&](std::size_t t) { return trees[t].entries.size(); });
    tensors.trees.resize(4 * trees.size());
    for (const std::size_t t : order) place(trees[t], targets[t], tensors.trees.data() + 4 * t);
    if (rows_.size() > kMostRows) return false;
    fill_up();
    return true;
  }

  parameters::PackedTrees table(parameters::TreeEnsemble of) const {
    parameters::PackedTrees result;
    result.divisor = of.divisor, result.pairs = static_cast<std::int32_t>(pairs_);
    result.levels = static_cast<std::uint8_t>(top_), result.steps = static_cast<std::uint8_t>(steps_);
    result.function = of.function == TreeSum::categories ? TreeSum::plain : of.function;
    return result;
  }
  bool has_narrow_children() const { return pairs_ <= 256; }

  Tensors tensors;

 private:
  bool number_asks() {
    for (std::size_t n = 0; n < nodes_.size(); ++n)
      if (!nodes_.is_leaf(n)) slots_.try_emplace(ask_of(nodes_.ask(n), has_flags_));
    if (slots_.empty()) slots_.try_emplace(0);
    for (auto& [ask, slot] : slots_) slot = static_cast<std::int64_t>(tensors.asks.size()), tensors.asks.push_back(ask);
    return slots_.size() <= kMostSlots;
  }

  /// Of narrow children, any that have the bits of those that there are: what the loader sees at once.
  bool count_pairs(const std::vector<PackedTree>& trees) {
    std::uint32_t most = 0;
    for (const PackedTree& tree : trees)
      for (const PackedTree::Entry& entry : tree.entries) most = std::max(most, entry.child);
    pairs_ = most < 256 ? std::bit_ceil(most + 1) : most + 1;
    return pairs_ <= kMostPairs;
  }

  void place(const PackedTree& tree, std::int64_t target, std::int64_t* record) {
    // Places are counted back from the first number that is there, and may not lie before the tensor.
    tensors.children.resize(std::max(tensors.children.size(), tree.first_child));
    tensors.rows.resize(std::max(tensors.rows.size(), 2 * tree.first_row));
    record[0] = static_cast<std::int64_t>(tensors.thresholds.size());
    record[1] = static_cast<std::int64_t>(tensors.children.size() - tree.first_child);
    record[2] = static_cast<std::int64_t>(tensors.rows.size() - 2 * tree.first_row);
    record[3] = target;
    for (std::size_t i = 0; i < tree.entries.size(); ++i) {
      const PackedTree::Entry& entry = tree.entries[i];
      tensors.thresholds.push_back(static_cast<std::int32_t>(threshold(entry)));
      tensors.slots.push_back(entry.answer == PackedTree::Answer::asks
                                  ? slots_.at(ask_of(nodes_.ask(entry.node), has_flags_))
                                  : 0);
      if (i >= tree.first_child && i < tree.last) tensors.children.push_back(entry.child);
    }
    for (const std::size_t leaf : tree.leaves)
      tensors.rows.push_back(
          leaf == PackedTree::kNothing ? 0 : static_cast<std::int64_t>(rows_.number(nodes_.row(leaf))));
  }

  std::uint32_t threshold(const PackedTree::Entry& entry) const {
    if (entry.answer != PackedTree::Answer::asks)
      return entry.answer == PackedTree::Answer::left ? kAlwaysLeft : kAlwaysRight;
    return key_of(std::bit_cast<float>(nodes_.threshold(entry.node)) + 0.0f) + 1;  // -0 as 0
  }

  /// Behind the last tree, what its walks could reach if their bits were others.
  void fill_up() {
    const std::size_t last = last_entry(static_cast<std::uint32_t>(top_), pairs_);
    std::size_t entries = 0, children = 1, rows = 0;
    for (std::size_t t = 0; t < tensors.trees.size(); t += 4) {
      const auto reach = [&](std::size_t i, std::size_t behind) {
        return static_cast<std::size_t>(tensors.trees[t + i]) + behind + 1;
      };
      entries = std::max(entries, reach(0, last)), rows = std::max(rows, reach(2, 2 * last + 1));
      if (steps_ != 0) children = std::max(children, reach(1, last));
    }
    const auto grow = [](std::vector<std::int64_t>& numbers, std::size_t count) {
      numbers.resize(std::max(numbers.size(), count));
    };
    grow(tensors.thresholds, entries), grow(tensors.slots, entries), grow(tensors.children, children);
    grow(tensors.rows, rows);
  }

  const EnsembleNodes& nodes_;
  std::size_t top_, steps_;
  bool has_flags_;
  LeafRows& rows_;
  std::map<std::int32_t, std::int64_t> slots_;  // by ask
  std::uint32_t pairs_ = 1;
};

bool may_be_packed(const EnsembleNodes& nodes, bool has_flags) {
  if (nodes.size() > kMostNodes) return false;
  for (std::size_t n = 0; n < nodes.size(); ++n)
    if (!nodes.is_leaf(n) && ((has_flags && (nodes.ask(n) & kCategory) != 0) ||
                              (!has_flags && (nodes.ask(n) & (kCategory | kZeroIsMissing)) != 0) ||
                              std::isnan(std::bit_cast<float>(nodes.threshold(n)))))
      return false;
  return true;
}

/// The exact thresholds of inner nodes alone.
ValueId inner_thresholds(Graph& graph, const Node& node, const EnsembleNodes& nodes) {
  const std::vector<double> all = constant_input(graph, node, 6);
  std::vector<double> inner;
  for (std::size_t n = 0; n < nodes.size(); ++n)
    if (!nodes.is_leaf(n)) inner.insert(inner.end(), {all[2 * n], all[2 * n + 1]});
  const auto count = static_cast<std::int64_t>(inner.size() / 2);
  return graph.add_constant(Array::from({count, 2}, std::move(inner)), DataType::float64);
}

/// Rows of leaves so that any number with the bits of theirs is one, where that costs little: what the loader sees at
/// once.
void round_up(std::vector<double>& leaves, std::size_t width, std::size_t bytes) {
  const std::size_t rows = leaves.size() / width, wanted = std::bit_ceil(rows);
  if ((wanted - rows) * width * 4 <= bytes / 32) leaves.resize(wanted * width);
}

}  // namespace

bool pack_trees(Graph& graph, Node& node) {
  const auto& ensemble = node.as<parameters::TreeEnsemble>();
  const EnsembleNodes nodes{graph.values[node.inputs[1]].constant->to<std::int32_t>()};
  const bool has_flags = ensemble.function == TreeSum::categories;
  if (!may_be_packed(nodes, has_flags)) return false;
  const auto numbers = [&](std::size_t i) { return graph.values[node.inputs[i]].constant->to<std::int64_t>(); };
  const std::vector<std::int64_t> roots = numbers(2), targets = numbers(3);
  const TreeLevels levels(nodes, roots);
  if (levels.is_uneven() || levels.depth() - 1 - levels.top() > kMostSteps) return false;
  std::vector<double> leaves = constant_input(graph, node, 4);
  const TensorType leaf_type = graph.type(node.inputs[4]);
  const std::size_t before = 12 * nodes.size() + leaves.size() * element_bytes(leaf_type.type);
  if (levels.bytes(levels.top()) > before) return false;
  auto width = static_cast<std::size_t>(leaf_type.last());
  const std::optional<Shares> shares = shares_of(ensemble, leaves, width, constant_input(graph, node, 5), targets);
  if (shares) width = shares->width, leaves = shares->values;
  LeafRows rows(leaves, width);
  Packing packing(nodes, levels, has_flags, rows);
  if (!packing.run(roots, targets)) return false;

  parameters::PackedTrees table = packing.table(ensemble);
  if (shares) table.function = TreeSum::shares, table.rest = shares->has_rest;
  round_up(rows.values, width, levels.bytes(levels.top()));
  const auto constant = [&](ElementType element, DataType type, const std::vector<std::int64_t>& values,
                            Dimensions shape) {
    return graph.add_constant(Array::of(element, std::move(shape), values), type);
  };
  const auto count = [](const auto& values) { return static_cast<std::int64_t>(values.size()); };
  const Tensors& tensors = packing.tensors;
  const bool narrow = packing.has_narrow_children();
  std::vector<ValueId> inputs{
      node.inputs[0],
      constant(ElementType::int32, DataType::int32, tensors.asks, {count(tensors.asks)}),
      constant(ElementType::int32, DataType::int32, tensors.thresholds, {count(tensors.thresholds)}),
      constant(ElementType::uint8, DataType::uint8, tensors.slots, {count(tensors.slots)}),
      constant(narrow ? ElementType::uint8 : ElementType::int16, narrow ? DataType::uint8 : DataType::int16,
               tensors.children, {count(tensors.children)}),
      constant(ElementType::int16, DataType::int16, tensors.rows, {count(tensors.rows)}),
      constant(ElementType::int32, DataType::int32, tensors.trees, {count(roots), 4})};
  const DataType type = shares ? DataType::int32 : leaf_type.type;
  const auto wide = static_cast<std::int64_t>(width);
  if (shares) {
    const std::vector<std::int64_t> units(rows.values.begin(), rows.values.end());
    inputs.push_back(constant(ElementType::int32, type, units, {count(units) / wide, wide}));
    const std::int64_t outputs = graph.type(node.inputs[5]).size();
    inputs.push_back(constant(ElementType::int32, type, std::vector<std::int64_t>(static_cast<std::size_t>(outputs)),
                              {outputs}));
  } else {
    const std::int64_t kinds = count(rows.values) / wide;
    inputs.push_back(graph.add_constant(Array::from({kinds, wide}, std::move(rows.values)), type));
    inputs.push_back(node.inputs[5]);
  }
  if (node.inputs.size() > 6) inputs.push_back(inner_thresholds(graph, node, nodes));
  node.parameters.Set(table);
  node.inputs = std::move(inputs);
  return true;
}

}  // namespace nacre::tools
