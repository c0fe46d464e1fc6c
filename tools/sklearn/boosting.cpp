// GradientBoostingClassifier and GradientBoostingRegressor: start value + learning rate * trees.

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "tools/sklearn/tree.hpp"

namespace nacre::tools {
namespace {

/// Releases have kept probabilities this far from 0 and 1.
double least_probability(const Value& model) {
  return saved_before(model, 1, 8) ? std::numeric_limits<float>::epsilon() : std::numeric_limits<double>::epsilon();
}

bool is_exponential(const Value& model) { return text_of(model, "loss") == "exponential"; }

/// Start values before scikit-learn 0.21: estimators of their own.
std::optional<std::vector<double>> old_start(const Value& init) {
  for (const char* name : {"prior", "mean", "quantile"})
    if (const auto found = init.find(name); found && found->is_number()) return std::vector<double>{found->as_double()};
  if (const auto priors = init.find("priors"); priors && priors->is_array()) return priors->as_doubles();
  return std::nullopt;
}

/// Start values from class frequencies, on the scale of the raw scores. Since 1.4 several classes are
/// centred around their mean.
std::vector<double> start_from_priors(const Estimator& estimator, std::vector<double> priors) {
  const double least = least_probability(estimator.value);
  for (double& p : priors) p = std::clamp(p, least, 1 - least);
  if (priors.size() == 2) {
    const double log_odds = std::log(priors[1] / (1 - priors[1]));
    return {is_exponential(estimator.value) ? log_odds / 2 : log_odds};
  }
  double mean = 0;
  for (double& p : priors) mean += p = std::log(p);
  const auto loss = estimator.value.find("_loss");
  if (loss && loss->class_name().find("_gb_losses") == std::string::npos)
    for (double& p : priors) p -= mean / static_cast<double>(priors.size());
  return priors;
}

/// The probabilities that a DummyClassifier gives to every row.
std::vector<double> dummy_probabilities(const Estimator& dummy) {
  const std::string strategy = text_of(dummy.value, "strategy");
  std::vector<double> prior = dummy.value.attribute("class_prior_").as_doubles();
  if (strategy == "prior") return prior;
  if (strategy == "uniform") return std::vector<double>(prior.size(), 1.0 / static_cast<double>(prior.size()));
  std::size_t chosen = 0;
  if (strategy == "most_frequent") {
    chosen = static_cast<std::size_t>(std::max_element(prior.begin(), prior.end()) - prior.begin());
  } else if (strategy == "constant") {
    const Array classes = dummy.value.attribute("classes_").as_array();
    const double constant = dummy.value.attribute("constant").as_double();
    const std::vector<double> labels = classes.to<double>();
    chosen = static_cast<std::size_t>(std::find(labels.begin(), labels.end(), constant) - labels.begin());
  } else {
    dummy.refuse("starts from the strategy " + strategy, "train it with init=None or init='zero'");
  }
  for (std::size_t i = 0; i < prior.size(); ++i) prior[i] = i == chosen ? 1 : 0;
  return prior;
}

/// Start values that do not depend on x; none where `init_` is another estimator.
std::optional<std::vector<double>> start_values(const Estimator& estimator, std::size_t columns) {
  const auto init = estimator.value.find("init_");
  if (!init || init->is_none() || init->is_string()) return std::vector<double>(columns, 0.0);
  const std::string name = sklearn_class(*init);
  if (name == "ZeroEstimator") return std::vector<double>(columns, 0.0);
  if (name == "DummyRegressor") return init->attribute("constant_").as_doubles();
  if (name == "DummyClassifier")
    return start_from_priors(estimator, dummy_probabilities(estimator.with(*init, "init")));
  return old_start(*init);
}

/// The raw scores of an `init_` that is an estimator of its own: its prediction, or the score that its
/// probabilities come from.
ValueId start_scores(const Estimator& estimator, ValueId x, std::int64_t columns) {
  using F = ActivationFunction;
  Graph& graph = estimator.graph;
  const Estimator init = estimator.with(estimator.value.attribute("init_"), "init");
  if (!is_predictor(init.value)) init.refuse("is not supported as a start", "train it with init=None or init='zero'");
  const Predictions start = import_predict(init, x);
  if (!estimator.value.find("classes_"))
    return add_reshape(graph, *start.predict, {columns}, estimator.name + ".start");
  if (!start.predict_proba) init.refuse("has no probabilities to start from", "train it with init=None or init='zero'");
  ValueId p = *start.predict_proba;
  parameters::Affine clip;
  const double least = least_probability(estimator.value);
  clip.minimum = static_cast<float>(least);
  clip.maximum = static_cast<float>(1 - least);
  p = add_affine(graph, p, {0}, {1}, {0}, estimator.name + ".clip", clip);
  const ValueId log = add_activation(graph, p, F::log, estimator.name + ".log");
  if (columns > 1) {
    // Since 1.4 the scores of several classes are centred around their mean.
    const auto loss = estimator.value.find("_loss");
    if (!loss || loss->class_name().find("_gb_losses") != std::string::npos) return log;
    const auto n = static_cast<std::size_t>(columns);
    std::vector<double> centre(n * n, -1.0 / static_cast<double>(n));
    for (std::size_t i = 0; i < n; ++i) centre[i * n + i] += 1;
    return add_fully_connected(graph, log, centre, std::vector<double>(n, 0.0), estimator.name + ".centre");
  }
  const double half = is_exponential(estimator.value) ? 0.5 : 1;
  return add_fully_connected(graph, log, {-half, half}, {0}, estimator.name + ".log_odds");
}

/// Raw scores, one column per class (one for two classes and for regression).
ValueId raw_scores(const Estimator& estimator, ValueId x) {
  const Value stages = estimator.value.attribute("estimators_");
  const std::vector<std::int64_t> shape = stages.numpy().shape;
  if (shape.size() != 2 || shape[1] < 1) estimator.refuse("has stages of another shape", "save the model again");
  const auto columns = static_cast<std::size_t>(shape[1]);
  const double rate = estimator.value.attribute("learning_rate").as_double();
  Forest forest(estimator.graph.type(x).last(), 1, shape[1]);
  for (std::size_t i = 0; i < stages.size(); ++i) {
    const Value tree = stages.at(i).attribute("tree_");
    const std::vector<double> values = tree.attribute("values").as_doubles();
    const TreeNodes nodes = read_tree_nodes(tree);
    if (values.size() != nodes.left.size())
      estimator.refuse("has a tree whose values do not fit its nodes", "save the model again");
    forest.add(nodes, static_cast<std::int64_t>(i % columns),
               [&](std::size_t node) { return std::array{rate * values[node]}; });
  }
  if (const auto start = start_values(estimator, columns)) {
    forest.base() = *start;
    if (start->size() != columns) estimator.refuse("has start values of another number", "save the model again");
    return forest.finish(estimator.graph, x, 1, estimator.name);
  }
  parameters::Binary add;
  add.function = BinaryFunction::add;
  const ValueId start = start_scores(estimator, x, shape[1]);
  return estimator.graph.add(add, {start, forest.finish(estimator.graph, x, 1, estimator.name)},
                             estimator.name + ".sum");
}

}  // namespace

Predictions predict_boosting_regressor(const Estimator& estimator, ValueId x) {
  return {as_vector(estimator, raw_scores(estimator, x)), {}, {}, {}};
}

Predictions predict_boosting_classifier(const Estimator& estimator, ValueId x) {
  Graph& graph = estimator.graph;
  const Array classes = classes_of(estimator);
  const ValueId raw = raw_scores(estimator, x);
  Predictions result;
  result.labels = label_texts(classes);
  // A score of exactly 0 was the first class before 1.4, and is the second since.
  const double below = saved_before(estimator.value, 1, 4) ? 0.0 : -std::numeric_limits<float>::denorm_min();
  result.predict = predict_from_scores(estimator, classes, raw, below);
  if (graph.type(raw).last() > 1) {
    result.decision_function = raw;
    result.predict_proba = graph.add(parameters::Softmax{}, {raw}, estimator.name + ".softmax");
    return result;
  }
  result.decision_function = as_vector(estimator, raw);
  const ValueId logits =
      is_exponential(estimator.value) ? add_affine(graph, raw, {0}, {2}, {0}, estimator.name + ".double") : raw;
  result.predict_proba = add_activation(graph, both_signs(estimator, logits), ActivationFunction::sigmoid,
                                        estimator.name + ".sigmoid");
  return result;
}

}  // namespace nacre::tools
