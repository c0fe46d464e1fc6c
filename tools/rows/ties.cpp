#include "tools/rows/ties.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "tools/evaluate/evaluate.hpp"
#include "tools/graph/graph_index.hpp"
#include "tools/trees/column_path.hpp"

namespace nacre::tools {
namespace {

/// Whether a label is the class with the largest of these numbers, as they are or shifted: no threshold decides it.
bool decide_labels(const Graph& graph, ValueId shares) {
  std::vector<bool> follows(graph.values.size());
  follows[shares] = true;
  for (const Node& node : graph.nodes) {
    if (std::ranges::none_of(node.inputs, [&](ValueId input) { return follows[input]; })) continue;
    if (node.op() == Operator::arg_max) return true;
    for (const ValueId output : node.outputs) follows[output] = true;
  }
  return false;
}

/// How a file rounds shares. Of fractions of so small counts there is but one so near, and of two hundred other numbers
/// one is so near to any.
struct Rounding {
  double error, most_counts;
};
constexpr Rounding kToShares{0x1.01p-32, 0x1p12}, kToFloats{0x1p-25, 0x1p9};  // multiples of 2^-31, float32

/// The fraction that a share stands for, by continued fractions.
std::optional<double> fraction_of(double share, const Rounding& rounding) {
  double above[] = {1, 0}, below[] = {0, 1}, rest = share;
  for (;;) {
    const double whole = std::floor(rest), numerator = whole * above[0] + above[1],
                 denominator = whole * below[0] + below[1];
    if (!(denominator <= rounding.most_counts)) return std::nullopt;
    if (std::abs(share - numerator / denominator) <= rounding.error) return numerator / denominator;
    above[1] = std::exchange(above[0], numerator), below[1] = std::exchange(below[0], denominator);
    rest = 1 / (rest - whole);
  }
}

/// All of them; none where one is no such fraction.
std::vector<double> as_fractions(const Numbers& shares, const Rounding& rounding) {
  std::vector<double> fractions;
  for (std::size_t i = 0; i < shares.size(); ++i) {
    const std::optional<double> fraction = fraction_of(shares[i], rounding);
    if (!fraction) return {};
    fractions.push_back(*fraction);
  }
  return fractions;
}

}  // namespace

Ties::Ties(const Graph& device) {
  const GraphIndex index(device);
  ColumnPaths columns(device, index);
  for (unsigned i = 0; i < device.outputs.size(); ++i) {
    const ValueId output = device.outputs[i].value;
    if (device.type(output).type != DataType::float32 || device.type(output).last() < 2) continue;
    const std::vector<ColumnPath> paths = columns.to(output, false);
    const Node* const trees = index.producer(paths[0].source);
    const bool is_forest = trees != nullptr && trees->op() == Operator::tree_ensemble && paths[0].operations.empty() &&
                           std::ranges::all_of(paths, [&](const auto& path) { return path.source == paths[0].source; });
    if (is_forest && trees->as<parameters::TreeEnsemble>().divisor > 1 && decide_labels(device, paths[0].source))
      forests_.push_back(
          {i, static_cast<double>(trees->as<parameters::TreeEnsemble>().divisor), paths[0].source});
  }
}

std::optional<Ties::Tie> Ties::find(const Network& network) const {
  constexpr float kSame = 0x1p-22f;  // of a share: two roundings to float32
  constexpr double kWhole = 1e-4;
  for (std::size_t forest = 0; forest < forests_.size(); ++forest) {
    const Span<const float> shares = network.output<float>(forests_[forest].output);
    const auto first = static_cast<std::size_t>(std::max_element(shares.begin(), shares.end()) - shares.begin());
    const double votes = static_cast<double>(shares[first]) * forests_[forest].trees;
    const bool is_whole = std::abs(votes - std::round(votes)) < kWhole;
    for (std::size_t other = 0; other < shares.size(); ++other)
      if (other != first && shares[first] - shares[other] <= kSame * shares[first])
        return Tie{forest, first, other, is_whole};
  }
  return std::nullopt;
}

bool Ties::library_agrees(const Tie& tie, const Graph& library, const std::vector<Tensor64>& values) {
  Shares& forest = forests_.at(tie.forest);
  const auto trees = std::ranges::find_if(library.nodes, [&](const Node& node) {
    return node.op() == Operator::tree_ensemble && node.outputs[0] == forest.made;
  });
  if (trees == library.nodes.end()) return false;
  std::vector<Tensor64> arguments;
  for (const ValueId input : trees->inputs)
    arguments.push_back(library.values[input].constant ? constant_value(library.values[input]) : values[input]);
  if (!forest.leaves) {
    forest.leaves = as_fractions(arguments[4].values, kToShares);
    if (forest.leaves->empty()) forest.leaves = as_fractions(arguments[4].values, kToFloats);
  }
  if (forest.leaves->empty()) return tie.is_whole;  // votes of whole trees: others hardly add up to such a number
  arguments[4] = {arguments[4].type, Numbers(*forest.leaves), {}};
  const std::vector<double> shares = evaluate_outputs(*trees, arguments, library.output_types(*trees))[0].values;
  return static_cast<std::size_t>(std::ranges::max_element(shares) - shares.begin()) == tie.first;
}

}  // namespace nacre::tools
