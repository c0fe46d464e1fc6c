// Trees in float64, whose sums then decide as the device's do: TreeEnsembleRegressor, whose leaves have several
// targets; or TreeEnsemble, which alone has sets, where the model has some.

#include <bit>
#include <cmath>
#include <limits>
#include <map>

#include "runtime/kernels/tree_ensemble.hpp"
#include "tools/export/onnx_exporter.hpp"

namespace nacre::tools {
namespace {

using Integers = std::vector<std::int64_t>;

std::span<const std::byte> double_bytes(const std::vector<double>& values) { return std::as_bytes(std::span(values)); }

/// The nodes of an ensemble as a file has them.
class TreeWords {
 public:
  TreeWords(const OnnxExporter& to, const Node& node)
      : has_flags_(node.as<parameters::TreeEnsemble>().function == TreeSum::categories) {
    for (const double word : to.numbers(node, node.inputs[1])) words_.push_back(static_cast<std::int32_t>(word));
  }
  bool is_leaf(std::size_t node) const { return words_[3 * node] < 0; }
  std::int64_t feature(std::size_t node) const { return words_[3 * node] & (has_flags_ ? kFeature : ~kMissingLeft); }
  bool has(std::size_t node, std::int32_t flag) const {
    return (flag == kMissingLeft || has_flags_) && (words_[3 * node] & flag) != 0;
  }
  double threshold(std::size_t node) const { return static_cast<double>(std::bit_cast<float>(words_[3 * node + 1])); }
  std::size_t right(std::size_t node) const { return static_cast<std::size_t>(words_[3 * node + 2]); }
  std::size_t row(std::size_t leaf) const { return right(leaf); }
  /// Where the set of a node begins: its bound, and its codes.
  std::size_t set(std::size_t node) const { return static_cast<std::size_t>(words_[3 * node + 1]); }
  double bound(std::size_t node) const { return threshold(set(node)); }
  std::vector<double> codes(std::size_t node) const {
    std::vector<double> codes;
    const auto words = static_cast<std::size_t>(-1 - words_[3 * set(node)]);
    for (std::size_t i = 0; i < 32 * words; ++i)
      if ((static_cast<std::uint32_t>(words_[3 * (set(node) + 1 + i / 32) + 1]) >> i % 32 & 1) != 0)
        codes.push_back(static_cast<double>(i));
    return codes;
  }

 private:
  std::vector<std::int32_t> words_;
  bool has_flags_;
};

/// The columns that trees ask about: those of x, and further ones of all its columns in which other things count as
/// missing, or whole numbers stand.
class Columns {
 public:
  Columns(OnnxExporter& to, const Node& node) : to_(to), width_(to.type(node.inputs[0]).last()) {
    parts_.push_back(to.cast(to.flat(node.inputs[0]), OnnxType::float64));
  }
  std::int64_t place(const TreeWords& words, std::size_t node) {
    std::optional<double> bound;
    if (words.has(node, kCategory)) bound = words.bound(node);
    const auto [found, is_new] =
        places_.try_emplace({words.has(node, kZeroIsMissing), bound}, static_cast<std::int64_t>(parts_.size()));
    if (!words.has(node, kZeroIsMissing) && !bound) return words.feature(node);
    if (is_new) parts_.push_back(part(words.has(node, kZeroIsMissing), bound));
    return found->second * width_ + words.feature(node);
  }
  std::string all() const {
    return parts_.size() == 1 ? parts_.front() : to_.add("Concat", parts_, OnnxAttributes().integer("axis", 1));
  }

 private:
  std::string number(double value) const { return to_.number(OnnxType::float64, value); }
  std::string part(bool zero_is_missing, std::optional<double> bound) const {
    std::string x = parts_.front();
    if (zero_is_missing) {
      const std::string is_small = to_.add("LessOrEqual", {to_.add("Abs", {x}), number(static_cast<double>(kZero))});
      x = to_.add("Where", {is_small, number(std::nan("")), x});
    }
    if (!bound) return x;
    const std::string code = to_.add("Floor", {to_.add("Max", {x, number(0)})});
    const std::string within = to_.add("Where", {to_.add("Greater", {x, number(*bound)}), code, number(-1)});
    return to_.add("Where", {to_.add("IsNaN", {x}), x, within});
  }

  OnnxExporter& to_;
  std::int64_t width_;
  std::vector<std::string> parts_;
  std::map<std::pair<bool, std::optional<double>>, std::int64_t> places_;
};

/// Calls `visit` with every node of a tree, the root first.
template <typename Visit>
void for_each_node(const TreeWords& words, std::size_t root, Visit visit) {
  std::vector<std::size_t> pending{root};
  while (!pending.empty()) {
    const std::size_t node = pending.back();
    pending.pop_back();
    visit(node);
    if (words.is_leaf(node)) continue;
    pending.push_back(words.right(node));
    pending.push_back(node + 1);
  }
}

/// What both operators take of an ensemble.
struct Ensemble {
  TreeWords words;
  Columns columns;
  std::vector<double> roots, targets, leaves, base;
  std::size_t width;

  Ensemble(OnnxExporter& to, const Node& node)
      : words(to, node),
        columns(to, node),
        roots(to.numbers(node, node.inputs[2])),
        targets(to.numbers(node, node.inputs[3])),
        leaves(to.numbers(node, node.inputs[4])),
        base(to.numbers(node, node.inputs[5])),
        width(static_cast<std::size_t>(to.type(node.inputs[4]).last())) {}
};

std::string regressor(OnnxExporter& to, Ensemble& e) {
  Integers trees, ids, features, lefts, rights, missing, leaf_trees, leaf_ids, leaf_targets;
  std::vector<std::string> modes;
  std::vector<double> thresholds, weights;
  for (std::size_t t = 0; t < e.roots.size(); ++t) {
    const auto root = static_cast<std::size_t>(e.roots[t]);
    const auto id = [&](std::size_t node) { return static_cast<std::int64_t>(node - root); };
    for_each_node(e.words, root, [&](std::size_t node) {
      const bool is_leaf = e.words.is_leaf(node);
      trees.push_back(static_cast<std::int64_t>(t)), ids.push_back(id(node));
      features.push_back(is_leaf ? 0 : e.columns.place(e.words, node));
      lefts.push_back(is_leaf ? 0 : id(node + 1)), rights.push_back(is_leaf ? 0 : id(e.words.right(node)));
      missing.push_back(!is_leaf && e.words.has(node, kMissingLeft) ? 1 : 0);
      modes.emplace_back(is_leaf ? "LEAF" : "BRANCH_LEQ");
      thresholds.push_back(is_leaf ? 0 : e.words.threshold(node));
      for (std::size_t j = 0; is_leaf && j < e.width; ++j) {
        leaf_trees.push_back(static_cast<std::int64_t>(t)), leaf_ids.push_back(id(node));
        leaf_targets.push_back(static_cast<std::int64_t>(e.targets[t]) + static_cast<std::int64_t>(j));
        weights.push_back(e.leaves[e.words.row(node) * e.width + j]);
      }
    });
  }
  OnnxAttributes attributes;
  attributes.text("aggregate_function", "SUM")
      .text("post_transform", "NONE")
      .integer("n_targets", std::ssize(e.base))
      .integers("nodes_treeids", trees)
      .integers("nodes_nodeids", ids)
      .integers("nodes_featureids", features)
      .integers("nodes_truenodeids", lefts)
      .integers("nodes_falsenodeids", rights)
      .integers("nodes_missing_value_tracks_true", missing)
      .texts("nodes_modes", modes)
      .tensor("nodes_values_as_tensor", OnnxType::float64, {std::ssize(thresholds)}, double_bytes(thresholds))
      .integers("target_treeids", leaf_trees)
      .integers("target_nodeids", leaf_ids)
      .integers("target_ids", leaf_targets)
      .tensor("target_weights_as_tensor", OnnxType::float64, {std::ssize(weights)}, double_bytes(weights))
      .tensor("base_values_as_tensor", OnnxType::float64, {std::ssize(e.base)}, double_bytes(e.base));
  return to.cast(to.add("TreeEnsembleRegressor", {e.columns.all()}, attributes, kMlDomain), OnnxType::float64);
}

/// The lists of TreeEnsemble: inner nodes and leaves are numbered apart, and a leaf has one target.
class SetEnsemble {
 public:
  explicit SetEnsemble(Ensemble& e) : e_(e) {}

  void plant(std::size_t root, std::int64_t target, std::size_t j) {
    std::map<std::size_t, std::int64_t> numbers;
    roots_.push_back(std::ssize(features_));
    if (e_.words.is_leaf(root)) {
      add_node(0, 0, 0, false);
      true_[static_cast<std::size_t>(roots_.back())] = add_leaf(root, target, j);
      false_.back() = true_.back(), true_leaf_.back() = false_leaf_.back() = 1;
      return;
    }
    for_each_node(e_.words, root, [&](std::size_t node) {
      if (e_.words.is_leaf(node)) return;
      numbers[node] = std::ssize(features_);
      add_inner(node);
    });
    for (const auto& [node, number] : numbers) {
      const auto at = static_cast<std::size_t>(number);
      const auto point = [&](std::size_t child, Integers& to, Integers& leaf) {
        leaf[at] = e_.words.is_leaf(child) ? 1 : 0;
        to[at] = leaf[at] != 0 ? add_leaf(child, target, j) : numbers.at(child);
      };
      point(node + 1, true_, true_leaf_);
      point(e_.words.right(node), false_, false_leaf_);
    }
  }

  std::string write(OnnxExporter& to) const {
    OnnxAttributes attributes;
    attributes.integer("aggregate_function", 1)
        .integer("post_transform", 0)
        .integer("n_targets", std::ssize(e_.base))
        .integers("tree_roots", roots_)
        .integers("nodes_featureids", features_)
        .tensor("nodes_modes", OnnxType::uint8, {std::ssize(modes_)}, std::as_bytes(std::span(modes_)))
        .tensor("nodes_splits", OnnxType::float64, {std::ssize(splits_)}, double_bytes(splits_))
        .integers("nodes_truenodeids", true_)
        .integers("nodes_falsenodeids", false_)
        .integers("nodes_trueleafs", true_leaf_)
        .integers("nodes_falseleafs", false_leaf_)
        .integers("nodes_missing_value_tracks_true", missing_)
        .integers("leaf_targetids", leaf_targets_)
        .tensor("leaf_weights", OnnxType::float64, {std::ssize(weights_)}, double_bytes(weights_));
    if (!members_.empty())
      attributes.tensor("membership_values", OnnxType::float64, {std::ssize(members_)}, double_bytes(members_));
    const std::string sum = to.add("TreeEnsemble", {e_.columns.all()}, attributes, kMlDomain);
    return to.add("Add", {sum, to.constant(OnnxType::float64, {std::ssize(e_.base)}, e_.base)});
  }

 private:
  static constexpr std::uint8_t kAtMost = 0, kBelow = 1, kMember = 6;

  void add_node(std::uint8_t mode, std::int64_t feature, double split, bool missing) {
    modes_.push_back(mode), features_.push_back(feature), splits_.push_back(split);
    true_.push_back(0), false_.push_back(0), true_leaf_.push_back(0), false_leaf_.push_back(0);
    missing_.push_back(missing ? 1 : 0);
  }
  void add_inner(std::size_t node) {
    const std::int64_t feature = e_.columns.place(e_.words, node);
    const bool missing = e_.words.has(node, kMissingLeft);
    if (!e_.words.has(node, kCategory)) return add_node(kAtMost, feature, e_.words.threshold(node), missing);
    const std::vector<double> codes = e_.words.codes(node);
    if (codes.empty()) return add_node(kBelow, feature, -std::numeric_limits<double>::infinity(), missing);
    add_node(kMember, feature, 0, missing);
    members_.insert(members_.end(), codes.begin(), codes.end());
    members_.push_back(std::nan(""));
  }
  std::int64_t add_leaf(std::size_t leaf, std::int64_t target, std::size_t j) {
    leaf_targets_.push_back(target);
    weights_.push_back(e_.leaves[e_.words.row(leaf) * e_.width + j]);
    return std::ssize(weights_) - 1;
  }

  Ensemble& e_;
  Integers roots_, features_, true_, false_, true_leaf_, false_leaf_, missing_, leaf_targets_;
  std::vector<std::uint8_t> modes_;
  std::vector<double> splits_, weights_, members_;
};

bool has_sets(const Graph& graph) {
  for (const Node& node : graph.nodes)
    if (node.op() == Operator::tree_ensemble && node.as<parameters::TreeEnsemble>().function == TreeSum::categories)
      return true;
  return false;
}

void write_trees(OnnxExporter& to, const Node& node) {
  const auto& t = node.as<parameters::TreeEnsemble>();
  Ensemble ensemble(to, node);
  std::string y;
  if (has_sets(to.graph())) {
    SetEnsemble sets(ensemble);
    for (std::size_t i = 0; i < ensemble.roots.size(); ++i)
      for (std::size_t j = 0; j < ensemble.width; ++j)
        sets.plant(static_cast<std::size_t>(ensemble.roots[i]),
                   static_cast<std::int64_t>(ensemble.targets[i]) + static_cast<std::int64_t>(j), j);
    y = sets.write(to);
    to.out().note_ml(5);
  } else {
    y = regressor(to, ensemble);
  }
  if (t.divisor != 1) y = to.add("Div", {y, to.number(OnnxType::float64, static_cast<double>(t.divisor))});
  const OnnxType type = onnx_type(to.type(node.outputs[0]).type);
  to.define(node.outputs[0], type == OnnxType::float64 ? y : to.cast(y, type));
}

}  // namespace

std::vector<OnnxExportRow> onnx_export_trees() { return {{Operator::tree_ensemble, write_trees}}; }

}  // namespace nacre::tools
