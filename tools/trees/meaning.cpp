#include "tools/trees/meaning.hpp"

#include <algorithm>
#include <cmath>

#include "tools/operators/errors.hpp"
#include "tools/trees/column_path.hpp"
#include "tools/trees/thresholds.hpp"

namespace nacre::tools {
namespace {

/// Whether the thresholds of some trees are moved before what computes their input.
bool moves_thresholds(const Graph& graph) {
  return std::any_of(graph.nodes.begin(), graph.nodes.end(), [&](const Node& node) {
    if (node.op() != Operator::tree_ensemble) return false;
    const std::vector<ColumnPath> paths = column_paths(graph, node.inputs[0], true);
    return std::any_of(paths.begin(), paths.end(), [](const ColumnPath& path) { return !path.operations.empty(); });
  });
}

}  // namespace

std::vector<Tensor64> meant_by(std::vector<Tensor64> inputs, const Graph& graph) {
  if (!moves_thresholds(graph)) return inputs;
  const bool decimal = graph.input_precision == schema::InputPrecision::decimal;
  for (Tensor64& input : inputs) {
    if (input.type.type != DataType::float32) continue;
    for (double& x : input.values) {
      const double meant = decimal ? decimal_of(static_cast<float>(x)) : x;
      // Of float32 data the library rounds after each step, and what it subtracts too.
      const double error = decimal ? std::abs(meant - x) : 2 * rounding(x);
      input.errors.push_back(std::isfinite(error) ? error : 0);
      x = meant;
    }
  }
  return inputs;
}

}  // namespace nacre::tools
