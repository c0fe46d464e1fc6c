// What naive Bayes makes of logarithms of probabilities.

#include "tools/sklearn/naive_bayes.hpp"

namespace nacre::tools {

Predictions from_log_likelihood(const Estimator& estimator, const Array& classes, ValueId scores) {
  Predictions result;
  result.labels = label_texts(classes);
  const ValueId index = estimator.graph.add(parameters::ArgMax{}, {scores}, estimator.name + ".predict");
  result.predict = decode_labels(estimator, classes, index);
  result.predict_proba = estimator.graph.add(parameters::Softmax{}, {scores}, estimator.name + ".softmax");
  return result;
}

}  // namespace nacre::tools
