// Clusters with centres: KMeans and its kin, MeanShift, AffinityPropagation, Birch, NearestCentroid.

#include "tools/sklearn/algebra.hpp"
#include "tools/sklearn/distances.hpp"
#include "tools/sklearn/families.hpp"
#include "tools/trees/forest.hpp"

namespace nacre::tools {
namespace {

using F = ActivationFunction;

Points centers_of(const Estimator& estimator) {
  return Points(estimator.value.attribute({"cluster_centers_", "subcluster_centers_"}));
}

ValueId transform_to_distances(const Estimator& estimator, ValueId x) {
  return Algebra(estimator).apply(F::sqrt, squared_distances(estimator, x, centers_of(estimator)));
}

/// The nearest centre. Products of matrices leave open which of two is nearer that are as far but for last bits.
ValueId nearest(const Estimator& estimator, ValueId x, const Points& centers) {
  const ValueId index = Algebra(estimator).arg_min(squared_distances(estimator, x, centers));
  Choice choice;
  choice.norm = largest_norm(centers);
  choice.rounding = 0x1p-53 * (static_cast<double>(centers.width) + 8);
  estimator.graph.nodes.back().choice = choice;
  return index;
}

Predictions predict_nearest_center(const Estimator& estimator, ValueId x) {
  const Points centers = centers_of(estimator);
  return {number_labels(estimator, nearest(estimator, x, centers), centers.count), {}, {}, {}};
}

Predictions predict_k_means(const Estimator& estimator, ValueId x) {
  Predictions result = predict_nearest_center(estimator, x);
  result.transform = transform_to_distances(estimator, x);
  return result;
}

Predictions predict_birch(const Estimator& estimator, ValueId x) {
  Predictions result;
  result.predict = decode_labels(estimator, estimator.value.attribute("subcluster_labels_").as_array(),
                                 nearest(estimator, x, centers_of(estimator)));
  result.transform = transform_to_distances(estimator, x);
  return result;
}

/// The inner nodes of the hierarchy of a BisectingKMeans as a tree whose feature i is by how much farther the left
/// centre of node i is than its right one.
struct Bisections {
  TreeNodes nodes;
  std::vector<double> left, right;        ///< centres of the inner nodes, row by row
  std::vector<std::int64_t> label;        ///< of each node
  std::vector<double> mean;               ///< to add to centres; empty: none

  std::int64_t add(const Value& node) {
    const auto place = static_cast<std::int64_t>(nodes.left.size());
    const auto child = node.find("left");
    const bool is_leaf = !child || child->is_none();
    nodes.left.push_back(-1), nodes.right.push_back(-1), nodes.threshold.push_back(0);
    nodes.feature.push_back(is_leaf ? 0 : inner++);
    label.push_back(is_leaf ? node.attribute("label").as_int() : 0);
    if (is_leaf) return place;
    add_center(left, *child);
    add_center(right, node.attribute("right"));
    const auto at = static_cast<std::size_t>(place);
    const std::int64_t first = add(*child), second = add(node.attribute("right"));
    nodes.left[at] = first, nodes.right[at] = second;
    return place;
  }

  std::int64_t inner = 0;

 private:
  void add_center(std::vector<double>& to, const Value& node) const {
    const std::vector<double> center = node.attribute("center").as_doubles();
    for (std::size_t i = 0; i < center.size(); ++i) to.push_back(center[i] + (mean.empty() ? 0 : mean.at(i)));
  }
};

Predictions predict_bisecting_k_means(const Estimator& estimator, ValueId x) {
  Bisections tree;
  if (const auto mean = estimator.value.find("_X_mean")) tree.mean = mean->as_doubles();
  tree.add(estimator.value.attribute("_bisecting_tree"));
  const Points centers = centers_of(estimator);
  Predictions result;
  result.transform = transform_to_distances(estimator, x);
  if (tree.inner == 0) {
    result.predict = number_labels(estimator, nearest(estimator, x, centers), centers.count);
    return result;
  }
  const Algebra algebra(estimator);
  const auto distances = [&](std::vector<double> values) {
    Points points = centers;
    points.values = std::move(values), points.count = tree.inner;
    return squared_distances(estimator, x, points);
  };
  const ValueId farther = algebra.subtract(distances(tree.left), distances(tree.right));
  Forest forest(tree.inner, centers.count, centers.count);
  forest.add(tree.nodes, 0, [&](std::size_t node) {
    std::vector<double> chosen(static_cast<std::size_t>(centers.count));
    chosen.at(static_cast<std::size_t>(tree.label[node])) = 1;
    return chosen;
  });
  const ValueId leaf = forest.finish(estimator.graph, farther, 1, estimator.name);
  result.predict = number_labels(estimator, algebra.arg_max(leaf), centers.count);
  return result;
}

}  // namespace

std::span<const SklearnClass> cluster_classes() {
  static constexpr SklearnClass kRows[] = {
      both("KMeans", transform_to_distances, predict_k_means,
           "algorithm copy_x init max_iter n_clusters n_init n_jobs precompute_distances random_state tol verbose"),
      both("MiniBatchKMeans", transform_to_distances, predict_k_means,
           "batch_size compute_labels init init_size max_iter max_no_improvement n_clusters n_init random_state "
           "reassignment_ratio tol verbose"),
      both("BisectingKMeans", transform_to_distances, predict_bisecting_k_means,
           "algorithm bisecting_strategy copy_x init max_iter n_clusters n_init random_state tol verbose"),
      predictor("MeanShift", predict_nearest_center,
                "bandwidth bin_seeding cluster_all max_iter min_bin_freq n_jobs seeds"),
      predictor("AffinityPropagation", predict_nearest_center,
                "affinity convergence_iter copy damping max_iter preference random_state verbose"),
      both("Birch", transform_to_distances, predict_birch, "branching_factor compute_labels copy n_clusters threshold"),
  };
  return kRows;
}

}  // namespace nacre::tools
