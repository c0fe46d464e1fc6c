#include "tools/rows/edges.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "tools/evaluate/evaluate.hpp"
#include "tools/graph/graph_index.hpp"
#include "tools/rows/answers.hpp"
#include "tools/trees/column_path.hpp"

namespace nacre::tools {
namespace {

constexpr double kLastBits = 0x1p-42;  // of the largest number beside: sums that cancel have lost more than one

bool is_real(DataType type) { return type == DataType::float32 || type == DataType::float64; }

/// The numbers a little larger (1) or smaller (-1), but for whole ones, which come out exact.
std::vector<double> moved(const std::vector<double>& numbers, const std::vector<std::size_t>& elements, double way) {
  double largest = 0;
  for (const double x : numbers) largest = std::isfinite(x) ? std::max(largest, std::abs(x)) : largest;
  std::vector<double> result = numbers;
  for (const std::size_t e : elements)
    if (e < result.size() && result[e] != std::round(result[e])) result[e] += way * kLastBits * largest;
  return result;
}

}  // namespace

Edges::Edges(const Graph& graph) : graph_(graph) {
  const GraphIndex index(graph);
  ColumnPaths columns(graph, index);
  const auto is_input = [&](ValueId value) {
    return std::ranges::find(graph.inputs, value, &Port::value) != graph.inputs.end();
  };
  for (const Node& node : graph.nodes) {
    if (node.op() != Operator::tree_ensemble || !is_real(graph.type(node.inputs[0]).type)) continue;
    const std::vector<ColumnPath> paths = columns.to(node.inputs[0], true);
    Computed computed{node.inputs[0], {}};
    for (std::size_t e = 0; e < paths.size(); ++e)
      if (!is_input(paths[e].source)) computed.elements.push_back(e);
    if (!computed.elements.empty()) computed_.push_back(std::move(computed));
  }
}

bool Edges::are_near(const std::vector<Tensor64>& values) const {
  for (const double way : {1.0, -1.0}) {
    std::map<ValueId, Tensor64> replaced;
    for (const auto& [value, elements] : computed_) {
      const std::vector<double> numbers = values[value].values;
      replaced[value] = {values[value].type, Numbers(moved(numbers, elements, way)), {}};
    }
    if (!same_answers(graph_, values, evaluate_again(graph_, values, replaced))) return true;
  }
  return false;
}

}  // namespace nacre::tools
