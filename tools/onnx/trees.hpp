#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "tools/onnx/ml.hpp"

namespace nacre::tools {

// Ensembles of trees of ai.onnx.ml, as all their forms have them: with the answers of ONNX Runtime, float32 sums in the
// order of the trees.

enum class OnnxBranch : std::uint8_t { leaf, at_most, below, at_least, above, equal, unequal };

/// A node as ONNX has it. Weights are those of a leaf, by target.
struct OnnxTreeNode {
  OnnxBranch branch = OnnxBranch::leaf;
  std::int64_t feature = 0, if_true = -1, if_false = -1;  ///< the children by their places in the tree
  std::vector<float> values = {};  ///< what x is compared with: one, or several of which it may be equal to one
  bool missing_is_true = false;
  std::vector<std::pair<std::int64_t, float>> weights = {};
};

/// Its root first.
using OnnxTree = std::vector<OnnxTreeNode>;

enum class OnnxAggregate : std::uint8_t { average, sum, minimum, maximum };

/// What all trees say together, [batch, targets].
ValueId aggregated_trees(const OnnxCall& call, ValueId x, const std::vector<OnnxTree>& trees, std::int64_t targets,
                         OnnxAggregate aggregate);

}  // namespace nacre::tools
