// coef_ and feature_importances_, of which the latter are no attribute of a saved model.

#include "tools/sklearn/importances.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include "tools/sklearn/tree.hpp"

namespace nacre::tools {
namespace {

/// Eight sums side by side, and halves of what is longer than 128.
double pairwise_sum(const double* values, std::size_t count) {
  if (count < 8) return std::accumulate(values, values + count, 0.0);
  if (count > 128) {
    const std::size_t half = count / 2 - count / 2 % 8;
    return pairwise_sum(values, half) + pairwise_sum(values + half, count - half);
  }
  double sums[8];
  std::copy_n(values, 8, sums);
  std::size_t i = 8;
  for (; i + 8 <= count; i += 8)
    for (std::size_t j = 0; j < 8; ++j) sums[j] += values[i + j];
  double sum = ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]));
  for (; i < count; ++i) sum += values[i];
  return sum;
}

void divide_by_sum(std::vector<double>& values) {
  const double sum = pairwise_sum(values.data(), values.size());
  if (sum > 0)
    for (double& value : values) value /= sum;
}

/// What the questions about each feature win of impurity.
std::vector<double> gains(const Value& tree, std::size_t features) {
  const NumpyArray& nodes = tree.attribute("nodes").numpy();
  const TreeNodes shape = read_tree_nodes(tree);
  const std::vector<double> impurity = nodes.numbers<double>("impurity"),
                            weight = nodes.numbers<double>("weighted_n_node_samples");
  std::vector<double> result(features);
  for (std::size_t n = 0; n < shape.left.size(); ++n) {
    if (shape.left[n] < 0) continue;
    const auto left = static_cast<std::size_t>(shape.left[n]), right = static_cast<std::size_t>(shape.right[n]);
    result.at(static_cast<std::size_t>(shape.feature[n])) +=
        weight[n] * impurity[n] - weight.at(left) * impurity.at(left) - weight.at(right) * impurity.at(right);
  }
  for (double& gain : result) gain /= weight.at(0);
  return result;
}

void add_terms(std::vector<double>& sum, const std::vector<double>& terms, double factor = 1) {
  for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += factor * terms[i];
}

/// Of a tree, or of an ensemble of trees; empty of another model.
std::vector<double> tree_importances(const Value& model, std::size_t features) {
  const std::string name = sklearn_class(model);
  std::vector<double> result(features);
  if (const auto tree = model.find("tree_")) {
    result = gains(*tree, features);
  } else if (name.starts_with("RandomForest") || name.starts_with("ExtraTrees")) {
    const Value trees = model.attribute("estimators_");
    for (std::size_t i = 0; i < trees.size(); ++i) add_terms(result, tree_importances(trees.at(i), features));
  } else if (name.starts_with("GradientBoosting")) {
    const Value trees = model.attribute("estimators_");
    for (std::size_t i = 0; i < trees.size(); ++i) add_terms(result, gains(trees.at(i).attribute("tree_"), features));
  } else if (name.starts_with("AdaBoost")) {
    const Value members = model.attribute("estimators_");
    const std::vector<double> weights = model.attribute("estimator_weights_").as_doubles();
    for (std::size_t i = 0; i < members.size(); ++i) {
      const std::vector<double> own = tree_importances(members.at(i), features);
      if (own.empty()) return {};
      add_terms(result, own, weights.at(i));
    }
  } else {
    return {};
  }
  divide_by_sum(result);
  return result;
}

/// The norm over the rows of several coefficients.
std::vector<double> norms(const Array& coefficients, double order) {
  const std::vector<double> values = coefficients.to<double>();
  const bool is_matrix = coefficients.shape().size() == 2;
  const auto rows = static_cast<std::size_t>(is_matrix ? coefficients.shape()[0] : 1);
  const std::size_t features = values.size() / std::max<std::size_t>(rows, 1);
  std::vector<double> result(features);
  for (std::size_t row = 0; row < rows; ++row)
    for (std::size_t i = 0; i < features; ++i) {
      const double size = std::abs(values[row * features + i]);
      result[i] = order == 0 ? std::max(result[i], size) : result[i] + (order == 1 ? size : std::pow(size, order));
    }
  if (order != 0 && order != 1 && is_matrix)
    for (double& sum : result) sum = std::pow(sum, 1 / order);
  if (!is_matrix && order != 0 && order != 1)
    for (std::size_t i = 0; i < features; ++i) result[i] = std::abs(values[i]);
  return result;
}

}  // namespace

double numpy_mean(const std::vector<double>& values) {
  return pairwise_sum(values.data(), values.size()) / static_cast<double>(values.size());
}

Importances importances_of(const Estimator& estimator, double order) {
  if (const auto coefficients = estimator.value.find("coef_"))
    return {norms(dense_array(*coefficients), order), order == 0 || order == 1};
  const std::optional<std::int64_t> features = feature_count(estimator.value);
  std::vector<double> scores = tree_importances(estimator.value, static_cast<std::size_t>(features.value_or(0)));
  if (scores.empty())
    estimator.refuse("does not say how much each feature matters to it", "select by a linear model or by trees");
  return {std::move(scores), false};
}

}  // namespace nacre::tools
