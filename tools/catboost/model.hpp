#pragma once

#include <array>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tools/common/array.hpp"
#include "tools/trees/forest.hpp"

namespace nacre::tools {

/// A column that CatBoost asks about, as it asks: is float32(x) greater than the border?
struct CatboostFeature {
  std::int64_t column = 0;  ///< of the rows
  std::vector<float> borders;
  bool missing_is_greater = false;  ///< than any border; else it is greater than none
};

/// A tree: the leaves of node n are row leaf_row[n] of the model's values.
struct CatboostTree {
  TreeNodes nodes;
  std::vector<std::int64_t> leaf_row;
};

struct CatboostModel {
  std::int64_t features = 0;  ///< columns of a row
  std::vector<std::string> feature_names;
  /// What CatBoost makes numbers of: "2 columns of categories (city, job)". If anything, the trees are not read, but
  /// counted.
  std::vector<std::string> hashed;
  std::vector<CatboostTree> trees;
  std::int64_t outputs = 1;
  std::vector<double> leaf_values;  ///< [rows, outputs]
  double scale = 1;
  std::vector<double> bias;  ///< one, or one for each output
  std::string loss;          ///< of training: "Logloss"
  Array labels;              ///< of classes; empty of a regressor
  std::string release;       ///< "1.2.10"; empty where the file does not say it
};

/// A .cbm file, or what a pickled model holds. Both throw Refusal.
CatboostModel read_catboost_binary(std::span<const std::byte> bytes);
CatboostModel read_catboost_json(std::string_view text);

// ---- Shared by both forms --------------------------------------------------------------------------

/// A split: greater than a border of a feature.
struct CatboostSplit {
  std::int64_t column;
  float border;
  bool missing_is_greater;
};

/// The tree whose splits[i] decides bit i of the row of its leaf, counted from `first_row`.
CatboostTree oblivious_tree(const std::vector<CatboostSplit>& splits, std::int64_t first_row);
/// Appends a node, a leaf until it is split.
std::size_t append_node(CatboostTree& tree, std::int64_t row);
void split_node(CatboostTree& tree, std::size_t node, const CatboostSplit& split, std::size_t left, std::size_t right);
/// Reads the descriptions of the training that both forms hold in JSON: the loss, and the labels of classes.
void read_catboost_training(const nlohmann::json& parameters, const nlohmann::json& classes, CatboostModel& model);
[[noreturn]] void malformed_catboost(const std::string& what);
/// "2 columns of categories (city, job)", or "2 columns of categories" where not all have names.
std::string describe_columns(const std::string& kind, const std::vector<std::string>& names);

}  // namespace nacre::tools
