// TreeEnsembleRegressor and TreeEnsembleClassifier: base values are added last.

#include <fmt/format.h>

#include <map>
#include <set>

#include "tools/onnx/trees.hpp"

namespace nacre::tools {
namespace {

using F = MapFunction;
using Integers = std::vector<std::int64_t>;

using Branch = OnnxBranch;

Branch branch_named(const OnnxCall& call, const std::string& mode) {
  if (mode == "LEAF") return Branch::leaf;
  if (mode == "BRANCH_LEQ") return Branch::at_most;
  if (mode == "BRANCH_LT") return Branch::below;
  if (mode == "BRANCH_GTE") return Branch::at_least;
  if (mode == "BRANCH_GT") return Branch::above;
  if (mode == "BRANCH_EQ") return Branch::equal;
  if (mode == "BRANCH_NEQ") return Branch::unequal;
  call.refuse("has nodes of the mode " + mode);
}

std::vector<float> reals_of(const OnnxCall& call, const char* name, const char* as_tensor) {
  if (call.has_attribute(as_tensor))
    call.refuse(fmt::format("has {}: thresholds of float64", as_tensor),
                "export the model with a FloatTensorType input");
  return call.reals(name).value_or(std::vector<float>());
}

/// The trees in the order in which they begin, each with its root first.
std::vector<OnnxTree> trees_of(const OnnxCall& call, const char* prefix) {
  const Integers ids = call.integers("nodes_treeids").value_or(Integers()),
                 numbers = call.integers("nodes_nodeids").value_or(Integers()),
                 features = call.integers("nodes_featureids").value_or(Integers()),
                 if_true = call.integers("nodes_truenodeids").value_or(Integers()),
                 if_false = call.integers("nodes_falsenodeids").value_or(Integers()),
                 missing = call.integers("nodes_missing_value_tracks_true").value_or(Integers());
  const auto modes = call.texts("nodes_modes").value_or(std::vector<std::string>());
  const std::vector<float> values = reals_of(call, "nodes_values", "nodes_values_as_tensor");
  (void)call.reals("nodes_hitrates");
  for (const std::size_t size : {numbers.size(), features.size(), if_true.size(), if_false.size(), modes.size(),
                                 values.size()})
    if (size != ids.size()) call.refuse("has lists of nodes of different lengths");
  std::map<std::int64_t, std::size_t> tree_places;
  std::map<std::pair<std::int64_t, std::int64_t>, std::int64_t> places;
  std::vector<OnnxTree> trees;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const auto [tree, is_new] = tree_places.try_emplace(ids[i], trees.size());
    if (is_new) trees.emplace_back();
    if (!places.try_emplace({ids[i], numbers[i]}, std::ssize(trees[tree->second])).second)
      call.refuse(fmt::format("has node {} of tree {} twice", numbers[i], ids[i]));
    trees[tree->second].emplace_back();
  }
  const auto place_of = [&](std::int64_t tree, std::int64_t number) {
    const auto found = places.find({tree, number});
    if (found == places.end()) call.refuse(fmt::format("lacks node {} of tree {}", number, tree));
    return found->second;
  };
  std::map<std::int64_t, std::size_t> seen;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    OnnxTreeNode& node = trees[tree_places[ids[i]]][seen[ids[i]]++];
    node.branch = branch_named(call, modes[i]);
    node.feature = features[i], node.values = {values[i]};
    node.missing_is_true = !missing.empty() && missing.at(i) != 0;
    if (node.branch == Branch::leaf) continue;
    node.if_true = place_of(ids[i], if_true[i]), node.if_false = place_of(ids[i], if_false[i]);
  }
  const std::string p(prefix);
  const Integers of_tree = call.integers(p + "_treeids").value_or(Integers()),
                 of_node = call.integers(p + "_nodeids").value_or(Integers()),
                 targets = call.integers(p + "_ids").value_or(Integers());
  const std::vector<float> weights =
      reals_of(call, (p + "_weights").c_str(), (p + "_weights_as_tensor").c_str());
  if (of_node.size() != of_tree.size() || targets.size() != of_tree.size() || weights.size() != of_tree.size())
    call.refuse("has lists of leaves of different lengths");
  for (std::size_t i = 0; i < of_tree.size(); ++i) {
    const std::int64_t place = place_of(of_tree[i], of_node[i]);
    trees[tree_places[of_tree[i]]][static_cast<std::size_t>(place)].weights.emplace_back(targets[i], weights[i]);
  }
  if (trees.empty()) call.refuse("has no trees");
  return trees;
}

ValueId with_base(const OnnxCall& call, ValueId sums, const std::vector<float>& base) {
  if (base.empty()) return sums;
  const std::vector<double> numbers(base.begin(), base.end());
  return apply(call, F::add, {sums, real_constant(call, {std::ssize(base)}, numbers, DataType::float32)});
}

OnnxAggregate aggregate_of(const OnnxCall& call) {
  const std::string name = call.text("aggregate_function", "SUM");
  if (name == "SUM") return OnnxAggregate::sum;
  if (name == "AVERAGE") return OnnxAggregate::average;
  if (name == "MIN") return OnnxAggregate::minimum;
  if (name == "MAX") return OnnxAggregate::maximum;
  call.refuse("has the aggregate_function " + name);
}

void import_tree_regressor(const OnnxCall& call) {
  const std::vector<OnnxTree> trees = trees_of(call, "target");
  const std::vector<float> base = reals_of(call, "base_values", "base_values_as_tensor");
  const std::int64_t targets = call.integer("n_targets", 1);
  if (!base.empty() && std::ssize(base) != targets) call.refuse("has base values for another number of targets");
  const ValueId sums = aggregated_trees(call, ml_rows(call), trees, targets, aggregate_of(call));
  call.define(ml_transformed(call, with_base(call, sums, base), ml_transform_of(call)), OnnxType::float32);
}

/// Scores of one class are those of two: by complement where all weights are positive, else by sign.
void define_binary(const OnnxCall& call, const MlLabels& labels, ValueId score, bool are_positive,
                   const std::string& transform) {
  call.define(ml_decoded(call, labels, ml_above(call, score, are_positive ? 0.5 : 0)), labels.type, 0);
  const ValueId other = are_positive ? from_number(call, 1, score) : apply(call, F::negative, {score});
  ValueId both = concatenated(call, {other, score}, 1);
  if (!are_positive && transform == "LOGISTIC") both = apply(call, F::sigmoid, {both});
  if (transform == "SOFTMAX") call.refuse("has the post_transform SOFTMAX with one score for two classes");
  call.define(both, OnnxType::float32, 1);
}

void import_tree_classifier(const OnnxCall& call) {
  const std::vector<OnnxTree> trees = trees_of(call, "class");
  const MlLabels labels = ml_labels(call, "classlabels_strings", "classlabels_int64s");
  const std::vector<float> base = reals_of(call, "base_values", "base_values_as_tensor");
  const std::string transform = ml_transform_of(call);
  const auto classes = static_cast<std::int64_t>(labels.labels.size());
  std::set<std::int64_t> targets;
  bool are_positive = true;
  for (const OnnxTree& tree : trees)
    for (const OnnxTreeNode& node : tree)
      for (const auto& [target, weight] : node.weights)
        targets.insert(target), are_positive = are_positive && weight >= 0;
  const ValueId x = ml_rows(call);
  if (classes == 2 && targets.size() == 1) {
    if (base.size() > 1) call.refuse("has two base values for the one score of two classes");
    std::vector<OnnxTree> own = trees;  // of the first column, whichever class they name
    for (OnnxTree& tree : own)
      for (OnnxTreeNode& node : tree)
        for (auto& [target, weight] : node.weights) target = 0;
    const ValueId score = with_base(call, aggregated_trees(call, x, own, 1, OnnxAggregate::sum), base);
    return define_binary(call, labels, score, are_positive, transform);
  }
  if (classes == 2)
    call.refuse("adds to both scores of two classes, for which ONNX and its runtimes name different labels",
                "export the model with one score");
  if (!base.empty() && std::ssize(base) != classes) call.refuse("has base values for another number of classes");
  const ValueId scores = with_base(call, aggregated_trees(call, x, trees, classes, OnnxAggregate::sum), base);
  call.define(ml_decoded(call, labels, ml_largest(call, scores)), labels.type, 0);
  call.define(ml_transformed(call, scores, transform), OnnxType::float32, 1);
}

}  // namespace

std::vector<OnnxOperator> onnx_ml_tree_operators() {
  return {
      {"TreeEnsembleRegressor", 1, import_tree_regressor, nullptr, 0, kOnnxMl},
      {"TreeEnsembleClassifier", 1, import_tree_classifier, nullptr, 0, kOnnxMl},
  };
}

}  // namespace nacre::tools
