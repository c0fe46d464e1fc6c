#include "tools/trees/packed_tree.hpp"

#include <algorithm>
#include <utility>

namespace nacre::tools {
namespace {

using Answer = PackedTree::Answer;

/// A node in the place of an entry.
struct Placed {
  std::size_t node, entry;
};

/// Two entries side by side, in the order in which the kinds lie.
struct Pair {
  enum class Kind : std::uint8_t { inner, has_leaf, last };
  std::size_t nodes[2];
  Kind kind;
};

class Packer {
 public:
  Packer(const EnsembleNodes& nodes, std::size_t top, std::size_t steps) : nodes_(nodes), top_(top), steps_(steps) {}

  PackedTree run(std::size_t root) {
    tree_.entries.resize(std::size_t{2} << top_);
    tree_.first_child = std::size_t{1} << top_;
    const std::vector<Placed> level = place_top(root);
    if (steps_ == 0) {
      tree_.last = tree_.first_row = tree_.first_child;
      tree_.leaves.resize(2 * (tree_.entries.size() - tree_.first_row), PackedTree::kNothing);
      for (const Placed& placed : level) end_at(placed);
    } else {
      collect_pairs(level);
      place_pairs(level);
    }
    return std::move(tree_);
  }

 private:
  /// The entries whose children follow from their number; a leaf among them is always left, down to the last. What
  /// stands below the top.
  std::vector<Placed> place_top(std::size_t root) {
    std::vector<Placed> level{{root, 1}};
    for (std::size_t depth = 0; depth < top_; ++depth) {
      std::vector<Placed> next;
      for (const auto& [node, entry] : level) {
        if (nodes_.is_leaf(node)) {
          tree_.entries[entry].answer = Answer::left;
          next.push_back({node, 2 * entry});
        } else {
          ask(entry, node);
          next.push_back({nodes_.left(node), 2 * entry});
          next.push_back({nodes_.right(node), 2 * entry + 1});
        }
      }
      level = std::move(next);
    }
    return level;
  }

  /// The pairs below the top, level by level: the children of inner nodes, and leaves of the lowest level of the top
  /// two by two.
  void collect_pairs(const std::vector<Placed>& level) {
    std::vector<std::size_t> inner, early;
    for (const Placed& placed : level) (nodes_.is_leaf(placed.node) ? early : inner).push_back(placed.node);
    if (early.size() % 2 != 0) early.push_back(early.back());
    for (std::size_t i = 0; i < early.size(); i += 2)
      pairs_.push_back({{early[i], early[i + 1]}, steps_ == 1 ? Pair::Kind::last : Pair::Kind::has_leaf});
    for (std::size_t step = 0; step < steps_; ++step) {
      std::vector<std::size_t> next;
      for (const std::size_t node : inner) {
        const std::size_t left = nodes_.left(node), right = nodes_.right(node);
        const bool has_leaf = nodes_.is_leaf(left) || nodes_.is_leaf(right);
        pairs_.push_back({{left, right}, step + 1 == steps_ ? Pair::Kind::last
                                         : has_leaf         ? Pair::Kind::has_leaf
                                                            : Pair::Kind::inner});
        for (const std::size_t child : {left, right})
          if (!nodes_.is_leaf(child)) next.push_back(child);
      }
      inner = std::move(next);
    }
    std::stable_sort(pairs_.begin(), pairs_.end(), [](const Pair& a, const Pair& b) { return a.kind < b.kind; });
  }

  void place_pairs(const std::vector<Placed>& level) {
    const auto first_of = [&](Pair::Kind kind) {
      const auto found = std::ranges::find_if(pairs_, [&](const Pair& pair) { return pair.kind >= kind; });
      return tree_.entries.size() + 2 * static_cast<std::size_t>(found - pairs_.begin());
    };
    tree_.first_row = first_of(Pair::Kind::has_leaf), tree_.last = first_of(Pair::Kind::last);
    std::vector<Placed> below;
    for (const Pair& pair : pairs_)
      for (const std::size_t node : pair.nodes) below.push_back({node, tree_.entries.size() + below.size()});
    tree_.entries.resize(tree_.entries.size() + below.size());
    tree_.leaves.resize(2 * (tree_.entries.size() - tree_.first_row), PackedTree::kNothing);
    const auto [least, most] = std::ranges::minmax(below, {}, &Placed::node);
    std::vector<std::size_t> entry_of(most.node - least.node + 1);
    for (const auto& [node, entry] : below) entry_of[node - least.node] = entry;
    for (const auto* placed : {&level, &std::as_const(below)})
      for (const auto& [node, entry] : *placed) {
        if (entry >= tree_.last) {
          end_at({node, entry});
        } else if (nodes_.is_leaf(node)) {
          stay(node, entry, entry_of[node - least.node]);
        } else {
          ask(entry, node);
          tree_.entries[entry].child = static_cast<std::uint32_t>(entry_of[nodes_.left(node) - least.node] / 2);
        }
      }
  }

  void ask(std::size_t entry, std::size_t node) {
    tree_.entries[entry] = {node, Answer::asks, 0};
  }

  /// A leaf before the last level: its entry leads to the place that the leaf has among the pairs, its own or below.
  void stay(std::size_t leaf, std::size_t entry, std::size_t place) {
    tree_.entries[entry] = {PackedTree::kNothing, place % 2 == 0 ? Answer::left : Answer::right,
                            static_cast<std::uint32_t>(place / 2)};
    if (entry >= tree_.first_row) set_leaves(entry, leaf, leaf);
  }

  void end_at(const Placed& placed) {
    if (nodes_.is_leaf(placed.node)) return set_leaves(placed.entry, placed.node, placed.node);
    ask(placed.entry, placed.node);
    set_leaves(placed.entry, nodes_.left(placed.node), nodes_.right(placed.node));
  }

  void set_leaves(std::size_t entry, std::size_t left, std::size_t right) {
    tree_.leaves[2 * (entry - tree_.first_row)] = left;
    tree_.leaves[2 * (entry - tree_.first_row) + 1] = right;
  }

  const EnsembleNodes& nodes_;
  std::size_t top_, steps_;
  std::vector<Pair> pairs_;
  PackedTree tree_{};
};

}  // namespace

PackedTree packed_tree(const EnsembleNodes& nodes, std::size_t root, std::size_t top, std::size_t steps) {
  return Packer(nodes, top, steps).run(root);
}

}  // namespace nacre::tools
