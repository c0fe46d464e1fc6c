// MLPClassifier and MLPRegressor.

#include "tools/sklearn/neural_network.hpp"

namespace nacre::tools {
namespace {

using F = schema::ActivationFunction;

ValueId activated(const Estimator& estimator, ValueId x, const std::string& function, const std::string& name) {
  Graph& graph = estimator.graph;
  if (function == "identity") return x;
  if (function == "relu") return graph.add(schema::ActivationT{}, {x}, name);
  if (function == "tanh") return add_activation(graph, x, F::tanh, name);
  if (function == "logistic") return add_activation(graph, x, F::sigmoid, name);
  if (function == "softmax") return graph.add(schema::SoftmaxT{}, {x}, name);
  estimator.refuse("has the unknown activation " + function, "use identity, relu, tanh or logistic");
}

/// All layers, the output's activation included.
ValueId layers(const Estimator& estimator, ValueId x) {
  const Value coefficients = estimator.value.attribute("coefs_"), intercepts = estimator.value.attribute("intercepts_");
  const std::string hidden = estimator.value.attribute("activation").as_string();
  const std::string output = estimator.value.attribute("out_activation_").as_string();
  for (std::size_t i = 0; i < coefficients.size(); ++i) {
    const std::string name = estimator.name + "." + std::to_string(i);
    x = add_fully_connected(estimator.graph, x, coefficients.at(i).as_doubles(), intercepts.at(i).as_doubles(), name);
    x = activated(estimator, x, i + 1 == coefficients.size() ? output : hidden, name + ".activation");
  }
  return x;
}

}  // namespace

Predictions predict_mlp_regressor(const Estimator& estimator, ValueId x) {
  const ValueId y = layers(estimator, x);
  return {estimator.graph.type(y).last() == 1 ? as_vector(estimator, y) : y, {}, {}, {}};
}

Predictions predict_mlp_classifier(const Estimator& estimator, ValueId x) {
  const Array classes = estimator.value.attribute("classes_").as_array();
  const ValueId p = layers(estimator, x);
  if (estimator.value.attribute("out_activation_").as_string() == "logistic" && estimator.graph.type(p).last() > 1)
    estimator.refuse("predicts several labels at once", "train one classifier per label");
  Predictions result;
  result.labels = label_texts(classes);
  result.predict = predict_from_scores(estimator, classes, p, 0.5);
  result.predict_proba = estimator.graph.type(p).last() == 1 ? both_probabilities(estimator, p) : p;
  return result;
}

}  // namespace nacre::tools
