#include "tools/rows/ties.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

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

}  // namespace

Ties::Ties(const Graph& device) {
  const GraphIndex index(device);
  ColumnPaths columns(device, index);
  for (unsigned i = 0; i < device.outputs.size(); ++i) {
    const ValueId output = device.outputs[i].value;
    if (device.type(output).type != DataType::float32 || device.type(output).last() < 2) continue;
    const std::vector<ColumnPath> paths = columns.to(output, false);
    const auto trees = std::ranges::find_if(device.nodes, [&](const Node& node) {  // a reshape may write there too
      return node.op() == Operator::tree_ensemble && node.outputs[0] == paths[0].source;
    });
    const bool is_forest = trees != device.nodes.end() && paths[0].operations.empty() &&
                           std::ranges::all_of(paths, [&](const auto& path) { return path.source == paths[0].source; });
    if (is_forest && trees->as<parameters::TreeEnsemble>().divisor > 1 && decide_labels(device, paths[0].source))
      forests_.push_back({i, static_cast<double>(trees->as<parameters::TreeEnsemble>().divisor)});
  }
}

std::optional<std::string> Ties::find(const Network& network) const {
  constexpr float kSame = 0x1p-22f;  // of a share: two roundings to float32
  constexpr double kWhole = 1e-4;
  for (const auto& [output, trees] : forests_) {
    const Span<const float> shares = network.output<float>(output);
    const auto first = static_cast<std::size_t>(std::max_element(shares.begin(), shares.end()) - shares.begin());
    const double votes = static_cast<double>(shares[first]) * trees;
    if (std::abs(votes - std::round(votes)) < kWhole) continue;
    for (std::size_t other = 0; other < shares.size(); ++other)
      if (other != first && shares[first] - shares[other] <= kSame * shares[first])
        return fmt::format("the classes {} and {}, counted from 0, have the same share of votes",
                           std::min(first, other), std::max(first, other));
  }
  return std::nullopt;
}

}  // namespace nacre::tools
