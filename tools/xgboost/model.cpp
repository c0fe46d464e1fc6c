#include "tools/xgboost/model.hpp"

#include <algorithm>

namespace nacre::tools {

void XgboostModel::keep_rounds(std::int64_t rounds_kept) {
  if (rounds_kept <= 0 || is_linear) return;
  const auto kept = static_cast<std::size_t>(rounds_kept);
  if (!rounds.empty()) return kept < rounds.size() ? keep_trees(rounds[kept]) : void();
  const std::int64_t in_each = (leaf_width > 1 ? 1 : outputs()) * std::max<std::int64_t>(parallel_trees, 1);
  if (rounds_kept < static_cast<std::int64_t>(trees.size()) / in_each) keep_trees(rounds_kept * in_each);
}

void XgboostModel::keep_trees(std::int64_t count) {
  if (count <= 0 || count >= static_cast<std::int64_t>(trees.size())) return;
  const auto kept = static_cast<std::size_t>(count);
  trees.resize(kept);
  groups.resize(kept);
  if (!weight_drop.empty()) weight_drop.resize(kept);
}

}  // namespace nacre::tools
