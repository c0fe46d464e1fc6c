// MultinomialNB: joint log-likelihoods, then softmax.

#include "tools/sklearn/naive_bayes.hpp"

#include <algorithm>
#include <cmath>

namespace nacre::tools {

Predictions from_log_likelihood(const Estimator& estimator, const Array& classes, ValueId scores) {
  Predictions result;
  result.labels = label_texts(classes);
  const ValueId index = estimator.graph.add(parameters::ArgMax{}, {scores}, estimator.name + ".predict");
  result.predict = decode_labels(estimator, classes, index);
  result.predict_proba = estimator.graph.add(parameters::Softmax{}, {scores}, estimator.name + ".softmax");
  return result;
}

namespace {

/// Scores of classes. That of a class which partial_fit has not met is -infinity: it is never predicted, and its
/// probability is 0.
ValueId add_scores(Graph& graph, ValueId x, const std::vector<double>& weights, const std::vector<double>& bias,
                   const std::string& name) {
  const bool grows = std::any_of(bias.begin(), bias.end(), [](double b) { return b > 0 && std::isinf(b); });
  return add_fully_connected(graph, x, weights, bias, name, !grows);
}

}  // namespace

Predictions predict_multinomial_naive_bayes(const Estimator& estimator, ValueId x) {
  const Array classes = estimator.value.attribute("classes_").as_array();
  std::vector<double> log_probability = estimator.value.attribute("feature_log_prob_").as_doubles();
  if (std::any_of(log_probability.begin(), log_probability.end(), [](double p) { return std::isinf(p); }))
    estimator.refuse(
        "gives a word that a class never met the probability 0 (alpha=0), so that scikit-learn answers NaN for every "
        "row that is no sparse matrix",
        "train it with alpha above 0; 1e-10 is as good as none");
  // Each feature less its mean over the classes: no answer changes, and large counts do not cancel.
  const std::size_t features = log_probability.size() / std::max<std::size_t>(classes.size(), 1);
  for (std::size_t i = 0; i < features; ++i) {
    double mean = 0;
    for (std::size_t c = 0; c < classes.size(); ++c)
      mean += log_probability[c * features + i] / static_cast<double>(classes.size());
    for (std::size_t c = 0; c < classes.size(); ++c) log_probability[c * features + i] -= mean;
  }
  const ValueId scores = add_scores(
      estimator.graph, x, transposed(log_probability, classes.size(), features),
      estimator.value.attribute("class_log_prior_").as_doubles(), estimator.name);
  return from_log_likelihood(estimator, classes, scores);
}

}  // namespace nacre::tools
