#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tools/graph/graph.hpp"

namespace nacre::tools {

/// A tree as LightGBM stores it. A child below 0 is leaf ~child.
struct LightgbmTree {
  std::vector<std::int64_t> left, right, feature;
  std::vector<double> threshold;  ///< of a split on categories: which of the sets
  std::vector<std::int64_t> decision;
  std::vector<double> leaf_value;
  std::vector<std::int64_t> set_begin;  ///< of each set in `set_words`, and where the last ends
  std::vector<std::uint32_t> set_words;
  bool is_linear = false;
  std::vector<double> leaf_constant;                      ///< of linear leaves
  std::vector<std::vector<std::int64_t>> leaf_features;   ///< by leaf
  std::vector<std::vector<double>> leaf_coefficients;
};

struct LightgbmModel {
  std::string version;              ///< of the format: "v4"
  std::vector<std::string> objective;  ///< its name and its options; empty: one of the user's own
  std::int64_t features = 0, classes = 1, trees_per_round = 1;
  bool averages = false;  ///< random forests
  std::vector<std::string> feature_names;
  std::vector<std::string> feature_infos;  ///< by feature: "[0:1]", of codes "-1:0:3", or "none" of one without use
  std::vector<LightgbmTree> trees;
  std::string pandas_categorical;  ///< JSON; empty or "null" without such

  /// The names that training was given; none where LightGBM made them up: "Column_0".
  std::vector<std::string> given_names() const;
  std::string objective_name() const { return objective.empty() ? "" : objective.front(); }
  /// The number that an option has; `otherwise` where it is not given.
  double option(std::string_view name, double otherwise) const;
  bool has_option(std::string_view name) const;
  /// The first trees; 0: all.
  void keep_rounds(std::int64_t rounds);
};

/// The categories of pandas that training had, by column. Throws Refusal where the text does not say which columns.
std::vector<Categories> lightgbm_categories(const LightgbmModel& model);

/// Reads the text that LightGBM writes. Throws Refusal.
LightgbmModel read_lightgbm_text(std::string_view text);

}  // namespace nacre::tools
