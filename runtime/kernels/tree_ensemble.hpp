#pragma once

#include <cstdint>

namespace nacre {

/// Parameters of tree_ensemble. Nodes are three words: feature, threshold, right child; a leaf has
/// feature -1 and its row of leaves as third word.
struct TreeEnsemble {
  std::uint32_t rows;
  std::uint32_t features;
  std::uint32_t trees;
  std::uint32_t width;    ///< of a leaf
  std::uint32_t outputs;
  float divisor;

  static constexpr std::int32_t kMissingLeft = 1 << 30;  ///< flag in the feature: NaN goes left
};

}  // namespace nacre
