#include "tools/trees/meaning.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <unordered_map>

#include "tools/trees/column_path.hpp"
#include "tools/trees/thresholds.hpp"

namespace nacre::tools {
namespace {

struct Moved {
  ColumnPath path;
  bool rounds;  ///< the library rounds what comes out to float32
};
using Paths = std::vector<std::optional<Moved>>;

/// The paths to trees behind scalers, or that compare float64 numbers, by input and element; empty where there are no
/// such trees.
std::vector<Paths> moved_paths(const Graph& graph) {
  std::vector<Paths> result(graph.inputs.size());
  std::unordered_map<ValueId, std::size_t> inputs;
  for (std::size_t i = 0; i < graph.inputs.size(); ++i) inputs[graph.inputs[i].value] = i;
  const GraphIndex index(graph);
  ColumnPaths columns(graph, index);
  bool any = false;
  for (const Node& node : graph.nodes) {
    if (node.op() != Operator::tree_ensemble) continue;
    std::vector<ColumnPath> paths = columns.to(node.inputs[0], true);
    const bool rounds = node.inputs.size() < 7;
    if (rounds && std::ranges::all_of(paths, [](const ColumnPath& path) { return path.operations.empty(); }))
      continue;
    if (!any)
      for (std::size_t i = 0; i < result.size(); ++i)
        result[i].resize(static_cast<std::size_t>(graph.type(graph.inputs[i].value).size()));
    any = true;
    for (ColumnPath& path : paths) {
      const auto input = inputs.find(path.source);
      if (input == inputs.end() || path.element >= result[input->second].size()) continue;
      const std::size_t element = path.element;
      result[input->second][element] = Moved{std::move(path), rounds};
    }
  }
  return result;
}

/// A float64 of which the library makes in float64 what it makes of the float32 in float32.
double like_float32(const Moved& moved, float x) {
  const double meant = moved_threshold(moved.path, moved.path.of_float32(x), moved.rounds).exact;
  return std::isfinite(meant) ? meant : static_cast<double>(x);
}

}  // namespace

std::vector<Tensor64> meant_by(std::vector<Tensor64> inputs, const Graph& graph) {
  const bool decimal = graph.input_precision == schema::InputPrecision::decimal;
  const std::vector<Paths> moved = moved_paths(graph);
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    Tensor64& input = inputs[i];
    const Paths& paths = moved[i];
    if (paths.empty() || input.type.type != DataType::float32) continue;
    for (std::size_t e = 0; e < input.values.size(); ++e) {
      const double x = input.values[e];
      const bool is_moved = paths[e].has_value() && !std::isnan(x);
      const double meant = decimal    ? decimal_of(static_cast<float>(x))
                           : is_moved ? like_float32(*paths[e], static_cast<float>(x))
                                      : x;
      const double error = std::abs(meant - x);
      input.errors.push_back(std::isfinite(error) ? error : 0);
      input.values[e] = meant;
    }
  }
  return inputs;
}

}  // namespace nacre::tools
