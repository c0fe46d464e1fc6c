// One model for each target, alone or in a chain.

#include "tools/sklearn/algebra.hpp"
#include "tools/sklearn/families.hpp"
#include "tools/sklearn/members.hpp"

namespace nacre::tools {
namespace {

Predictions predict_multi_output_regressor(const Estimator& estimator, ValueId x) {
  std::vector<ValueId> columns;
  for (const Value& member : members_of(estimator))
    columns.push_back(
        as_column(estimator, *ask_member(estimator, member, std::to_string(columns.size()), x).predict));
  return {Algebra(estimator).join(columns), {}, {}, {}};
}

/// Releases before 0.20 gave the probabilities of all targets as one array [batch, classes, targets].
ValueId stacked_shares(const Estimator& estimator, const std::vector<TargetProbabilities>& targets) {
  const Algebra algebra(estimator);
  std::vector<ValueId> columns;
  for (const TargetProbabilities& target : targets)
    columns.push_back(algebra.reshaped(target.value, {static_cast<std::int64_t>(target.labels.size()), 1}));
  return algebra.join(columns, 2);
}

Predictions predict_multi_output_classifier(const Estimator& estimator, ValueId x) {
  Predictions result;
  std::vector<Labels> labels;
  bool has_shares = true;
  for (const Value& member : members_of(estimator)) {
    const Predictions made = ask_member(estimator, member, std::to_string(labels.size()), x);
    labels.push_back(labels_of(estimator, made));
    has_shares = has_shares && made.predict_proba;
    if (has_shares) result.targets.push_back({*made.predict_proba, made.labels});
  }
  if (has_shares && saved_before(estimator.value, 0, 20))
    result.predict_proba = stacked_shares(estimator, result.targets);
  if (!has_shares || result.predict_proba) result.targets.clear();
  result.predict = join_labels(estimator, labels);
  return result;
}

/// The columns that a chain gives, in the order of its targets.
ValueId in_target_order(const Estimator& estimator, const std::vector<ValueId>& columns) {
  const std::vector<std::int64_t> order = estimator.value.attribute("order_").as_array().to<std::int64_t>();
  std::vector<ValueId> sorted(columns.size());
  if (order.size() != columns.size()) estimator.refuse("has another order than models", "save the model again");
  for (std::size_t i = 0; i < order.size(); ++i) sorted.at(static_cast<std::size_t>(order[i])) = columns[i];
  return Algebra(estimator).join(sorted);
}

ValueId second_share(const Estimator& estimator, const Predictions& made) {
  if (!made.predict_proba || estimator.graph.type(*made.predict_proba).last() != 2)
    estimator.refuse("chains models without probabilities of two classes", "use others");
  return Algebra(estimator).column(*made.predict_proba, 1);
}

/// What a member of a chain hands on to those behind it.
ValueId handed_on(const Estimator& estimator, const Predictions& made, const std::string& method) {
  if (method == "predict_proba") return second_share(estimator, made);
  if (method == "decision_function" && made.decision_function) return as_column(estimator, *made.decision_function);
  if (method == "predict") return number_column(estimator, made);
  estimator.refuse("hands on what its models do not give: " + method, "use chain_method=\"predict\"");
}

Predictions predict_chain(const Estimator& estimator, ValueId x) {
  const std::string stated = text_of(estimator.value, "chain_method_"), method = stated.empty() ? "predict" : stated;
  const Algebra algebra(estimator);
  std::vector<ValueId> answers, shares, decisions, given{x};
  for (const Value& member : members_of(estimator)) {
    const ValueId row = given.size() == 1 ? x : algebra.join(given);
    const Predictions made = ask_member(estimator, member, std::to_string(answers.size()), row);
    answers.push_back(number_column(estimator, made));
    if (made.predict_proba && made.labels.size() == 2) shares.push_back(second_share(estimator, made));
    if (made.decision_function && estimator.graph.shape(*made.decision_function).size() == 1)
      decisions.push_back(as_column(estimator, *made.decision_function));
    given.push_back(handed_on(estimator, made, method));
  }
  Predictions result{in_target_order(estimator, answers), {}, {}, {}};
  if (shares.size() == answers.size()) result.predict_proba = in_target_order(estimator, shares);
  if (decisions.size() == answers.size()) result.decision_function = in_target_order(estimator, decisions);
  return result;
}

}  // namespace

std::span<const SklearnClass> multioutput_classes() {
  static constexpr SklearnClass kRows[] = {
      predictor("MultiOutputRegressor", predict_multi_output_regressor, "estimator n_jobs"),
      predictor("MultiOutputClassifier", predict_multi_output_classifier, "estimator n_jobs"),
      predictor("ClassifierChain", predict_chain,
                "base_estimator chain_method cv estimator order random_state verbose"),
      predictor("RegressorChain", predict_chain, "base_estimator cv estimator order random_state verbose"),
  };
  return kRows;
}

}  // namespace nacre::tools
