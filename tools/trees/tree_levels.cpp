#include "tools/trees/tree_levels.hpp"

#include <algorithm>

namespace nacre::tools {
namespace {

constexpr std::size_t kMostTop = 8;

/// What an entry takes: its threshold and its slot.
constexpr std::size_t kEntry = 5, kChild = 1, kRow = 2;

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
  std::size_t entries = trees << (top + 1), children = 0, early = 0;
  for (std::size_t level = top + 1; level <= last; ++level) entries += 2 * inner[level - 1];
  if (top < last) {
    children = (trees << top);
    for (std::size_t level = top + 1; level < last; ++level) children += 2 * inner[level - 1];
    for (std::size_t level = 0; level < last; ++level) early += leaves[level];
    for (std::size_t level = 0; level <= top; ++level) entries += leaves[level];  // which have pairs of their own
  }
  const std::size_t at_last = top < last ? 2 * inner[last - 1] : trees << top;
  return entries * kEntry + children * kChild + 2 * (at_last + early) * kRow;
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
