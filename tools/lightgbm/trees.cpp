#include "tools/lightgbm/trees.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <span>

#include "tools/common/refusal.hpp"
#include "tools/lightgbm/graph.hpp"

namespace nacre::tools {
namespace {

using F = MapFunction;
using O = Operand::Kind;

[[noreturn]] void malformed(const char* what) {
  throw Refusal("", what, "the file is damaged or forged: save the model again");
}

enum Missing : std::int64_t { kNone = 0, kZero = 1, kNan = 2 };

/// The set of a split on categories. A code's fraction is cut off, also between -1 and 0.
CategorySet set_of(const LightgbmTree& tree, std::size_t split) {
  const double number = tree.threshold[split];
  const auto sets = static_cast<std::int64_t>(tree.set_begin.size()) - 1;
  if (!(number >= 0 && number < static_cast<double>(std::max<std::int64_t>(sets, 0))))
    malformed("a tree asks for categories that it has not");
  const auto i = static_cast<std::size_t>(number);
  const std::int64_t begin = tree.set_begin[i], end = tree.set_begin[i + 1];
  if (begin < 0 || end < begin || end > static_cast<std::int64_t>(tree.set_words.size()))
    malformed("the categories of a tree do not fit its splits");
  return {-1, {tree.set_words.begin() + begin, tree.set_words.begin() + end}};
}

/// The threshold for numbers as they are: LightGBM takes those of at most 1e-35f in magnitude for 0 before it asks.
double around_zero(double threshold) {
  constexpr double kZero = 1e-35f;
  if (!(std::abs(threshold) <= kZero)) return threshold;
  return threshold >= 0 ? kZero : std::nextafter(-kZero, -1.0);
}

void add_split(const LightgbmTree& tree, std::size_t split, TreeNodes& nodes) {
  const std::int64_t decision = tree.decision.empty() ? 0 : tree.decision[split];
  const std::int64_t missing = decision >> 2 & 3;
  const bool default_left = (decision & 2) != 0;
  nodes.threshold.push_back(around_zero(tree.threshold[split]));
  if ((decision & 1) != 0) {
    nodes.set.push_back(static_cast<std::int32_t>(nodes.sets.size()));
    nodes.sets.push_back(set_of(tree, split));
    nodes.missing_left.push_back(0);
    nodes.zero_missing.push_back(0);
    return;
  }
  nodes.set.push_back(-1);
  // A missing value where training met none counts as 0.
  nodes.missing_left.push_back(missing == kNone ? 0 <= tree.threshold[split] : default_left);
  nodes.zero_missing.push_back(missing == kZero);
}

/// The leaves of linear trees: a constant and a coefficient for each of the columns that any leaf asks for.
class LinearLeaves {
 public:
  explicit LinearLeaves(const LightgbmModel& model) {
    for (const LightgbmTree& tree : model.trees)
      for (const auto& features : tree.leaf_features)
        for (const std::int64_t feature : features) {
          if (feature < 0 || feature >= model.features) malformed("a leaf asks for a feature that does not exist");
          columns_.push_back(feature);
        }
    std::sort(columns_.begin(), columns_.end());
    columns_.erase(std::unique(columns_.begin(), columns_.end()), columns_.end());
  }

  const std::vector<std::int64_t>& columns() const { return columns_; }
  std::int64_t width() const { return static_cast<std::int64_t>(columns_.size()) + 1; }

  /// A tree whose leaves first ask whether what they need is there, and the values of its leaves by node.
  std::pair<TreeNodes, std::vector<std::vector<double>>> nodes(const LightgbmTree& tree) const {
    TreeNodes nodes = lightgbm_nodes(tree);
    std::vector<std::vector<double>> values(nodes.left.size());
    for (std::size_t leaf = 0; leaf < tree.leaf_value.size(); ++leaf) {
      std::size_t node = tree.left.size() + leaf;
      if (tree.is_linear)
        for (const std::int64_t feature : tree.leaf_features[leaf]) {
          const std::size_t otherwise = append_leaf(nodes), next = append_leaf(nodes);
          values.resize(nodes.left.size());
          values[otherwise] = constant(tree.leaf_value[leaf]);
          nodes.left[node] = static_cast<std::int64_t>(next);
          nodes.right[node] = static_cast<std::int64_t>(otherwise);
          nodes.feature[node] = feature;
          nodes.threshold[node] = std::numeric_limits<double>::infinity();  // all but a missing value go left
          node = next;
        }
      values[node] = tree.is_linear ? linear(tree, leaf) : constant(tree.leaf_value[leaf]);
    }
    return {std::move(nodes), std::move(values)};
  }

 private:
  static std::size_t append_leaf(TreeNodes& nodes) {
    nodes.left.push_back(-1);
    nodes.right.push_back(-1);
    nodes.feature.push_back(0);
    nodes.threshold.push_back(0);
    nodes.missing_left.push_back(0);
    nodes.zero_missing.push_back(0);
    nodes.set.push_back(-1);
    return nodes.left.size() - 1;
  }
  std::vector<double> constant(double value) const {
    std::vector<double> result(columns_.size() + 1);
    result[0] = value;
    return result;
  }
  std::vector<double> linear(const LightgbmTree& tree, std::size_t leaf) const {
    std::vector<double> result = constant(tree.leaf_constant[leaf]);
    const auto &features = tree.leaf_features[leaf];
    const auto& coefficients = tree.leaf_coefficients[leaf];
    if (features.size() != coefficients.size()) malformed("a leaf has another number of coefficients than of features");
    for (std::size_t i = 0; i < features.size(); ++i) {
      const auto column = std::lower_bound(columns_.begin(), columns_.end(), features[i]) - columns_.begin();
      result[static_cast<std::size_t>(column) + 1] += coefficients[i];
    }
    return result;
  }

  std::vector<std::int64_t> columns_;
};

bool has_linear_leaves(const LightgbmModel& model) {
  return std::ranges::any_of(model.trees, [](const LightgbmTree& tree) {
    return std::ranges::any_of(tree.leaf_features, [](const auto& features) { return !features.empty(); });
  });
}

/// Sums of constants and coefficients, then products with the columns.
ValueId add_linear_trees(Graph& graph, ValueId x, const LightgbmModel& model, double divisor, const std::string& name) {
  const LinearLeaves leaves(model);
  const std::int64_t outputs = model.trees_per_round, width = leaves.width();
  Forest forest(model.features, width, outputs * width, TreeArithmetic::float64);
  for (std::size_t t = 0; t < model.trees.size(); ++t) {
    const auto [nodes, values] = leaves.nodes(model.trees[t]);
    forest.add(nodes, static_cast<std::int64_t>(t) % outputs * width,
               [&values = values](std::size_t node) -> const std::vector<double>& { return values[node]; });
  }
  const ValueId sums = forest.finish(graph, x, divisor, name);
  parameters::Concatenate join;
  join.axis = 1;
  const ValueId columns = add_selection(graph, x, leaves.columns(), name + ".columns");
  const ValueId one = graph.add_constant({1, 1}, {1});
  const ValueId terms = graph.add(join, {one, columns}, name + ".constant");
  const ValueId row = add_reshape(graph, terms, {1, width}, name + ".row");
  const ValueId matrix = add_reshape(graph, sums, {outputs, width}, name + ".matrix");
  Program known, product;
  const Operand nan = known.literal(std::numeric_limits<double>::quiet_NaN(), DataType::float32),
                zero = known.literal(0, DataType::float32);
  known.then(F::impute, DataType::float32, {{O::input, 0}, nan, zero});
  parameters::Cast widen;
  widen.type = DataType::float64;
  const ValueId wide = graph.add(widen, {graph.add_map(std::move(known), {row}, name + ".known")}, name + ".float64");
  product.then(F::multiply, DataType::float64, {{O::input, 0}, {O::input, 1}});
  const ValueId products = graph.add_map(std::move(product), {matrix, wide}, name + ".products");
  parameters::Reduce sum;
  sum.function = ReduceFunction::sum;
  sum.axes = 1 << 2;
  return graph.add(sum, {products}, name + ".sum");
}

}  // namespace

void require_bounded_leaves(const LightgbmModel& model) {
  if (!has_linear_leaves(model)) return;
  constexpr std::size_t kMostNumbers = std::size_t{1} << 26;
  auto rows = static_cast<std::size_t>(model.trees_per_round);
  for (const LightgbmTree& tree : model.trees) {
    rows += tree.leaf_value.size();
    for (const auto& features : tree.leaf_features) rows += features.size();
  }
  if (rows > kMostNumbers / static_cast<std::size_t>(LinearLeaves(model).width()))
    throw Refusal("", "has more linear leaves of more features than a device could hold",
                  "train fewer or smaller trees");
}

TreeNodes lightgbm_nodes(const LightgbmTree& tree) {
  const auto splits = static_cast<std::int64_t>(tree.left.size()), leaves = splits + 1;
  TreeNodes nodes;
  const auto child = [&](std::int64_t number) {
    if (number >= splits || number < -leaves) malformed("a tree has a child that does not exist");
    return number >= 0 ? number : splits + ~number;
  };
  for (std::size_t n = 0; n < tree.left.size(); ++n) {
    nodes.left.push_back(child(tree.left[n]));
    nodes.right.push_back(child(tree.right[n]));
    nodes.feature.push_back(tree.feature[n]);
    add_split(tree, n, nodes);
  }
  const auto all = static_cast<std::size_t>(splits + leaves);
  nodes.left.resize(all, -1);
  nodes.right.resize(all, -1);
  nodes.feature.resize(all);
  nodes.threshold.resize(all);
  nodes.missing_left.resize(all);
  nodes.zero_missing.resize(all);
  nodes.set.resize(all, -1);
  return nodes;
}

ValueId add_lightgbm_scores(Graph& graph, ValueId x, const LightgbmModel& model, const std::string& name) {
  const std::int64_t outputs = model.trees_per_round;
  const double rounds = static_cast<double>(model.trees.size()) / static_cast<double>(outputs);
  const double divisor = model.averages ? std::max(rounds, 1.0) : 1;
  if (has_linear_leaves(model)) return add_linear_trees(graph, x, model, divisor, name);
  Forest forest(model.features, 1, outputs, TreeArithmetic::float64);
  for (std::size_t t = 0; t < model.trees.size(); ++t) {
    const LightgbmTree& tree = model.trees[t];
    const std::size_t splits = tree.left.size();
    forest.add(lightgbm_nodes(tree), static_cast<std::int64_t>(t) % outputs, [&](std::size_t node) {
      return std::array{(tree.is_linear ? tree.leaf_constant : tree.leaf_value)[node - splits]};
    });
  }
  if (model.trees.empty()) forest.add({{-1}, {-1}, {0}, {0}, {}}, 0, [](std::size_t) { return std::array{0.0}; });
  return forest.finish(graph, x, divisor, name);
}

}  // namespace nacre::tools
