#pragma once

#include <cstdint>
#include <vector>

namespace nacre::tools {

/// The nodes of a tree_ensemble, three words each.
struct EnsembleNodes {
  std::vector<std::int32_t> words;

  std::size_t size() const { return words.size() / 3; }
  bool is_leaf(std::size_t node) const { return words[3 * node] < 0; }
  std::int32_t ask(std::size_t node) const { return words[3 * node]; }
  std::int32_t threshold(std::size_t node) const { return words[3 * node + 1]; }
  std::size_t left(std::size_t node) const { return node + 1; }
  std::size_t right(std::size_t node) const { return static_cast<std::size_t>(words[3 * node + 2]); }
  std::size_t row(std::size_t leaf) const { return static_cast<std::size_t>(words[3 * leaf + 2]); }
};

/// How many nodes of all trees lie on each level.
struct TreeLevels {
  TreeLevels(const EnsembleNodes& nodes, const std::vector<std::int64_t>& roots);

  std::size_t depth() const { return inner.size(); }  ///< questions on the longest path
  /// The levels at the top of which the children need not be stated: as many as make the trees hardly larger. Those
  /// below, but for the last, are `depth() - 1 - top()` steps.
  std::size_t top() const;
  /// What the entries of the trees take at most, in bytes: leaves with equal rows may share theirs.
  std::size_t bytes(std::size_t top) const;
  /// Whether leaves lie so unevenly that walking to the deepest would take much longer than to most.
  bool is_uneven() const;

  std::vector<std::size_t> inner, leaves;  ///< by level
  std::size_t trees;
};

}  // namespace nacre::tools
