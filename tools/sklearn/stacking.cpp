// StackingClassifier and StackingRegressor: a last model reads the answers of others.

#include "tools/sklearn/algebra.hpp"
#include "tools/sklearn/families.hpp"
#include "tools/sklearn/members.hpp"

namespace nacre::tools {
namespace {

/// The columns that the last model reads of another. Of two classes' probabilities that is the second.
ValueId columns_for_last(const Estimator& estimator, const Predictions& made, const std::string& method) {
  if (method == "predict") return number_column(estimator, made);
  if (method == "decision_function" && made.decision_function) return as_column(estimator, *made.decision_function);
  if (method != "predict_proba" || !made.predict_proba)
    estimator.refuse("stacks models by what they do not give: " + method, "use stack_method=\"predict\"");
  const bool is_binary = estimator.graph.type(*made.predict_proba).last() == 2;
  return is_binary ? Algebra(estimator).column(*made.predict_proba, 1) : *made.predict_proba;
}

ValueId stacked(const Estimator& estimator, ValueId x) {
  const std::vector<Value> members = members_of(estimator);
  const Value methods = estimator.value.attribute("stack_method_");
  if (methods.size() != members.size()) estimator.refuse("has other methods than models", "save the model again");
  std::vector<ValueId> columns;
  for (std::size_t i = 0; i < members.size(); ++i)
    columns.push_back(columns_for_last(estimator, ask_member(estimator, members[i], std::to_string(i), x),
                                       methods.at(i).as_string()));
  if (number_of(estimator.value, "passthrough").value_or(0) != 0) columns.push_back(x);
  return Algebra(estimator).join(columns);
}

Predictions predict_stacking_regressor(const Estimator& estimator, ValueId x) {
  const Predictions made =
      ask_member(estimator, estimator.value.attribute("final_estimator_"), "final", stacked(estimator, x));
  return {made.predict, {}, {}, {}};
}

/// The last model was trained on the numbers of the classes.
Predictions predict_stacking_classifier(const Estimator& estimator, ValueId x) {
  const auto outputs = estimator.value.find("_label_encoder");
  if (outputs && outputs->is_sequence())
    estimator.refuse("predicts several targets", "train one model for each target");
  Predictions result =
      ask_member(estimator, estimator.value.attribute("final_estimator_"), "final", stacked(estimator, x));
  const Array classes = estimator.value.attribute("classes_").as_array();
  const Labels labels = labels_of(estimator, result);
  const std::vector<std::int64_t> places =
      numbers_of_classes(estimator, labels.classes, static_cast<std::int64_t>(classes.size()));
  const Array chosen = chosen_classes(classes, places);
  result.predict = decode_labels(estimator, chosen, labels.index);
  result.labels = label_texts(chosen);
  return result;
}

}  // namespace

std::span<const SklearnClass> stacking_classes() {
  static constexpr SklearnClass kRows[] = {
      predictor("StackingRegressor", predict_stacking_regressor,
                "cv estimators final_estimator n_jobs passthrough verbose"),
      predictor("StackingClassifier", predict_stacking_classifier,
                "cv estimators final_estimator n_jobs passthrough stack_method verbose"),
  };
  return kRows;
}

}  // namespace nacre::tools
