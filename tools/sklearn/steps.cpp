// Functions of one feature that are constant between edges, as trees.

#include "tools/sklearn/steps.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "tools/trees/forest.hpp"

namespace nacre::tools {
namespace {

constexpr double kEndless = std::numeric_limits<double>::infinity();

/// The balanced tree of a step function, and which of its values each node stands for.
class StepTree {
 public:
  explicit StepTree(const StepFunction& function) : function_(function) { add(0, function.edges.size()); }

  const TreeNodes& nodes() const { return nodes_; }
  const std::vector<double>& values(std::size_t node) const { return function_.values.at(row_[node]); }

 private:
  /// The nodes of values first … last.
  std::int64_t add(std::size_t first, std::size_t last) {
    const std::size_t node = row_.size();
    row_.push_back(first);
    nodes_.left.push_back(-1);
    nodes_.right.push_back(-1);
    nodes_.feature.push_back(function_.feature);
    nodes_.threshold.push_back(0);
    if (first == last) return static_cast<std::int64_t>(node);
    const std::size_t middle = (first + last) / 2;
    nodes_.threshold[node] = std::nextafter(function_.edges[middle], -kEndless);
    const std::int64_t left = add(first, middle), right = add(middle + 1, last);
    nodes_.left[node] = left;
    nodes_.right[node] = right;
    return static_cast<std::int64_t>(node);
  }

  const StepFunction& function_;
  TreeNodes nodes_;
  std::vector<std::size_t> row_;
};

}  // namespace

ValueId step_values(const Estimator& estimator, ValueId x, const std::vector<StepFunction>& functions) {
  Graph& graph = estimator.graph;
  const auto width = static_cast<std::int64_t>(functions.at(0).values.at(0).size());
  Forest forest(graph.type(x).last(), width, static_cast<std::int64_t>(functions.size()) * width,
                TreeArithmetic::float64);
  for (std::size_t i = 0; i < functions.size(); ++i) {
    if (!std::is_sorted(functions[i].edges.begin(), functions[i].edges.end()))
      estimator.refuse("has edges that do not ascend", "save the model again");
    const StepTree tree(functions[i]);
    forest.add(tree.nodes(), static_cast<std::int64_t>(i) * width,
               [&](std::size_t node) -> const std::vector<double>& { return tree.values(node); });
  }
  return forest.finish(graph, x, 1, estimator.name + ".steps_" + std::to_string(graph.nodes.size()));
}

ValueId rounded_step_values(const Estimator& estimator, ValueId x, const std::vector<StepFunction>& functions) {
  parameters::Cast narrow;
  narrow.type = DataType::float32;
  const ValueId exact = step_values(estimator, x, functions);
  return estimator.graph.add(narrow, {exact}, estimator.graph.nodes.back().name + ".float32");
}

double least_that(const std::function<bool(double)>& holds, double near) {
  while (holds(near)) near = std::nextafter(near, -kEndless);
  while (!holds(near)) near = std::nextafter(near, kEndless);
  return near;
}

StepFunction place_function(std::int64_t feature, const std::vector<double>& numbers) {
  StepFunction function{feature, {}, {{-1}}};
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    function.edges.push_back(numbers[i]);
    function.values.push_back({static_cast<double>(i)});
    function.edges.push_back(std::nextafter(numbers[i], kEndless));
    function.values.push_back({-1});
  }
  return function;
}

}  // namespace nacre::tools
