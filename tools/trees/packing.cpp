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
#include "tools/trees/packed_group.hpp"
#include "tools/trees/shares.hpp"

namespace nacre::tools {
namespace {

constexpr std::size_t kMostNodes = 1 << 22;  // larger forests convert in less memory as they are
constexpr std::size_t kMostSlots = 256, kMostRows = 1 << 16, kMostSteps = 255;
constexpr std::int32_t kFlags = kMissingLeft | kZeroIsMissing;

/// The numbers of the tensors, as they grow.
struct Tensors {
  std::vector<std::int64_t> asks, thresholds, slots, exits, children, lasts, rows, groups;
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
  Packing(const EnsembleNodes& nodes, const TreeLevels& levels, bool has_flags)
      : nodes_(nodes), levels_{levels.top(), levels.depth() - 1 - levels.top()}, has_flags_(has_flags) {}

  /// False where the trees have more of something than numbers of the tensors count.
  bool run(const std::vector<std::int64_t>& roots, const std::vector<std::uint32_t>& row_of) {
    if (!number_asks()) return false;
    std::vector<PackedGroup> groups;
    for (std::size_t first = 0; first < roots.size();) {
      const std::size_t count = trees_of_group(roots, first);
      if (count == 0) return false;
      groups.push_back(packed_group(nodes_, {roots.data() + first, count}, levels_, row_of));
      tensors.groups.insert(tensors.groups.end(), {static_cast<std::int64_t>(count),
                                                   static_cast<std::int64_t>(groups.back().inner.size()),
                                                   static_cast<std::int64_t>(groups.back().last.size())});
      first += count;
    }
    for (const PackedGroup& group : groups) add(group);
    for (auto* numbers : {&tensors.children, &tensors.lasts})
      if (numbers->empty()) numbers->push_back(0);
    return true;
  }

  parameters::PackedTrees table(parameters::TreeEnsemble of) const {
    parameters::PackedTrees result;
    result.divisor = of.divisor;
    result.levels = static_cast<std::uint8_t>(levels_.top), result.steps = static_cast<std::uint8_t>(levels_.steps);
    result.function = of.function == TreeSum::categories ? TreeSum::plain : of.function;
    return result;
  }

  Tensors tensors;

 private:
  bool number_asks() {
    for (std::size_t n = 0; n < nodes_.size(); ++n)
      if (!nodes_.is_leaf(n)) slots_.try_emplace(ask_of(nodes_.ask(n), has_flags_));
    if (slots_.empty()) slots_.try_emplace(0);
    std::vector<std::int32_t> columns;  // of those whose missing values go right here and left there, both
    for (const auto& [ask, slot] : slots_)
      if ((ask & kMissingLeft) == 0 || !slots_.contains(ask & ~kMissingLeft)) columns.push_back(ask & ~kMissingLeft);
    // Keys of the second half are copies, if nothing is missing: a third more are not dearer.
    const bool has_twins = slots_.size() > columns.size() + columns.size() / 2;
    if (has_twins)
      for (const std::int32_t ask : columns) slots_.try_emplace(ask), slots_.try_emplace(ask | kMissingLeft);
    for (auto& [ask, slot] : slots_) slot = static_cast<std::int64_t>(tensors.asks.size()), tensors.asks.push_back(ask);
    if (has_twins) tensors.asks[0] |= kTwins;
    return slots_.size() <= kMostSlots;
  }

  /// How many trees surely have no more entries together than a group may have: a leaf two, and two that none leads to.
  std::size_t trees_of_group(const std::vector<std::int64_t>& roots, std::size_t first) const {
    std::size_t entries = 2, tree = first;
    for (; tree < roots.size(); ++tree) {
      std::size_t node = static_cast<std::size_t>(roots[tree]);
      for (std::size_t open = 1; open != 0; ++node) {  // a tree's nodes stand together, children behind their parent
        open = nodes_.is_leaf(node) ? open - 1 : open + 1;
        entries += nodes_.is_leaf(node) ? 2 : 1;
      }
      entries += std::size_t{1} << levels_.top;
      if (entries > kMostEntries) break;
    }
    return tree - first;
  }

  void add(const std::vector<PackedEntry>& entries) {
    for (const PackedEntry& entry : entries) {
      const bool asks = entry.node != PackedEntry::kNothing;
      const std::uint32_t threshold = asks ? threshold_of(entry.node) : kAlwaysLeft;
      tensors.thresholds.push_back(static_cast<std::int32_t>(threshold));
      tensors.slots.push_back(asks ? slots_.at(ask_of(nodes_.ask(entry.node), has_flags_)) : 0);
    }
  }

  void add(const PackedGroup& group) {
    add(group.tops), add(group.inner), add(group.last);
    const auto append = [](std::vector<std::int64_t>& to, const std::vector<std::uint32_t>& from) {
      to.insert(to.end(), from.begin(), from.end());
    };
    append(tensors.exits, group.exits), append(tensors.rows, group.rows);
    if (levels_.steps > 1) append(tensors.children, group.children);
    if (levels_.steps > 0) append(tensors.lasts, group.lasts);
  }

  std::uint32_t threshold_of(std::size_t node) const {
    return key_of(std::bit_cast<float>(nodes_.threshold(node)) + 0.0f) + 1;  // -0 as 0
  }

  const EnsembleNodes& nodes_;
  PackedLevels levels_;
  bool has_flags_;
  std::map<std::int32_t, std::int64_t> slots_;  // by ask
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
  const std::int64_t width = graph.type(node.inputs[6]).last();
  std::vector<double> inner;
  for (std::size_t n = 0; n < nodes.size(); ++n)
    if (const auto first = all.begin() + static_cast<std::ptrdiff_t>(n) * width; !nodes.is_leaf(n))
      inner.insert(inner.end(), first, first + width);
  const auto count = std::ssize(inner) / width;
  return graph.add_constant(Array::from({count, width}, std::move(inner)), DataType::float64);
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
  std::vector<std::uint32_t> row_of(leaves.size() / width);
  for (std::size_t row = 0; row < row_of.size(); ++row) row_of[row] = static_cast<std::uint32_t>(rows.number(row));
  Packing packing(nodes, levels, has_flags);
  if (rows.size() > kMostRows || !packing.run(roots, row_of)) return false;

  parameters::PackedTrees table = packing.table(ensemble);
  if (shares) table.function = TreeSum::shares, table.rest = shares->has_rest;
  round_up(rows.values, width, levels.bytes(levels.top()));
  const auto constant = [&](ElementType element, DataType type, const std::vector<std::int64_t>& values,
                            Dimensions shape) {
    return graph.add_constant(Array::of(element, std::move(shape), values), type);
  };
  const auto count = [](const auto& values) { return static_cast<std::int64_t>(values.size()); };
  const Tensors& tensors = packing.tensors;
  std::vector<ValueId> inputs{
      node.inputs[0],
      constant(ElementType::int32, DataType::int32, tensors.asks, {count(tensors.asks)}),
      constant(ElementType::int32, DataType::int32, tensors.thresholds, {count(tensors.thresholds)}),
      constant(ElementType::uint8, DataType::uint8, tensors.slots, {count(tensors.slots)})};
  for (const auto* numbers : {&tensors.exits, &tensors.children, &tensors.lasts, &tensors.rows})
    inputs.push_back(constant(ElementType::int16, DataType::int16, *numbers, {count(*numbers)}));
  inputs.push_back(constant(ElementType::int32, DataType::int32, tensors.groups, {count(tensors.groups) / 3, 3}));
  inputs.push_back(constant(ElementType::int32, DataType::int32, targets, {count(targets)}));
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
