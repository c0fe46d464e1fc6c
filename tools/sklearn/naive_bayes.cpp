// GaussianNB and MultinomialNB: joint log-likelihoods, then softmax.

#include "tools/sklearn/naive_bayes.hpp"

#include <algorithm>
#include <cmath>

namespace nacre::tools {
namespace {

Predictions from_log_likelihood(const Estimator& estimator, const Array& classes, ValueId scores) {
  Predictions result;
  result.labels = label_texts(classes);
  const ValueId index = estimator.graph.add(schema::ArgMaxT{}, {scores}, estimator.name + ".predict");
  result.predict = decode_labels(estimator, classes, index);
  result.predict_proba = estimator.graph.add(schema::SoftmaxT{}, {scores}, estimator.name + ".softmax");
  return result;
}

/// Scores of classes. That of a class which partial_fit has not met is -infinity: it is never predicted, and its
/// probability is 0.
ValueId add_scores(Graph& graph, ValueId x, const std::vector<double>& weights, const std::vector<double>& bias, const std::string& name) {
  const bool grows = std::any_of(bias.begin(), bias.end(), [](double b) { return b > 0 && std::isinf(b); });
  return add_fully_connected(graph, x, weights, bias, name, !grows);
}

}  // namespace

Predictions predict_gaussian_naive_bayes(const Estimator& estimator, ValueId x) {
  Graph& graph = estimator.graph;
  const Array classes = estimator.value.attribute("classes_").as_array();
  const std::vector<double> mean = estimator.value.attribute("theta_").as_doubles();
  const std::vector<double> variance = estimator.value.attribute({"var_", "sigma_"}).as_doubles();
  const std::vector<double> prior = estimator.value.attribute("class_prior_").as_doubles();
  const auto features = static_cast<std::size_t>(graph.type(x).last());
  if (mean.size() != classes.size() * features || variance.size() != mean.size() || prior.size() != classes.size())
    estimator.refuse("has means and variances of another shape", "save the model again");
  // Squares of (x - mean) / sqrt(2 variance), class by class: expanding the square would cancel.
  schema::ConcatenateT join;
  join.axis = 1;
  std::vector<ValueId> columns;
  for (std::size_t c = 0; c < classes.size(); ++c) {
    const auto row = [&](const std::vector<double>& values, std::size_t i) { return values[c * features + i]; };
    std::vector<double> center(features), scale(features);
    double constant = std::log(prior[c]);
    for (std::size_t i = 0; i < features; ++i) {
      center[i] = row(mean, i);
      scale[i] = 1 / std::sqrt(2 * row(variance, i));
      constant -= 0.5 * std::log(2 * M_PI * row(variance, i));
    }
    const std::string name = estimator.name + ".class_" + std::to_string(c);
    const ValueId distance = add_activation(graph, add_affine(graph, x, center, scale, {0}, name), schema::ActivationFunction::square, name + ".square");
    columns.push_back(add_scores(graph, distance, std::vector<double>(features, -1.0), {constant}, name + ".sum"));
  }
  return from_log_likelihood(estimator, classes, graph.add(std::move(join), std::move(columns), estimator.name + ".join"));
}

Predictions predict_multinomial_naive_bayes(const Estimator& estimator, ValueId x) {
  const Array classes = estimator.value.attribute("classes_").as_array();
  std::vector<double> log_probability = estimator.value.attribute("feature_log_prob_").as_doubles();
  if (std::any_of(log_probability.begin(), log_probability.end(), [](double p) { return std::isinf(p); }))
    estimator.refuse("gives a word that a class never met the probability 0 (alpha=0), so that scikit-learn answers NaN for every row that is no sparse matrix",
                     "train it with alpha above 0; 1e-10 is as good as none");
  // Each feature less its mean over the classes: no answer changes, and large counts do not cancel.
  const std::size_t features = log_probability.size() / std::max<std::size_t>(classes.size(), 1);
  for (std::size_t i = 0; i < features; ++i) {
    double mean = 0;
    for (std::size_t c = 0; c < classes.size(); ++c) mean += log_probability[c * features + i] / static_cast<double>(classes.size());
    for (std::size_t c = 0; c < classes.size(); ++c) log_probability[c * features + i] -= mean;
  }
  const ValueId scores = add_scores(
      estimator.graph, x, transposed(log_probability, classes.size(), features),
      estimator.value.attribute("class_log_prior_").as_doubles(), estimator.name);
  return from_log_likelihood(estimator, classes, scores);
}

}  // namespace nacre::tools
