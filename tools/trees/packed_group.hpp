#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "tools/trees/tree_levels.hpp"

namespace nacre::tools {

/// A question, or one that is answered in advance.
struct PackedEntry {
  static constexpr std::size_t kNothing = static_cast<std::size_t>(-1);  ///< always left
  std::size_t node = kNothing;  ///< an inner node of the ensemble
};

/// Trees of packed_trees that share entries. Numbers of entries are as the file has them.
struct PackedGroup {
  std::vector<PackedEntry> tops;  ///< the complete levels, one after the other, of each all trees
  std::vector<std::uint32_t> exits;
  std::vector<PackedEntry> inner, last;         ///< entries with children, and without
  std::vector<std::uint32_t> children, lasts;   ///< of `inner`
  std::vector<std::uint32_t> rows;              ///< two of each of `last`
};

/// The levels of a packed ensemble.
struct PackedLevels {
  std::size_t top, steps;
};

/// The trees with these roots as a group. `row_of` has the number of each row of leaves; rows with equal numbers share
/// entries.
PackedGroup packed_group(const EnsembleNodes& nodes, std::span<const std::int64_t> roots, PackedLevels levels,
                         const std::vector<std::uint32_t>& row_of);

}  // namespace nacre::tools
