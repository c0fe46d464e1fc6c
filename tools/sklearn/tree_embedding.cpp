// RandomTreesEmbedding: which leaf of each tree a row comes to.

#include <array>

#include "tools/sklearn/algebra.hpp"
#include "tools/sklearn/families.hpp"
#include "tools/sklearn/members.hpp"
#include "tools/sklearn/tree.hpp"

namespace nacre::tools {
namespace {

/// A column for each leaf that a tree's training rows came to: all of them, in the order of their nodes.
ValueId transform_leaves(const Estimator& estimator, ValueId x) {
  const std::vector<Value> trees = members_of(estimator);
  const auto count = static_cast<std::int64_t>(trees.size());
  Forest forest(estimator.graph.type(x).last(), 1, count);
  std::vector<std::int64_t> tree_of;
  std::vector<double> leaf_of;
  for (std::int64_t t = 0; t < count; ++t) {
    const TreeNodes nodes = read_tree_nodes(trees[static_cast<std::size_t>(t)].attribute("tree_"));
    std::vector<double> place(nodes.left.size());
    double leaves = 0;
    for (std::size_t n = 0; n < place.size(); ++n) {
      if (nodes.left[n] >= 0) continue;
      tree_of.push_back(t);
      leaf_of.push_back(leaves);
      place[n] = leaves++;
    }
    forest.add(nodes, t, [&](std::size_t node) { return std::array{place[node]}; });
  }
  const ValueId reached = forest.finish(estimator.graph, x, 1, estimator.name);
  const Algebra algebra(estimator);
  const auto width = static_cast<std::int64_t>(leaf_of.size());
  return algebra.equal(algebra.columns(reached, tree_of), algebra.constant({width}, leaf_of));
}

}  // namespace

std::span<const SklearnClass> tree_embedding_classes() {
  static constexpr SklearnClass kRows[] = {
      transformer("RandomTreesEmbedding", transform_leaves,
                  "base_estimator bootstrap ccp_alpha class_weight criterion estimator estimator_params max_depth "
                  "max_features max_leaf_nodes max_samples min_impurity_decrease min_impurity_split min_samples_leaf "
                  "min_samples_split min_weight_fraction_leaf n_estimators n_jobs oob_score random_state "
                  "sparse_output verbose warm_start"),
  };
  return kRows;
}

}  // namespace nacre::tools
