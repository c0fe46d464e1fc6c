#pragma once

#include <cstdint>
#include <vector>

#include "tools/trees/tree_levels.hpp"

namespace nacre::tools {

/// A tree in the form of packed_trees: the questions of its entries, the first of which stands for none.
struct PackedTree {
  static constexpr std::size_t kNothing = static_cast<std::size_t>(-1);  ///< no node of the ensemble

  enum class Answer : std::uint8_t { asks, left, right };  ///< left, right: always
  struct Entry {
    std::size_t node = kNothing;  ///< whose question it has, if it asks
    Answer answer = Answer::right;
    std::uint32_t child = 0;  ///< the pair that follows, from first_child on and before last
  };

  std::vector<Entry> entries;
  std::size_t first_child;          ///< entries before have theirs where 2 i says
  std::size_t last;                 ///< the first entry of the last level: no child
  std::size_t first_row;            ///< entries from here on may be a walk's last
  std::vector<std::size_t> leaves;  ///< by 2 (entry - first_row) + answer: a leaf of the ensemble, or kNothing
};

/// The tree of which `root` is the root, on `top` levels without stated children and `steps` with them.
PackedTree packed_tree(const EnsembleNodes& nodes, std::size_t root, std::size_t top, std::size_t steps);

}  // namespace nacre::tools
