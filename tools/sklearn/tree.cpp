// Decision trees and the forests made of them.

#include "tools/sklearn/tree.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>

#include "tools/graph/moves.hpp"

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

/// Values of one tree: [nodes, targets, classes of the target that has most].
struct TreeValues {
  std::vector<double> numbers, joined;
  std::size_t width;

  explicit TreeValues(const Value& tree) {
    const Array values = tree.attribute("values").as_array();
    numbers = values.to<double>();
    width = values.shape().empty() || values.shape()[0] == 0
                ? 0
                : values.size() / static_cast<std::size_t>(values.shape()[0]);
  }
  std::span<double> row(std::size_t node) { return std::span(numbers).subspan(node * width, width); }
  /// The classes of each target, one target after the other: counts (before 1.3) and fractions alike,
  /// divided by their sum. What it gives holds until the next call.
  std::span<const double> fractions(std::size_t node, const std::vector<std::size_t>& classes) {
    joined.clear();
    const double* first = numbers.data() + node * width;
    for (const std::size_t count : classes) {
      const double sum = std::accumulate(first, first + count, 0.0);
      for (std::size_t c = 0; c < count; ++c) joined.push_back(first[c] / (sum == 0 ? 1 : sum));
      first += width / classes.size();
    }
    return joined;
  }
  /// The same of a tree that decides alone. The library takes the class that weighs most in float64, which may be by
  /// the last bit: the others before it become smaller in float32 too.
  std::span<const double> decided(std::size_t node, const std::vector<std::size_t>& classes) {
    (void)fractions(node, classes);
    const double* weights = numbers.data() + node * width;
    double* fraction = joined.data();
    for (const std::size_t count : classes) {
      const auto winner = static_cast<std::size_t>(std::max_element(weights, weights + count) - weights);
      const auto largest = static_cast<float>(fraction[winner]);
      for (std::size_t c = 0; c < winner; ++c)
        if (static_cast<float>(fraction[c]) >= largest) fraction[c] = std::nextafter(largest, -1.0f);
      weights += width / classes.size();
      fraction += count;
    }
    return joined;
  }
};

void require_size(const Estimator& estimator, const TreeValues& values, const TreeNodes& nodes, std::size_t width) {
  if (width == 0 || values.width != width || values.numbers.size() != nodes.left.size() * width)
    estimator.refuse("has a tree whose values do not fit its nodes", "save the model again");
}

/// The classes of each target: `classes_` is an array, or a list of arrays where there are several.
std::vector<Array> targets_of(const Estimator& estimator) {
  const Value listed = estimator.value.attribute("classes_");
  const auto outputs = estimator.value.find("n_outputs_");
  if (!outputs || outputs->as_int() <= 1) return {listed.as_array()};
  std::vector<Array> targets;
  for (std::size_t t = 0; t < listed.size(); ++t) targets.push_back(listed.at(t).as_array());
  if (targets.size() != static_cast<std::size_t>(outputs->as_int()))
    estimator.refuse("has classes of another number of targets", "save the model again");
  return targets;
}

/// The mean over the trees of each class' fraction, the classes of one target after those of another.
ValueId mean_fractions(const Estimator& estimator, const std::vector<Array>& targets, ValueId x) {
  std::vector<std::size_t> counts;
  for (const Array& classes : targets) counts.push_back(classes.size());
  const std::size_t most = *std::max_element(counts.begin(), counts.end());
  const std::vector<Value> trees = trees_of(estimator.value);
  const auto width = std::accumulate(counts.begin(), counts.end(), std::int64_t{0});
  Forest forest(estimator.graph.type(x).last(), width, width);
  for (const Value& tree : trees) {
    const TreeNodes nodes = read_tree_nodes(tree);
    TreeValues values(tree);
    require_size(estimator, values, nodes, targets.size() * most);
    forest.add(nodes, 0, [&](std::size_t node) {
      return trees.size() == 1 ? values.decided(node, counts) : values.fractions(node, counts);
    });
  }
  return forest.finish(estimator.graph, x, static_cast<double>(trees.size()), estimator.name);
}

/// predict of several targets: in one row per target the other targets' classes cannot win.
ValueId predict_targets(const Estimator& estimator, const std::vector<Array>& targets, ValueId probabilities) {
  constexpr double kNever = -2;  // below any probability
  Graph& graph = estimator.graph;
  const auto rows = static_cast<std::int64_t>(targets.size()), width = graph.type(probabilities).last();
  std::vector<double> others(targets.size() * static_cast<std::size_t>(width), kNever);
  std::size_t own = 0;
  for (const Array& classes : targets) {
    std::fill_n(others.begin() + static_cast<std::ptrdiff_t>(own), classes.size(), 0.0);
    own += classes.size() + static_cast<std::size_t>(width);
  }
  const ValueId row = add_reshape(graph, probabilities, {1, width}, estimator.name + ".row");
  const ValueId each =
      graph.add(parameters::Binary{}, {row, graph.add_constant({1, rows, width}, others)}, estimator.name + ".targets");
  const ValueId index = graph.add(parameters::ArgMax{}, {each}, estimator.name + ".predict");
  return decode_labels(estimator, join_classes(estimator, targets), index);
}

/// predict_proba of several targets: as many outputs.
std::vector<TargetProbabilities> split_targets(const Estimator& estimator, const std::vector<Array>& targets,
                                               ValueId probabilities) {
  std::vector<TargetProbabilities> result;
  std::int32_t first = 0;
  for (const Array& classes : targets) {
    parameters::Slice slice = slice_of_all({1, static_cast<std::int64_t>(classes.size())});
    slice.begin[1] = first;
    first += slice.size[1];
    const std::string name = estimator.name + ".target_" + std::to_string(result.size());
    result.push_back({estimator.graph.add(slice, {probabilities}, name), label_texts(classes)});
  }
  return result;
}

}  // namespace

TreeNodes read_tree_nodes(const Value& tree) {
  const Value saved = tree.attribute("nodes");
  const NumpyArray& nodes = saved.numpy();
  for (const NumpyType::Field& field : nodes.type->fields)
    if (field.name == "split_kind" || field.name == "left_cat_bitset")
      tree.refuse("is a tree with splits on categories", "encode the categories before training");
  return saved.within([&] {
    TreeNodes result;
    result.left = nodes.numbers<std::int64_t>("left_child");
    result.right = nodes.numbers<std::int64_t>("right_child");
    result.feature = nodes.numbers<std::int64_t>("feature");
    result.threshold = nodes.numbers<double>("threshold");
    if (nodes.type->find("missing_go_to_left") != nullptr)
      result.missing_left = nodes.numbers<std::uint8_t>("missing_go_to_left");
    return result;
  });
}

Predictions predict_tree_classifier(const Estimator& estimator, ValueId x) {
  const std::vector<Array> targets = targets_of(estimator);
  const ValueId probabilities = mean_fractions(estimator, targets, x);
  Predictions result;
  if (targets.size() > 1) {
    result.predict = predict_targets(estimator, targets, probabilities);
    result.targets = split_targets(estimator, targets, probabilities);
    return result;
  }
  result.labels = label_texts(targets[0]);
  result.predict_proba = probabilities;
  const ValueId index = estimator.graph.add(parameters::ArgMax{}, {probabilities}, estimator.name + ".predict");
  result.predict = decode_labels(estimator, targets[0], index);
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
