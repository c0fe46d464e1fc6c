// Classifiers of two classes that predict by a threshold of their own: FixedThresholdClassifier,
// TunedThresholdClassifierCV.

#include <algorithm>

#include "tools/sklearn/algebra.hpp"
#include "tools/sklearn/families.hpp"
#include "tools/sklearn/members.hpp"

namespace nacre::tools {
namespace {

/// Where the positive class stands: the second, where nobody says it.
std::int64_t positive_class(const Estimator& estimator, const std::optional<Value>& label, const Array& classes) {
  if (!label || label->is_none()) return 1;
  const std::vector<std::string> texts = label_texts(classes);
  const std::string wanted = label->is_string() ? label->as_string() : label_texts(label->as_array()).at(0);
  const auto found = std::find(texts.begin(), texts.end(), wanted);
  if (found == texts.end()) estimator.refuse("has a pos_label that is none of its classes", "save the model again");
  return found - texts.begin();
}

/// The score of that class: its probability, or the decision, which speaks for the second class.
Belief score_of(const Estimator& estimator, const Predictions& made, std::int64_t positive) {
  const Algebra algebra(estimator);
  const std::string method = text_of(estimator.value, "response_method");
  if (made.predict_proba && method != "decision_function")
    return {algebra.column(*made.predict_proba, positive), 0.5};
  if (!made.decision_function || method == "predict_proba")
    estimator.refuse("decides by what its model does not give", "set response_method=\"auto\" before saving");
  const ValueId decision = as_column(estimator, *made.decision_function);
  return {positive == 1 ? decision : algebra.scaled(decision, -1), 0};
}

/// From the threshold on the positive class, which is the first of the pair to decode: below it the other.
Predictions decide(const Estimator& estimator, ValueId x, const Value& model, const std::optional<Value>& label,
                   std::optional<double> threshold) {
  Predictions result = ask_member(estimator, model, "model", x);
  const Array classes = labels_of(estimator, result).classes;
  if (classes.size() != 2) estimator.refuse("has another number of classes than two", "save the model again");
  const std::int64_t positive = positive_class(estimator, label, classes);
  const Belief belief = score_of(estimator, result, positive);
  const ValueId missing = Algebra(estimator).scaled(belief.score, -1, threshold.value_or(belief.threshold));
  const ValueId is_below = estimator.graph.add(parameters::Binarize{}, {missing}, estimator.name + ".predict");
  decide_in_float64(estimator);
  const ValueId below = as_vector(estimator, is_below);
  result.predict = decode_labels(estimator, classes, positive == 0 ? below : counted_down(estimator, below, 1));
  return result;
}

Predictions predict_fixed_threshold(const Estimator& estimator, ValueId x) {
  const auto fitted = estimator.value.find("estimator_");
  return decide(estimator, x, fitted ? *fitted : estimator.value.attribute("estimator"),
                estimator.value.find("pos_label"), number_of(estimator.value, "threshold"));
}

/// The positive class is an argument of the score by which the threshold was tuned. Without one, functions that want
/// one take the label 1.
Predictions predict_tuned_threshold(const Estimator& estimator, ValueId x) {
  const Value scorer = estimator.value.attribute("_curve_scorer");
  const auto arguments = scorer.find("_kwargs");
  const auto label = arguments ? arguments->find("pos_label") : std::nullopt;
  const Value model = estimator.value.attribute("estimator_");
  const auto classes = unwrap(model).find("classes_");
  if (!label && classes && classes->is_array() && label_texts(classes->as_array()).at(0) == "1")
    estimator.refuse("does not say which class is the positive one where the first is labelled 1",
                     "tune it with a scorer that has pos_label");
  return decide(estimator, x, model, label, estimator.value.attribute("best_threshold_").as_double());
}

}  // namespace

std::span<const SklearnClass> threshold_classes() {
  static constexpr SklearnClass kRows[] = {
      predictor("FixedThresholdClassifier", predict_fixed_threshold, "estimator pos_label response_method threshold"),
      predictor("TunedThresholdClassifierCV", predict_tuned_threshold,
                "cv estimator n_jobs random_state refit response_method scoring store_cv_results thresholds"),
  };
  return kRows;
}

}  // namespace nacre::tools
