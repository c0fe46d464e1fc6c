#include "tools/trees/tree_levels.hpp"

#include <algorithm>

namespace nacre::tools {
namespace {

constexpr std::size_t kMostTop = 8;

/// What an entry takes (its threshold and its slot), and a number of another entry or of a row.
constexpr std::size_t kEntry = 5, kNumber = 2;

}  // namespace

TreeLevels::TreeLevels(const EnsembleNodes& nodes, const std::vector<std::int64_t>& roots) : trees(roots.size()) {
  std::vector<std::size_t> level(nodes.size());  // children come after their parent; each root is on level 0
  for (std::size_t n = 0; n < nodes.size(); ++n) {
    auto& counts = nodes.is_leaf(n) ? leaves : inner;
    if (counts.size() <= level[n]) counts.resize(level[n] + 1);
    ++counts[level[n]];
    if (!nodes.is_leaf(n)) level[nodes.left(n)] = level[nodes.right(n)] = level[n] + 1;
  }
  inner.resize(std::max<std::size_t>(inner.size(), 1));
  leaves.resize(inner.size() + 1);
}

std::size_t TreeLevels::bytes(std::size_t top) const {
  const std::size_t last = depth() - 1;
  std::size_t with_children = 0, without = inner[last];
  for (std::size_t level = top; level < last; ++level)
    with_children += inner[level] + (level != top ? leaves[level] : 0);
  for (std::size_t level = 0; level <= last; ++level) without += leaves[level];
  const std::size_t children = top + 1 < last ? 2 : 1;
  return (trees << top) * (kEntry + kNumber) + with_children * (kEntry + children * kNumber) +
         without * (kEntry + 2 * kNumber);
}

std::size_t TreeLevels::top() const {
  const std::size_t most = std::min(depth() - 1, kMostTop);
  std::size_t least = bytes(0);
  for (std::size_t top = 1; top <= most; ++top) least = std::min(least, bytes(top));
  std::size_t result = most;
  while (bytes(result) > least + least / 16) --result;
  return result;
}

bool TreeLevels::is_uneven() const {
  std::size_t count = 0, sum = 0;
  for (std::size_t level = 0; level < leaves.size(); ++level) count += leaves[level], sum += level * leaves[level];
  return depth() > 3 * (sum / std::max<std::size_t>(count, 1)) + 8;
}

}  // namespace nacre::tools
