// MLPClassifier and MLPRegressor.

#include "tools/sklearn/importer.hpp"

namespace nacre::tools {
namespace {

using F = ActivationFunction;

ValueId activated(const Estimator& estimator, ValueId x, const std::string& function, const std::string& name) {
  Graph& graph = estimator.graph;
  if (function == "identity") return x;
  if (function == "relu") return graph.add(parameters::Activation{}, {x}, name);
  if (function == "tanh") return add_activation(graph, x, F::tanh, name);
  if (function == "logistic") return add_activation(graph, x, F::sigmoid, name);
  if (function == "exp") return add_activation(graph, x, F::exponential, name);
  if (function == "softmax") return graph.add(parameters::Softmax{}, {x}, name);
  estimator.refuse("has the unknown activation " + function, "use identity, relu, tanh or logistic");
}

/// All layers; the output's activation is left to the caller.
ValueId layers(const Estimator& estimator, ValueId x) {
  const Value coefficients = estimator.value.attribute("coefs_"), intercepts = estimator.value.attribute("intercepts_");
  const std::string hidden = text_of(estimator.value, "activation");
  for (std::size_t i = 0; i < coefficients.size(); ++i) {
    const std::string name = estimator.name + "." + std::to_string(i);
    x = add_fully_connected(estimator.graph, x, coefficients.at(i).as_doubles(), intercepts.at(i).as_doubles(), name);
    if (i + 1 < coefficients.size()) x = activated(estimator, x, hidden, name + ".activation");
  }
  return x;
}

ValueId output_activated(const Estimator& estimator, ValueId x) {
  return activated(estimator, x, text_of(estimator.value, "out_activation_"), estimator.name + ".output");
}

}  // namespace

Predictions predict_mlp_regressor(const Estimator& estimator, ValueId x) {
  const ValueId y = output_activated(estimator, layers(estimator, x));
  return {estimator.graph.type(y).last() == 1 ? as_vector(estimator, y) : y, {}, {}, {}};
}

Predictions predict_mlp_classifier(const Estimator& estimator, ValueId x) {
  const Array classes = estimator.value.attribute("classes_").as_array();
  const ValueId scores = layers(estimator, x);
  Predictions result;
  result.labels = label_texts(classes);
  if (predicts_indicators(estimator)) {
    result.predict = indicate(estimator, scores);
    result.predict_proba = output_activated(estimator, scores);
    return result;
  }
  result.predict = predict_from_scores(estimator, classes, scores);
  result.predict_proba =
      output_activated(estimator, estimator.graph.type(scores).last() == 1 ? both_signs(estimator, scores) : scores);
  return result;
}

}  // namespace nacre::tools
