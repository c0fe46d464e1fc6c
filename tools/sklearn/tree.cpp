// Decision trees and the forests made of them.

#include <span>

#include "tools/sklearn/tree.hpp"

namespace nacre::tools {
namespace {

/// The trees of a forest, or the one of a tree.
std::vector<Value> trees_of(const Value& model) {
  std::vector<Value> trees;
  if (const auto members = model.find("estimators_"))
    for (std::size_t i = 0; i < members->size(); ++i) trees.push_back(members->at(i).attribute("tree_"));
  else
    trees.push_back(model.attribute("tree_"));
  return trees;
}

/// Values of one tree: [nodes, outputs, classes].
struct TreeValues {
  std::vector<double> numbers;
  std::size_t width;

  explicit TreeValues(const Value& tree) {
    const Array values = tree.attribute("values").as_array();
    numbers = values.to<double>();
    width = values.shape().empty() || values.shape()[0] == 0 ? 0 : values.size() / static_cast<std::size_t>(values.shape()[0]);
  }
  std::span<double> row(std::size_t node) { return std::span(numbers).subspan(node * width, width); }
  /// Counts (before 1.3) and fractions alike, divided by their sum: once for each node.
  std::span<double> fractions(std::size_t node) {
    const std::span<double> result = row(node);
    double sum = 0;
    for (const double value : result) sum += value;
    for (double& value : result) value /= sum == 0 ? 1 : sum;
    return result;
  }
};

void require_size(const Estimator& estimator, const TreeValues& values, const TreeNodes& nodes, std::size_t width) {
  if (width == 0 || values.width != width || values.numbers.size() != nodes.left.size() * width)
    estimator.refuse("has a tree whose values do not fit its nodes", "save the model again");
}

}  // namespace

TreeNodes read_tree_nodes(const Value& tree) {
  const NumpyArray& nodes = tree.attribute("nodes").numpy();
  for (const NumpyType::Field& field : nodes.type->fields)
    if (field.name == "split_kind" || field.name == "left_cat_bitset")
      tree.refuse("is a tree with splits on categories", "encode the categories before training");
  TreeNodes result;
  result.left = nodes.numbers<std::int64_t>("left_child");
  result.right = nodes.numbers<std::int64_t>("right_child");
  result.feature = nodes.numbers<std::int64_t>("feature");
  result.threshold = nodes.numbers<double>("threshold");
  if (nodes.type->find("missing_go_to_left") != nullptr) result.missing_left = nodes.numbers<std::uint8_t>("missing_go_to_left");
  return result;
}

Predictions predict_tree_classifier(const Estimator& estimator, ValueId x) {
  const Value listed = estimator.value.attribute("classes_");
  if (estimator.value.has("n_outputs_") && estimator.value.attribute("n_outputs_").as_int() > 1)
    estimator.refuse("predicts several outputs", "train one classifier per output");
  const Array classes = listed.as_array();
  const auto count = static_cast<std::int64_t>(classes.size());
  const std::vector<Value> trees = trees_of(estimator.value);
  Forest forest(estimator.graph.type(x).last(), count, count);
  for (const Value& tree : trees) {
    const TreeNodes nodes = read_tree_nodes(tree);
    TreeValues values(tree);
    require_size(estimator, values, nodes, classes.size());
    forest.add(nodes, 0, [&](std::size_t node) { return values.fractions(node); });
  }
  Predictions result;
  result.labels = label_texts(classes);
  result.predict_proba = forest.finish(estimator.graph, x, static_cast<double>(trees.size()), estimator.name);
  const ValueId index = estimator.graph.add(schema::ArgMaxT{}, {*result.predict_proba}, estimator.name + ".predict");
  result.predict = decode_labels(estimator, classes, index);
  return result;
}

Predictions predict_tree_regressor(const Estimator& estimator, ValueId x) {
  const std::vector<Value> trees = trees_of(estimator.value);
  if (trees.empty()) estimator.refuse("holds no trees", "save the model after it has been fitted");
  const std::size_t outputs = TreeValues(trees[0]).width;
  Forest forest(estimator.graph.type(x).last(), static_cast<std::int64_t>(outputs), static_cast<std::int64_t>(outputs));
  for (const Value& tree : trees) {
    const TreeNodes nodes = read_tree_nodes(tree);
    TreeValues values(tree);
    require_size(estimator, values, nodes, outputs);
    forest.add(nodes, 0, [&](std::size_t node) { return values.row(node); });
  }
  const ValueId y = forest.finish(estimator.graph, x, static_cast<double>(trees.size()), estimator.name);
  return {outputs == 1 ? as_vector(estimator, y) : y, {}, {}, {}};
}

}  // namespace nacre::tools
