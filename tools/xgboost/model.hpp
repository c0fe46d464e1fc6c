#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "tools/graph/graph.hpp"

namespace nacre::tools {

/// A tree as XGBoost stores it: x < condition goes left, whatever a category's set has goes right.
struct XgboostTree {
  std::vector<std::int64_t> left, right;     ///< children; -1: a leaf
  std::vector<std::int64_t> feature;
  std::vector<float> condition;              ///< of a leaf of one value: the value
  std::vector<std::uint8_t> default_left;
  std::vector<std::int32_t> set = {};        ///< by node, index in `sets`; -1: none; empty: no node has one
  std::vector<std::vector<std::int64_t>> sets = {};  ///< codes
  std::vector<float> leaf_values = {};       ///< [rows, width] of a tree with vectors in its leaves
  std::vector<std::int64_t> leaf_row = {};   ///< of such a tree, by node
};

/// What a saved booster says, in whatever form it was saved.
struct XgboostModel {
  std::array<int, 2> version{};  ///< 0.0 where the file does not say it: before 1.0
  std::string objective;
  std::string booster = "gbtree";  ///< gbtree, dart, gblinear, or one that is not known, of which nothing more is read
  std::int64_t features = 0, classes = 0, targets = 1;
  std::vector<float> base_score;  ///< one, or one per output
  bool base_is_margin = false;    ///< the files of before 1.0 hold what the objective made of it

  bool is_linear = false;
  std::vector<float> weights;  ///< of gblinear: [features + 1, outputs]; the last row is the bias

  std::vector<XgboostTree> trees;
  std::vector<std::int64_t> groups;        ///< by tree, the output that it adds to
  std::vector<float> weight_drop;          ///< by tree, of dart; empty: 1
  std::int64_t leaf_width = 1;
  std::int64_t parallel_trees = 1;
  std::vector<std::int64_t> rounds;        ///< where the trees of each round begin; empty: as many in each

  std::int64_t best_iteration = -1;  ///< -1: training did not stop early
  std::vector<std::string> feature_names;
  std::vector<Categories> categories;  ///< of columns that training had as categories of pandas

  std::int64_t outputs() const { return classes > 1 ? classes : targets > 1 ? targets : 1; }
  /// The first trees: those of `rounds_kept` rounds, or all where it is 0.
  void keep_rounds(std::int64_t rounds_kept);
  void keep_trees(std::int64_t count);
};

}  // namespace nacre::tools
