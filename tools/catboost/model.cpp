#include "tools/catboost/model.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "tools/common/refusal.hpp"

namespace nacre::tools {
namespace {

Array labels_of(const nlohmann::json& names) {
  const Dimensions shape{static_cast<std::int64_t>(names.size())};
  if (names.empty()) return {};
  if (names.front().is_string()) return Array(shape, names.get<std::vector<std::string>>());
  if (names.front().is_boolean()) return Array::of(ElementType::boolean, shape, std::vector<std::uint8_t>{0, 1});
  bool is_real = false;
  for (const auto& name : names) is_real = is_real || name.is_number_float();
  if (is_real) return Array::of(ElementType::float64, shape, names.get<std::vector<double>>());
  return Array::of(ElementType::int64, shape, names.get<std::vector<std::int64_t>>());
}

}  // namespace

std::size_t append_node(CatboostTree& tree, std::int64_t row) {
  tree.nodes.left.push_back(-1);
  tree.nodes.right.push_back(-1);
  tree.nodes.feature.push_back(0);
  tree.nodes.threshold.push_back(0);
  tree.nodes.missing_left.push_back(0);
  tree.leaf_row.push_back(row);
  return tree.leaf_row.size() - 1;
}

void split_node(CatboostTree& tree, std::size_t node, const CatboostSplit& split, std::size_t left, std::size_t right) {
  tree.nodes.left[node] = static_cast<std::int64_t>(left);
  tree.nodes.right[node] = static_cast<std::int64_t>(right);
  tree.nodes.feature[node] = split.column;
  tree.nodes.threshold[node] = split.border;
  tree.nodes.missing_left[node] = !split.missing_is_greater;
}

CatboostTree oblivious_tree(const std::vector<CatboostSplit>& splits, std::int64_t first_row) {
  constexpr std::size_t kDeepest = 16;  // CatBoost's own limit
  if (splits.size() > kDeepest) malformed_catboost("a tree is deeper than 16 levels");
  CatboostTree tree;
  std::vector<std::size_t> level{append_node(tree, first_row)};
  for (std::size_t depth = splits.size(); depth-- > 0;) {  // the last split decides the highest bit
    std::vector<std::size_t> next;
    for (const std::size_t node : level) {
      const std::int64_t row = tree.leaf_row[node];
      const std::size_t left = append_node(tree, row);
      const std::size_t right = append_node(tree, row + (std::int64_t{1} << depth));
      split_node(tree, node, splits[depth], left, right);
      next.insert(next.end(), {left, right});
    }
    level = std::move(next);
  }
  return tree;
}

void read_catboost_training(const nlohmann::json& parameters, const nlohmann::json& classes, CatboostModel& model) {
  const auto loss = parameters.find("loss_function");
  if (loss != parameters.end()) model.loss = loss->value("type", "");
  if (classes.is_object()) model.labels = labels_of(classes.value("class_names", nlohmann::json::array()));
}

void malformed_catboost(const std::string& what) {
  throw Refusal("", what, "the file is damaged or forged: save the model again");
}

std::string describe_columns(const std::string& kind, const std::vector<std::string>& names) {
  const std::string count = fmt::format("{} {} of {}", names.size(), names.size() == 1 ? "column" : "columns", kind);
  const bool has_names = std::ranges::none_of(names, &std::string::empty);
  return has_names && !names.empty() ? fmt::format("{} ({})", count, fmt::join(names, ", ")) : count;
}

}  // namespace nacre::tools
