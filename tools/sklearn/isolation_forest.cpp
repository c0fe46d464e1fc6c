// IsolationForest: the fewer questions tell a row apart from the others, the less it belongs to them. Its score is
// -2^(-depths / (trees * average depth)), where the depths of all trees are added up in float64. Whether that exceeds
// the offset is decided by the depths themselves, at the least sum that is enough for the library.

#include <bit>
#include <cmath>

#include "tools/sklearn/algebra.hpp"
#include "tools/sklearn/families.hpp"
#include "tools/sklearn/members.hpp"
#include "tools/sklearn/outliers.hpp"
#include "tools/sklearn/tree.hpp"
#include "tools/trees/forest.hpp"

namespace nacre::tools {
namespace {

constexpr double kEulerGamma = 0.57721566490153286061;

/// How many questions a tree needs on average to tell so many rows apart.
double average_depth(double rows) {
  if (rows <= 1) return 0;
  if (rows == 2) return 1;
  return 2 * (std::log(rows - 1) + kEulerGamma) - 2 * (rows - 1) / rows;
}

/// What each node of a tree counts as a leaf: the nodes that lead to it, itself among them, and what its rows would
/// still need, less 1.
std::vector<double> depths_of(const Value& tree, const TreeNodes& nodes) {
  const std::vector<std::int64_t> rows =
      tree.attribute("nodes").numpy().numbers<std::int64_t>("n_node_samples");
  std::vector<double> path(nodes.left.size(), 1.0), depth(nodes.left.size());
  for (std::size_t i = 0; i < path.size(); ++i)
    if (nodes.left[i] >= 0)
      for (const std::int64_t child : {nodes.left[i], nodes.right[i]})
        path.at(static_cast<std::size_t>(child)) = path[i] + 1;
  for (std::size_t i = 0; i < path.size(); ++i)
    depth[i] = path[i] + average_depth(static_cast<double>(rows.at(i))) - 1;
  return depth;
}

/// The sum of the depths in all trees, float64 [1, 1].
ValueId sum_of_depths(const Estimator& estimator, ValueId x, const std::vector<Value>& members) {
  Forest forest(estimator.graph.type(x).last(), 1, 1, TreeArithmetic::float64_sums);
  const auto listed = estimator.value.find("estimators_features_");
  for (std::size_t t = 0; t < members.size(); ++t) {
    const Value tree = members[t].attribute("tree_");
    TreeNodes nodes = read_tree_nodes(tree);
    const std::vector<double> depths = depths_of(tree, nodes);
    if (listed) {
      const std::vector<std::int64_t> features = listed->at(t).as_array().to<std::int64_t>();
      for (std::size_t i = 0; i < nodes.feature.size(); ++i)
        if (nodes.left[i] >= 0) nodes.feature[i] = features.at(static_cast<std::size_t>(nodes.feature[i]));
    }
    forest.add(nodes, 0, [&](std::size_t node) { return std::vector<double>{depths[node]}; });
  }
  return forest.finish(estimator.graph, x, 1, estimator.name);
}

double score_of(double depths, double divisor) { return -std::pow(2.0, -(divisor != 0 ? depths / divisor : 1)); }

/// The least sum of depths whose score is not below the offset: scores rise with depths, so halves are searched.
double least_depths(double divisor, double offset) {
  if (score_of(0, divisor) - offset >= 0) return 0;
  auto below = std::bit_cast<std::uint64_t>(0.0), enough = std::bit_cast<std::uint64_t>(double{INFINITY});
  while (enough - below > 1) {
    const std::uint64_t middle = below + (enough - below) / 2;
    (score_of(std::bit_cast<double>(middle), divisor) - offset >= 0 ? enough : below) = middle;
  }
  return std::bit_cast<double>(enough);
}

ValueId narrowed(const Estimator& estimator, ValueId x) {
  return estimator.graph.add(parameters::Cast{}, {x}, estimator.name + ".float32_" + std::to_string(x));
}

Predictions predict_isolation_forest(const Estimator& estimator, ValueId x) {
  if (saved_before(estimator.value, 0, 22))
    estimator.refuse("was saved by a release before 0.22, which measured depths in another way",
                     "train it with a newer one");
  const std::vector<Value> members = members_of(estimator);
  const double most = estimator.value.attribute({"_max_samples", "max_samples_"}).as_double();
  const double divisor = static_cast<double>(members.size()) * average_depth(most);
  const double offset = estimator.value.attribute("offset_").as_doubles().at(0);
  const Algebra algebra(estimator);
  const ValueId depths = sum_of_depths(estimator, x, members);
  Program compare;
  compare.then(MapFunction::subtract, DataType::float64,
               {{Operand::Kind::input, 0}, compare.literal(least_depths(divisor, offset), DataType::float64)});
  const ValueId beyond = estimator.graph.add_map(std::move(compare), {depths}, estimator.name + ".compare");
  const double rate = divisor != 0 ? -std::log(2.0) / divisor : 0;
  const ValueId power =
      algebra.scaled(narrowed(estimator, depths), rate, divisor != 0 ? 0 : -std::log(2.0));
  const ValueId share = algebra.apply(ActivationFunction::exponential, power);
  Predictions result = detect(estimator, algebra.scaled(share, -1), offset);
  result.predict = inlier_labels(estimator, narrowed(estimator, beyond));
  return result;
}

}  // namespace

std::span<const SklearnClass> isolation_forest_classes() {
  static constexpr SklearnClass kRows[] = {
      predictor("IsolationForest", predict_isolation_forest,
                "behaviour bootstrap contamination max_features max_samples n_estimators n_jobs random_state verbose "
                "warm_start"),
  };
  return kRows;
}

}  // namespace nacre::tools
