// CalibratedClassifierCV: the scores of classifiers made probabilities by a sigmoid, isotonic lines or a temperature.

#include <algorithm>

#include "tools/sklearn/algebra.hpp"
#include "tools/sklearn/families.hpp"
#include "tools/sklearn/interpolation.hpp"
#include "tools/sklearn/members.hpp"

namespace nacre::tools {
namespace {

using F = ActivationFunction;

/// The decisions of the classifier, else its probabilities; of two classes the column of the second.
ValueId scores_of(const Estimator& estimator, const Predictions& made) {
  if (made.decision_function) return as_column(estimator, *made.decision_function);
  if (!made.predict_proba)
    estimator.refuse("calibrates a classifier that has neither decisions nor probabilities", "use another");
  const bool is_binary = estimator.graph.type(*made.predict_proba).last() == 2;
  return is_binary ? Algebra(estimator).column(*made.predict_proba, 1) : *made.predict_proba;
}

ValueId calibrated_column(const Estimator& estimator, const Value& calibrator, ValueId score) {
  const Algebra algebra(estimator);
  const std::string name = sklearn_class(calibrator);
  if (name == "IsotonicRegression")
    return interpolated(estimator, score, isotonic_knots({estimator.graph, calibrator, estimator.name}));
  if (name != "_SigmoidCalibration")
    estimator.refuse("calibrates by a " + name, "use sigmoid, isotonic or temperature");
  const double a = calibrator.attribute("a_").as_double(), b = calibrator.attribute("b_").as_double();
  return algebra.apply(F::sigmoid, algebra.scaled(score, -a, -b));
}

/// softmax(beta logits): decisions as they are, or logarithms of probabilities.
ValueId tempered(const Estimator& estimator, const Value& calibrator, const Predictions& made) {
  constexpr double kLeast = 1e-12;
  const Algebra algebra(estimator);
  ValueId logits;
  if (made.decision_function) {
    logits = as_column(estimator, *made.decision_function);
    if (estimator.graph.type(logits).last() == 1) logits = algebra.product(logits, {-1, 1}, {0, 0});
  } else {
    logits = algebra.apply(F::log, algebra.scaled(made.predict_proba.value(), 1, kLeast));
  }
  return algebra.softmax(algebra.scaled(logits, calibrator.attribute("beta_").as_double()));
}

/// Probabilities by one classifier and its calibrators: those of several classes are divided by their sum, or all the
/// same where it is 0.
ValueId calibrated(const Estimator& estimator, const Value& pair, const Array& classes, ValueId x) {
  const Value model = pair.attribute({"estimator", "base_estimator"});
  const Value calibrators = pair.attribute({"calibrators", "calibrators_"});
  const Predictions made = ask_member(estimator, model, "model", x);
  if (text_of(pair, "method") == "temperature") return tempered(estimator, calibrators.at(0), made);
  const Algebra algebra(estimator);
  const ValueId scores = scores_of(estimator, made);
  const auto width = estimator.graph.type(scores).last(), count = static_cast<std::int64_t>(classes.size());
  if (static_cast<std::int64_t>(calibrators.size()) != width)
    estimator.refuse("has other calibrators than scores", "save the model again");
  std::vector<ValueId> columns;
  for (std::int64_t c = 0; c < width; ++c)
    columns.push_back(calibrated_column(estimator, calibrators.at(static_cast<std::size_t>(c)),
                                        width == 1 ? scores : algebra.column(scores, c)));
  if (count == 2) return algebra.product(columns.at(0), {-1, 1}, {1, 0});
  const Labels labels = labels_of(estimator, made);
  const ValueId spread =
      spread_columns(estimator, algebra.join(columns), places_among(estimator, labels.classes, classes), count);
  return algebra.normalized(spread, 1 / static_cast<double>(count));
}

Predictions predict_calibrated(const Estimator& estimator, ValueId x) {
  const Array classes = estimator.value.attribute("classes_").as_array();
  const Value pairs = estimator.value.attribute("calibrated_classifiers_");
  std::vector<ValueId> terms;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const Value pair = pairs.at(i);
    terms.push_back(calibrated(estimator.with(estimator.value, std::to_string(i)), pair, classes, x));
  }
  if (terms.empty()) estimator.refuse("holds no models", "save the model after it has been fitted");
  const Algebra algebra(estimator);
  const ValueId sum = sum_of(estimator, terms);
  Predictions result;
  result.labels = label_texts(classes);
  const ValueId count = algebra.constant({1}, {static_cast<double>(terms.size())});
  result.predict_proba = terms.size() == 1 ? sum : algebra.divide(sum, count);
  result.predict = decode_labels(estimator, classes, largest_share(estimator, *result.predict_proba));
  return result;
}

}  // namespace

std::span<const SklearnClass> calibration_classes() {
  static constexpr SklearnClass kRows[] = {
      predictor("CalibratedClassifierCV", predict_calibrated, "base_estimator cv ensemble estimator method n_jobs"),
  };
  return kRows;
}

}  // namespace nacre::tools
