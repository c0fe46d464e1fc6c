#include "tools/trees/column_path.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <unordered_map>

#include "tools/optimise/rewrite.hpp"

namespace nacre::tools {
namespace {

using Kind = ColumnPath::Kind;

template <typename Real>
Real stepped(ScalerStep::Kind kind, Real x, double operand) {
  switch (kind) {
    case ScalerStep::Kind::subtract: return static_cast<Real>(x - operand);
    case ScalerStep::Kind::divide: return static_cast<Real>(x / operand);
    case ScalerStep::Kind::multiply: return static_cast<Real>(x * operand);
    case ScalerStep::Kind::add: return static_cast<Real>(x + operand);
    case ScalerStep::Kind::at_least: return x < operand ? static_cast<Real>(operand) : x;
    case ScalerStep::Kind::at_most: return x > operand ? static_cast<Real>(operand) : x;
  }
  return x;
}

template <typename Real>
Real walk(const std::vector<ColumnPath::Operation>& operations, Real x) {
  for (const ColumnPath::Operation& operation : operations) {
    const bool narrows = std::is_same_v<Real, float> && operation.narrows;
    const double operand = narrows ? static_cast<float>(operation.operand) : operation.operand;
    switch (operation.kind) {
      case Kind::step: x = stepped(operation.step, x, operand); break;
      case Kind::fill: x = std::isnan(x) ? static_cast<Real>(operand) : x; break;
      case Kind::indicate: x = std::isnan(x) ? 1 : 0; break;
    }
  }
  return x;
}

/// Follows paths upwards, with each constant widened once.
class Tracer {
 public:
  Tracer(const Graph& graph, bool through_joins)
      : graph_(graph), through_joins_(through_joins), producers_(graph.values.size(), nullptr) {
    for (const Node& node : graph.nodes) producers_[node.outputs[0]] = &node;
  }

  ColumnPath trace(ValueId value, std::size_t element) {
    ColumnPath path{value, element};
    while (const Node* node = producers_[path.source])
      if (!climb(*node, path)) break;
    std::reverse(path.operations.begin(), path.operations.end());
    return path;
  }

 private:
  const std::vector<double>& numbers(const Node& node, std::size_t input) {
    const auto [found, is_new] = numbers_.try_emplace(node.inputs.at(input));
    if (is_new) found->second = constant_input(graph_, node, input);
    return found->second;
  }

  /// To the node's input; false where the way ends.
  bool climb(const Node& node, ColumnPath& path) {
    switch (node.op()) {
      case Operator::reshape:
      case Operator::copy: path.source = node.inputs[0]; return true;
      case Operator::select:
        path.element = static_cast<std::size_t>(numbers(node, 1)[path.element]);
        path.source = node.inputs[0];
        return true;
      case Operator::affine: return climb_affine(node, path);
      case Operator::impute: return climb_impute(node, path);
      case Operator::tree_ensemble: return climb_indicator(node, path);
      case Operator::concatenate: return through_joins_ && climb_join(node, path);
      default: return false;
    }
  }

  bool climb_affine(const Node& node, ColumnPath& path) {
    const std::size_t i = path.element % static_cast<std::size_t>(graph_.type(node.outputs[0]).last());
    std::vector<ColumnPath::Operation> added;
    for (const ScalerStep& step : node.steps) added.push_back({Kind::step, step.kind, step.operands[i], step.narrows});
    if (node.steps.empty()) {
      const auto& limits = node.as<schema::AffineT>();
      added = {{Kind::step, ScalerStep::Kind::subtract, numbers(node, 1)[i] + numbers(node, 2)[i]},
               {Kind::step, ScalerStep::Kind::multiply, numbers(node, 3)[i]},
               {Kind::step, ScalerStep::Kind::add, numbers(node, 4)[i]},
               {Kind::step, ScalerStep::Kind::at_least, limits.minimum},
               {Kind::step, ScalerStep::Kind::at_most, limits.maximum}};
    }
    for (const auto& [kind, step, operand, narrows] : added) {
      const bool scales = step == ScalerStep::Kind::multiply || step == ScalerStep::Kind::divide;
      const bool is_limit = step == ScalerStep::Kind::at_least || step == ScalerStep::Kind::at_most;
      if ((scales && !(operand > 0)) || (!is_limit && !std::isfinite(operand)) || std::isnan(operand))
        return false;  // does not rise
    }
    path.operations.insert(path.operations.end(), added.rbegin(), added.rend());
    path.source = node.inputs[0];
    return true;
  }

  bool climb_impute(const Node& node, ColumnPath& path) {
    if (!std::isnan(node.as<schema::ImputeT>().missing_value)) return false;  // a number in the midst of others
    const std::vector<double>& fill = numbers(node, 1);
    path.operations.push_back({Kind::fill, {}, fill[path.element % fill.size()]});
    path.source = node.inputs[0];
    return true;
  }

  /// Trees that ask whether a value is missing: one question for each of their outputs.
  bool climb_indicator(const Node& node, ColumnPath& path) {
    const std::vector<double>&nodes = numbers(node, 1), &roots = numbers(node, 2), &leaves = numbers(node, 4),
          &base = numbers(node, 5);
    const bool is_one_each =
        roots.size() == base.size() && leaves.size() == 2 * roots.size() && nodes.size() == 9 * roots.size();
    if (!is_one_each || node.as<schema::TreeEnsembleT>().divisor != 1 ||
        numbers(node, 3)[path.element] != static_cast<double>(path.element))
      return false;
    const auto root = 3 * static_cast<std::size_t>(roots[path.element]);
    const float threshold = std::bit_cast<float>(static_cast<std::int32_t>(nodes[root + 1]));
    const auto leaf = [&](std::size_t at) { return leaves[static_cast<std::size_t>(nodes[at + 2])]; };
    if (nodes[root] < 0 || nodes[root] >= (1 << 30) || threshold != std::numeric_limits<float>::infinity())
      return false;
    if (base[path.element] != 0 || leaf(root + 3) != 0 || leaf(root + 6) != 1) return false;
    path.operations.push_back({Kind::indicate});
    path.element = static_cast<std::size_t>(nodes[root]);
    path.source = node.inputs[0];
    return true;
  }

  bool climb_join(const Node& node, ColumnPath& path) {
    if (graph_.shape(node.outputs[0]).size() != 2 || node.as<schema::ConcatenateT>().axis != 1) return false;
    for (const ValueId input : node.inputs) {
      const auto width = static_cast<std::size_t>(graph_.type(input).last());
      path.source = input;
      if (path.element < width) break;
      path.element -= width;
    }
    return true;
  }

  const Graph& graph_;
  bool through_joins_;
  std::vector<const Node*> producers_;
  std::unordered_map<ValueId, std::vector<double>> numbers_;
};

}  // namespace

double ColumnPath::of(double x) const { return walk(operations, x); }
float ColumnPath::of_float32(float x) const { return walk(operations, x); }

std::vector<ColumnPath> column_paths(const Graph& graph, ValueId value, bool through_joins) {
  Tracer tracer(graph, through_joins);
  std::vector<ColumnPath> paths;
  for (std::size_t i = 0; i < static_cast<std::size_t>(graph.type(value).last()); ++i)
    paths.push_back(tracer.trace(value, i));
  return paths;
}

}  // namespace nacre::tools
