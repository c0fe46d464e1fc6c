// Ensembles of different or equal models that vote or are averaged: VotingClassifier, BaggingClassifier and theirs.

#include <numeric>

#include "tools/sklearn/algebra.hpp"
#include "tools/sklearn/families.hpp"
#include "tools/sklearn/members.hpp"

namespace nacre::tools {
namespace {

/// The weights of the models that were not dropped.
std::vector<double> voting_weights(const Estimator& estimator, std::size_t members) {
  std::vector<double> weights;
  const auto stated = estimator.value.find("weights");
  if (!stated || stated->is_none()) {
    weights.assign(members, 1.0);
  } else {
    const std::vector<double> all = stated->as_doubles();
    const Value named = estimator.value.attribute("estimators");
    for (std::size_t i = 0; i < named.size() && i < all.size(); ++i) {
      const Value model = named.at(i).at(1);
      if (!model.is_none() && !model.is_string()) weights.push_back(all[i]);
    }
  }
  if (weights.size() != members) estimator.refuse("has other weights than models", "save the model again");
  return weights;
}

/// sum / divisor, by the library's own step: where shares are tied, its rounding decides the label.
ValueId divided(const Estimator& estimator, ValueId sum, double divisor) {
  const Algebra algebra(estimator);
  return divisor == 1 ? sum : algebra.divide(sum, algebra.constant({1}, {divisor}));
}

Predictions predict_voting_regressor(const Estimator& estimator, ValueId x) {
  const std::vector<Value> members = members_of(estimator);
  std::vector<double> weights = voting_weights(estimator, members.size());
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  for (double& weight : weights) weight /= sum;
  const Algebra algebra(estimator);
  std::vector<ValueId> columns;
  for (const Value& member : members)
    columns.push_back(
        as_column(estimator, *ask_member(estimator, member, std::to_string(columns.size()), x).predict));
  return {as_vector(estimator, algebra.product(algebra.join(columns), weights, {0})), {}, {}, {}};
}

Predictions predict_voting_classifier(const Estimator& estimator, ValueId x) {
  const std::vector<Value> members = members_of(estimator);
  const std::vector<double> weights = voting_weights(estimator, members.size());
  const Array classes = estimator.value.attribute("classes_").as_array();
  const auto count = static_cast<std::int64_t>(classes.size());
  const bool is_soft = text_of(estimator.value, "voting") == "soft";
  const Algebra algebra(estimator);
  std::vector<ValueId> terms;
  for (std::size_t i = 0; i < members.size(); ++i) {
    const Predictions made = ask_member(estimator, members[i], std::to_string(i), x);
    const Labels labels = labels_of(estimator, made);
    const std::vector<std::int64_t> places = numbers_of_classes(estimator, labels.classes, count);
    if (is_soft && !made.predict_proba)
      estimator.refuse("has voting=\"soft\" and a model without probabilities", "use others, or voting=\"hard\"");
    const ValueId term = is_soft ? spread_columns(estimator, *made.predict_proba, places, count)
                                 : vote(estimator, labels, places, count);
    terms.push_back(weights[i] == 1 ? term : algebra.scaled(term, weights[i]));
  }
  ValueId total = sum_of(estimator, terms);
  if (is_soft) total = divided(estimator, total, std::accumulate(weights.begin(), weights.end(), 0.0));
  Predictions result;
  result.labels = label_texts(classes);
  result.predict = decode_labels(estimator, classes, largest_share(estimator, total));
  if (is_soft) result.predict_proba = total;
  return result;
}

/// The columns that a member of a bag was trained on.
ValueId own_columns(const Estimator& estimator, std::size_t member, ValueId x) {
  const auto all = estimator.value.find("estimators_features_");
  if (!all || all->is_none()) return x;
  std::vector<std::int64_t> columns = all->at(member).as_array().to<std::int64_t>();
  std::vector<std::int64_t> in_order(static_cast<std::size_t>(estimator.graph.type(x).last()));
  std::iota(in_order.begin(), in_order.end(), std::int64_t{0});
  return columns == in_order ? x : Algebra(estimator).columns(x, std::move(columns));
}

Predictions predict_bagging_regressor(const Estimator& estimator, ValueId x) {
  const std::vector<Value> members = members_of(estimator);
  std::vector<ValueId> terms;
  for (std::size_t i = 0; i < members.size(); ++i)
    terms.push_back(
        *ask_member(estimator, members[i], std::to_string(i), own_columns(estimator, i, x)).predict);
  const ValueId sum = as_column(estimator, sum_of(estimator, terms));
  const ValueId mean = Algebra(estimator).scaled(sum, 1.0 / static_cast<double>(members.size()));
  return {estimator.graph.shape(terms[0]).size() == 1 ? as_vector(estimator, mean) : mean, {}, {}, {}};
}

/// The mean of probabilities; of the decisions too, where the models have them.
Predictions predict_bagging_classifier(const Estimator& estimator, ValueId x) {
  const std::vector<Value> members = members_of(estimator);
  const Array classes = estimator.value.attribute("classes_").as_array();
  const auto count = static_cast<std::int64_t>(classes.size());
  std::vector<ValueId> shares, decisions;
  for (std::size_t i = 0; i < members.size(); ++i) {
    const Predictions made = ask_member(estimator, members[i], std::to_string(i), own_columns(estimator, i, x));
    const Labels labels = labels_of(estimator, made);
    const std::vector<std::int64_t> places = numbers_of_classes(estimator, labels.classes, count);
    shares.push_back(made.predict_proba ? spread_columns(estimator, *made.predict_proba, places, count)
                                        : vote(estimator, labels, places, count));
    if (made.decision_function && labels.classes.size() == classes.size())
      decisions.push_back(as_column(estimator, *made.decision_function));
  }
  const Algebra algebra(estimator);
  const auto number = static_cast<double>(members.size());
  Predictions result;
  result.labels = label_texts(classes);
  result.predict_proba = divided(estimator, sum_of(estimator, shares), number);
  result.predict = decode_labels(estimator, classes, largest_share(estimator, *result.predict_proba));
  if (decisions.size() == members.size()) {
    const ValueId mean = algebra.scaled(sum_of(estimator, decisions), 1 / number);
    result.decision_function = estimator.graph.type(mean).last() == 1 ? as_vector(estimator, mean) : mean;
  }
  return result;
}

}  // namespace

std::span<const SklearnClass> voting_classes() {
  static constexpr SklearnClass kRows[] = {
      predictor("VotingRegressor", predict_voting_regressor, "estimators n_jobs verbose weights"),
      predictor("VotingClassifier", predict_voting_classifier,
                "estimators flatten_transform n_jobs verbose voting weights"),
      predictor("BaggingRegressor", predict_bagging_regressor,
                "base_estimator bootstrap bootstrap_features estimator max_features max_samples n_estimators n_jobs "
                "oob_score random_state verbose warm_start"),
      predictor("BaggingClassifier", predict_bagging_classifier,
                "base_estimator bootstrap bootstrap_features estimator max_features max_samples n_estimators n_jobs "
                "oob_score random_state verbose warm_start"),
  };
  return kRows;
}

}  // namespace nacre::tools
