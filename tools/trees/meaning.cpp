#include "tools/trees/meaning.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "tools/trees/column_path.hpp"
#include "tools/trees/thresholds.hpp"

namespace nacre::tools {
namespace {

/// The paths from an input to trees behind scalers, by element; of those without such trees, empty.
std::vector<std::optional<ColumnPath>> moved_paths(const Graph& graph, const Port& input) {
  std::vector<std::optional<ColumnPath>> result;
  for (const Node& node : graph.nodes) {
    if (node.op() != Operator::tree_ensemble) continue;
    std::vector<ColumnPath> paths = column_paths(graph, node.inputs[0], true);
    if (std::all_of(paths.begin(), paths.end(), [](const ColumnPath& path) { return path.operations.empty(); }))
      continue;
    result.resize(static_cast<std::size_t>(graph.type(input.value).size()));
    for (ColumnPath& path : paths)
      if (path.source == input.value && path.element < result.size()) result[path.element] = std::move(path);
  }
  return result;
}

/// A float64 of which the library makes in float64 what it makes of the float32 in float32.
double like_float32(const ColumnPath& path, float x) {
  const double meant = moved_threshold(path, path.of_float32(x)).exact;
  return std::isfinite(meant) ? meant : static_cast<double>(x);
}

}  // namespace

std::vector<Tensor64> meant_by(std::vector<Tensor64> inputs, const Graph& graph) {
  const bool decimal = graph.input_precision == schema::InputPrecision::decimal;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    Tensor64& input = inputs[i];
    const auto paths = moved_paths(graph, graph.inputs[i]);
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
