// AdaBoost: SAMME, SAMME.R, and the weighted median of R2.

#include <limits>
#include <numeric>

#include "tools/sklearn/algebra.hpp"
#include "tools/sklearn/families.hpp"
#include "tools/sklearn/members.hpp"

namespace nacre::tools {
namespace {

using F = ActivationFunction;

std::vector<double> boosting_weights(const Estimator& estimator, std::size_t members) {
  std::vector<double> weights = estimator.value.attribute("estimator_weights_").as_doubles();
  if (weights.size() < members) estimator.refuse("has fewer weights than models", "save the model again");
  weights.resize(members);  // boosting may stop early
  return weights;
}

/// (K - 1) (log p - mean of log p), each p at least the epsilon of float64.
ValueId samme_r(const Estimator& estimator, const Predictions& made, std::int64_t classes) {
  const Algebra algebra(estimator);
  if (!made.predict_proba || estimator.graph.type(*made.predict_proba).last() != classes)
    estimator.refuse("has algorithm=\"SAMME.R\" and a model without probabilities of all classes", "use others");
  parameters::Clip limits;
  limits.minimum = static_cast<float>(std::numeric_limits<double>::epsilon());
  const ValueId p = estimator.graph.add(limits, {*made.predict_proba});
  const auto count = static_cast<double>(classes);
  std::vector<double> matrix(static_cast<std::size_t>(classes * classes), -(count - 1) / count);
  for (std::size_t c = 0; c < static_cast<std::size_t>(classes); ++c)
    matrix[c * static_cast<std::size_t>(classes) + c] += count - 1;
  return algebra.product(algebra.apply(F::log, p), matrix, std::vector<double>(static_cast<std::size_t>(classes)));
}

struct Boosted {
  ValueId scores;   ///< one column per class
  ValueId logits;   ///< whose softmax are the probabilities
};

Boosted boosted_scores(const Estimator& estimator, ValueId x, const Array& classes) {
  const std::vector<Value> members = members_of(estimator);
  const auto count = static_cast<std::int64_t>(classes.size());
  const double others = static_cast<double>(count - 1);
  const bool is_real = text_of(estimator.value, "algorithm") == "SAMME.R";
  const std::vector<double> stated = estimator.value.attribute("estimator_weights_").as_doubles();
  const double total = std::accumulate(stated.begin(), stated.end(), 0.0);
  const std::vector<double> weights = boosting_weights(estimator, members.size());
  const bool is_symmetric = !saved_before(estimator.value, 1, 3), has_own_shares = saved_before(estimator.value, 0, 22);
  const Algebra algebra(estimator);
  std::vector<ValueId> terms, shares;
  for (std::size_t i = 0; i < members.size(); ++i) {
    const Predictions made = ask_member(estimator, members[i], std::to_string(i), x);
    if (is_real) {
      terms.push_back(algebra.scaled(samme_r(estimator, made, count), 1 / total));
      continue;
    }
    const Labels labels = labels_of(estimator, made);
    const ValueId chosen = vote(estimator, labels, places_among(estimator, labels.classes, classes), count);
    const double weight = weights[i] / total, rest = is_symmetric ? -weight / others : 0;
    terms.push_back(algebra.scaled(chosen, weight - rest, rest));
    if (has_own_shares && made.predict_proba) shares.push_back(algebra.scaled(*made.predict_proba, weight));
  }
  const ValueId scores = sum_of(estimator, terms);
  if (is_real || !has_own_shares) return {scores, algebra.scaled(scores, 1 / others)};
  if (shares.size() != members.size()) return {scores, scores};
  return {scores, algebra.scaled(sum_of(estimator, shares), 1 / others)};
}

Predictions predict_ada_boost_classifier(const Estimator& estimator, ValueId x) {
  const Array classes = estimator.value.attribute("classes_").as_array();
  if (classes.size() < 2) estimator.refuse("knows one class", "train it on two or more");
  const Boosted boosted = boosted_scores(estimator, x, classes);
  const Algebra algebra(estimator);
  Predictions result;
  result.labels = label_texts(classes);
  if (classes.size() > 2) {
    result.predict = predict_from_scores(estimator, classes, boosted.scores);
    result.decision_function = boosted.scores;
    result.predict_proba = algebra.softmax(boosted.logits);
    return result;
  }
  const ValueId decision = algebra.product(boosted.scores, {-1, 1}, {0});
  result.predict = predict_from_scores(estimator, classes, decision);
  result.decision_function = as_vector(estimator, decision);
  const bool has_own_shares = saved_before(estimator.value, 0, 22);
  result.predict_proba =
      algebra.softmax(has_own_shares ? boosted.logits : algebra.product(decision, {-0.5, 0.5}, {0, 0}));
  return result;
}

/// The smallest answer at or below which at least half of the weight lies.
Predictions predict_ada_boost_regressor(const Estimator& estimator, ValueId x) {
  const std::vector<Value> members = members_of(estimator);
  const std::vector<double> weights = boosting_weights(estimator, members.size());
  const Algebra algebra(estimator);
  std::vector<ValueId> columns;
  for (const Value& member : members)
    columns.push_back(
        as_column(estimator, *ask_member(estimator, member, std::to_string(columns.size()), x).predict));
  if (columns.size() == 1) return {as_vector(estimator, columns[0]), {}, {}, {}};
  const auto count = static_cast<std::int64_t>(columns.size());
  const ValueId answers = algebra.join(columns);
  const ValueId above = algebra.greater(algebra.reshaped(answers, {1, count}), algebra.reshaped(answers, {count, 1}));
  const double half = std::accumulate(weights.begin(), weights.end(), 0.0) / 2;
  const ValueId weight_above = algebra.reshaped(algebra.product(above, weights, {0}), {count});
  const ValueId is_below_half = algebra.exceeds(weight_above, half);
  const double far = std::numeric_limits<float>::max();
  const ValueId candidates = algebra.where(is_below_half, algebra.constant({1}, {far}), answers);
  return {algebra.reduce(ReduceFunction::minimum, candidates, 1), {}, {}, {}};
}

}  // namespace

std::span<const SklearnClass> weight_boosting_classes() {
  static constexpr SklearnClass kRows[] = {
      predictor("AdaBoostClassifier", predict_ada_boost_classifier,
                "algorithm base_estimator estimator learning_rate n_estimators random_state"),
      predictor("AdaBoostRegressor", predict_ada_boost_regressor,
                "base_estimator estimator learning_rate loss n_estimators random_state"),
  };
  return kRows;
}

}  // namespace nacre::tools
