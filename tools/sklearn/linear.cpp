// Linear models: y = x . coef + intercept, and what each class makes of it.

#include "tools/sklearn/linear.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "tools/sklearn/algebra.hpp"

namespace nacre::tools {
namespace {

using F = ActivationFunction;

/// NaN where no score leaves a sigmoid in float64.
ValueId nothing_far_below(const Estimator& estimator, ValueId scores, ValueId shares) {
  constexpr double kLeast = -745.1332191019412;  // log of the least float64
  const ValueId most = Algebra(estimator).reshaped(Algebra(estimator).reduce(ReduceFunction::maximum, scores, 1), {1});
  Program program;
  const Operand least = program.literal(kLeast, DataType::float32),
                nan = program.literal(std::numeric_limits<double>::quiet_NaN(), DataType::float32);
  program.then(MapFunction::greater, DataType::float32, {least, {Operand::Kind::input, 0}});
  program.then(MapFunction::where, DataType::float32, {{Operand::Kind::output}, nan, {Operand::Kind::input, 1}});
  return estimator.graph.add_map(std::move(program), {most, shares}, estimator.name + ".shares");
}

/// Each score through a sigmoid; several are divided by their sum. That is the softmax of their
/// logarithms, which are -softplus(-score): scores far below zero leave no sigmoid in float32. Where none is
/// left in float64 either, 1.9 calls all classes equal; before, the sum divided zero by zero.
ValueId one_vs_rest_probabilities(const Estimator& estimator, ValueId scores) {
  Graph& graph = estimator.graph;
  if (graph.type(scores).last() == 1)
    return add_activation(graph, both_signs(estimator, scores), F::sigmoid, estimator.name + ".sigmoid");
  parameters::Affine limits;
  if (!saved_before(estimator.value, 1, 9)) limits.maximum = 745.1332f;  // exp(-745.1332) is the least float64
  ValueId x = add_affine(graph, scores, {0}, {-1}, {0}, estimator.name + ".negative", limits);
  x = add_activation(graph, x, F::softplus, estimator.name + ".softplus");
  x = add_activation(graph, x, F::negative, estimator.name + ".log_sigmoid");
  const ValueId shares = graph.add(parameters::Softmax{}, {x}, estimator.name + ".normalize");
  return saved_before(estimator.value, 1, 9) ? nothing_far_below(estimator, scores, shares) : shares;
}

ValueId softmax_probabilities(const Estimator& estimator, ValueId scores) {
  if (estimator.graph.type(scores).last() == 1) scores = both_signs(estimator, scores);
  return estimator.graph.add(parameters::Softmax{}, {scores}, estimator.name + ".softmax");
}

bool is_one_vs_rest(const Value& model, std::size_t classes) {
  if (classes <= 2 && saved_before(model, 0, 20)) return true;
  const std::string multi_class = text_of(model, "multi_class");
  if (multi_class == "ovr" || multi_class == "warn") return true;
  if (multi_class == "multinomial") return false;
  const std::string solver = text_of(model, "solver");
  return classes <= 2 || solver == "liblinear" || (solver == "newton-cholesky" && saved_before(model, 1, 6));
}

/// modified_huber: (clip(score, -1, 1) + 1) / 2, several divided by their sum.
ValueId huber_probabilities(const Estimator& estimator, ValueId scores) {
  Graph& graph = estimator.graph;
  parameters::Activation table;
  table.function = F::hard_sigmoid;
  table.alpha = table.beta = 0.5f;
  const bool binary = graph.type(scores).last() == 1;
  if (binary) scores = both_signs(estimator, scores);
  const ValueId p = graph.add(table, {scores}, estimator.name + ".clip");
  if (binary) return p;
  return Algebra(estimator).normalized(p, 1 / static_cast<double>(graph.type(p).last()));
}

ValueId linear(const Estimator& estimator, ValueId x) {
  const Array coefficients = dense_array(estimator.value.attribute("coef_"));
  const bool matrix = coefficients.shape().size() == 2;
  const auto rows = static_cast<std::size_t>(matrix ? coefficients.shape()[0] : 1);
  const std::size_t columns = coefficients.size() / std::max<std::size_t>(rows, 1);
  std::vector<double> bias = estimator.value.attribute("intercept_").as_doubles();
  if (bias.size() == 1 && rows > 1) bias.resize(rows, bias[0]);
  const std::vector<double> numbers = coefficients.to<double>();
  const ValueId y = add_fully_connected(estimator.graph, x, transposed(numbers, rows, columns), bias, estimator.name);
  if (estimator.graph.values[x].spread.empty())
    doubt_redundant_columns(estimator, numbers, columns, bias);  // else sampled rows show it
  return y;
}

/// Doubts scores of classes whose intercepts float32 does not tell apart: they alone decide a row of zeros, such as a
/// text of which no term is known.
void doubt_equal_intercepts(const Estimator& estimator) {
  std::vector<double> bias = estimator.value.attribute("intercept_").as_doubles();
  std::ranges::sort(bias);
  const auto ties = [](double a, double b) { return a != b && static_cast<float>(a) == static_cast<float>(b); };
  if (std::ranges::adjacent_find(bias, ties) == bias.end()) return;
  estimator.graph.doubts.push_back({estimator.name,
                                    "float32 does not tell intercepts apart, which decide a row of zeros",
                                    "leave --precision float32 out"});
}

/// What float32 rounds scores by that are sums of terms as large as their intercepts.
double float32_step_of(const std::vector<double>& intercepts) {
  double largest = 0;
  for (const double intercept : intercepts) largest = std::max(largest, std::abs(intercept));
  return largest * std::numeric_limits<float>::epsilon();
}

/// Subtracts from each column of [rows, columns] its mean.
void center(std::vector<double>& numbers, std::size_t columns) {
  const std::size_t rows = numbers.size() / columns;
  for (std::size_t column = 0; column < columns; ++column) {
    double mean = 0;
    for (std::size_t row = 0; row < rows; ++row) mean += numbers[row * columns + column] / static_cast<double>(rows);
    for (std::size_t row = 0; row < rows; ++row) numbers[row * columns + column] -= mean;
  }
}

/// Scores as classes are compared by them. What is large and the same in each, as a year of 2010 beside an intercept
/// that takes it back, leaves float32 no digits of what tells classes apart: it is left out.
ValueId compared(const Estimator& estimator, ValueId x, ValueId scores) {
  constexpr double kLimit = 1e-4;  // of scores that are about 1 apart near a border
  std::vector<double> intercepts = estimator.value.attribute("intercept_").as_doubles();
  if (!(float32_step_of(intercepts) > kLimit)) return scores;
  std::string layer = estimator.name;
  if (const std::size_t rows = intercepts.size(); rows > 1) {
    std::vector<double> coefficients = dense_array(estimator.value.attribute("coef_")).to<double>();
    const std::size_t columns = coefficients.size() / rows;
    center(coefficients, columns);
    center(intercepts, 1);
    layer += ".compared";
    scores = add_fully_connected(estimator.graph, x, transposed(coefficients, rows, columns), intercepts, layer);
  }
  if (const double step = float32_step_of(intercepts); step > kLimit)
    estimator.graph.doubts.push_back(
        {layer, fmt::format("the terms of its scores cancel, of which float32 has steps of {:.1g}", step),
         "leave --precision float32 out, or train it behind a StandardScaler"});
  return scores;
}

}  // namespace

Predictions predict_linear_regressor(const Estimator& estimator, ValueId x) {
  ValueId y = linear(estimator, x);
  const Array coefficients = dense_array(estimator.value.attribute("coef_"));
  const std::string name = sklearn_class(estimator.value);
  const bool ravelled = coefficients.shape().size() < 2 || name == "LinearSVR" || name.starts_with("SGD") ||
                        name.starts_with("PassiveAggressive");
  if (ravelled) y = as_vector(estimator, y);
  return {y, {}, {}, {}};
}

Predictions predict_log_link_regressor(const Estimator& estimator, ValueId x) {
  const ValueId y = add_activation(estimator.graph, linear(estimator, x), F::exponential, estimator.name + ".exp");
  return {as_vector(estimator, y), {}, {}, {}};
}

Predictions predict_tweedie_regressor(const Estimator& estimator, ValueId x) {
  const std::string link = text_of(estimator.value, "link");
  if (link != "auto" && link != "identity" && link != "log")
    estimator.refuse("has the unknown link " + link, "use identity or log");
  const bool logarithm = link == "log" || (link == "auto" && number_of(estimator.value, "power").value_or(0) > 0);
  return logarithm ? predict_log_link_regressor(estimator, x) : predict_linear_regressor(estimator, x);
}

Predictions predict_linear_classifier(const Estimator& estimator, ValueId x) {
  const Array classes = classes_of(estimator);
  const ValueId scores = linear(estimator, x);
  doubt_equal_intercepts(estimator);
  const ValueId shares = compared(estimator, x, scores);
  Predictions result;
  result.labels = label_texts(classes);
  result.predict = predicts_indicators(estimator) && !saved_before(estimator.value, 1, 0)
                       ? indicate(estimator, scores) : predict_from_scores(estimator, classes, shares);
  result.decision_function = estimator.graph.type(scores).last() == 1 ? as_vector(estimator, scores) : scores;
  const std::string name = sklearn_class(estimator.value), loss = text_of(estimator.value, "loss");
  if (name.starts_with("LogisticRegression"))
    result.predict_proba = is_one_vs_rest(estimator.value, classes.size())
                               ? one_vs_rest_probabilities(estimator, scores)
                               : softmax_probabilities(estimator, shares);
  else if (name == "LinearDiscriminantAnalysis")
    result.predict_proba = classes.size() == 2 || saved_before(estimator.value, 0, 22)
                               ? one_vs_rest_probabilities(estimator, scores)
                               : softmax_probabilities(estimator, shares);
  else if (name == "SGDClassifier" && (loss == "log" || loss == "log_loss"))
    result.predict_proba = one_vs_rest_probabilities(estimator, scores);
  else if (name == "SGDClassifier" && loss == "modified_huber")
    result.predict_proba = huber_probabilities(estimator, scores);
  return result;
}

}  // namespace nacre::tools
