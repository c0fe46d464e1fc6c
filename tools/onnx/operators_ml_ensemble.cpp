// TreeEnsemble, of operator set 5 of ai.onnx.ml: regression, whose trees may ask whether x is one of several values: as
// ONNX says, whole or not. (ONNX Runtime 1.32 takes whole ones alone, and cuts x off before some lists.)

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "tools/onnx/trees.hpp"

namespace nacre::tools {
namespace {

using Integers = std::vector<std::int64_t>;

enum class Mode : std::uint8_t { at_most, below, at_least, above, equal, unequal, member };

/// The lists of the node: of its inner nodes, of its leaves, and of the values of its sets.
struct EnsembleLists {
  Integers roots, features, if_true, if_false, true_leaves, false_leaves, missing, leaf_targets;
  std::vector<float> thresholds, leaf_weights;
  std::vector<Mode> modes;
  std::vector<std::vector<float>> sets;  ///< by node; ascending
};

Integers required(const OnnxCall& call, const char* name) {
  auto numbers = call.integers(name);
  if (!numbers) call.refuse(fmt::format("lacks {}", name));
  return *numbers;
}

std::vector<float> reals_in(const OnnxCall& call, const char* name) {
  const auto tensor = call.tensor(name);
  if (!tensor) return {};
  if (tensor->type() != ElementType::float32)
    call.refuse(fmt::format("has {} of another type than float32", name), "export the model with float32 thresholds");
  return tensor->to<float>();
}

std::vector<Mode> modes_of(const OnnxCall& call) {
  const auto tensor = call.tensor("nodes_modes");
  if (!tensor) call.refuse("lacks nodes_modes");
  std::vector<Mode> modes;
  for (const std::int64_t mode : tensor->to<std::int64_t>()) {
    if (mode < 0 || mode > static_cast<std::int64_t>(Mode::member))
      call.refuse(fmt::format("has nodes of the mode {}", mode));
    modes.push_back(static_cast<Mode>(mode));
  }
  return modes;
}

/// The values of one node after the other, each list ended by NaN; the last one may do without.
std::vector<std::vector<float>> sets_of(const OnnxCall& call, const std::vector<Mode>& modes) {
  const std::vector<float> values = reals_in(call, "membership_values");
  std::vector<std::vector<float>> sets(modes.size());
  std::size_t at = 0;
  for (std::size_t i = 0; i < modes.size(); ++i) {
    if (modes[i] != Mode::member) continue;
    if (at >= values.size()) call.refuse("has fewer lists of membership_values than nodes that ask for one");
    for (; at < values.size() && !std::isnan(values[at]); ++at) sets[i].push_back(values[at]);
    ++at;
    std::ranges::sort(sets[i]);
    sets[i].erase(std::unique(sets[i].begin(), sets[i].end()), sets[i].end());
  }
  if (at < values.size()) call.refuse("has more lists of membership_values than nodes that ask for one");
  return sets;
}

EnsembleLists lists_of(const OnnxCall& call) {
  EnsembleLists lists;
  lists.roots = required(call, "tree_roots"), lists.features = required(call, "nodes_featureids");
  lists.if_true = required(call, "nodes_truenodeids"), lists.if_false = required(call, "nodes_falsenodeids");
  lists.true_leaves = required(call, "nodes_trueleafs"), lists.false_leaves = required(call, "nodes_falseleafs");
  lists.missing = call.integers("nodes_missing_value_tracks_true").value_or(Integers(lists.features.size()));
  lists.thresholds = reals_in(call, "nodes_splits");
  (void)call.tensor("nodes_hitrates");
  lists.modes = modes_of(call);
  for (const std::size_t size : {lists.if_true.size(), lists.if_false.size(), lists.true_leaves.size(),
                                 lists.false_leaves.size(), lists.missing.size(), lists.thresholds.size(),
                                 lists.modes.size()})
    if (size != lists.features.size()) call.refuse("has lists of nodes of different lengths");
  lists.sets = sets_of(call, lists.modes);
  lists.leaf_targets = required(call, "leaf_targetids"), lists.leaf_weights = reals_in(call, "leaf_weights");
  if (lists.leaf_targets.size() != lists.leaf_weights.size()) call.refuse("has lists of leaves of different lengths");
  if (lists.roots.empty()) call.refuse("has no trees");
  return lists;
}

/// One tree, copied out of the lists from its root on.
class CopiedTree {
 public:
  CopiedTree(const OnnxCall& call, const EnsembleLists& lists, std::int64_t root) : call_(call), lists_(lists) {
    (void)add(root, 0);
  }
  OnnxTree nodes = {};

 private:
  std::int64_t add_leaf(std::int64_t leaf) {
    if (leaf < 0 || leaf >= std::ssize(lists_.leaf_targets)) call_.refuse("leads to a leaf that does not exist");
    const auto i = static_cast<std::size_t>(leaf);
    nodes.push_back({.weights = {{lists_.leaf_targets[i], lists_.leaf_weights[i]}}});
    return std::ssize(nodes) - 1;
  }

  std::int64_t add(std::int64_t from, int depth) {
    if (depth > 512) call_.refuse("has a tree of more than 512 levels");
    if (nodes.size() > (1u << 20)) call_.refuse("has more than a million nodes in one tree");
    if (from < 0 || from >= std::ssize(lists_.features)) call_.refuse("leads to a node that does not exist");
    const auto i = static_cast<std::size_t>(from);
    const Mode mode = lists_.modes[i];
    const std::size_t made = nodes.size();
    nodes.push_back({.branch = mode == Mode::member ? OnnxBranch::equal : static_cast<OnnxBranch>(
                                   static_cast<int>(OnnxBranch::at_most) + static_cast<int>(mode)),
                     .feature = lists_.features[i],
                     .values = mode == Mode::member ? lists_.sets[i] : std::vector{lists_.thresholds[i]},
                     .missing_is_true = lists_.missing[i] != 0});
    const auto child = [&](const Integers& to, const Integers& is_leaf) {
      return is_leaf[i] != 0 ? add_leaf(to[i]) : add(to[i], depth + 1);
    };
    const std::int64_t if_true = child(lists_.if_true, lists_.true_leaves),
                       if_false = child(lists_.if_false, lists_.false_leaves);
    nodes[made].if_true = if_true, nodes[made].if_false = if_false;
    return static_cast<std::int64_t>(made);
  }

  const OnnxCall& call_;
  const EnsembleLists& lists_;
};

OnnxAggregate aggregate_numbered(const OnnxCall& call) {
  const std::int64_t number = call.integer("aggregate_function", 1);
  if (number < 0 || number > static_cast<std::int64_t>(OnnxAggregate::maximum))
    call.refuse(fmt::format("has the aggregate_function {}", number));
  return static_cast<OnnxAggregate>(number);
}

std::string transform_numbered(const OnnxCall& call) {
  const std::int64_t number = call.integer("post_transform", 0);
  if (number == 0) return "NONE";
  if (number == 1) return "SOFTMAX";
  if (number == 2) return "LOGISTIC";
  call.refuse(fmt::format("has the post_transform {}, which Nacre does not support", number));
}

void import_tree_ensemble(const OnnxCall& call) {
  const EnsembleLists lists = lists_of(call);
  std::vector<OnnxTree> trees;
  for (const std::int64_t root : lists.roots) trees.push_back(CopiedTree(call, lists, root).nodes);
  const ValueId sums =
      aggregated_trees(call, ml_rows(call), trees, call.integer("n_targets", 1), aggregate_numbered(call));
  call.define(ml_transformed(call, sums, transform_numbered(call)), OnnxType::float32);
}

}  // namespace

std::vector<OnnxOperator> onnx_ml_ensemble_operators() {
  return {{"TreeEnsemble", 5, import_tree_ensemble, nullptr, 0, kOnnxMl}};
}

}  // namespace nacre::tools
