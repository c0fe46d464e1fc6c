// Naive Bayes on counts, on features that are there or not, and on categories: what each feature adds to the score of
// each class. Softmax of the scores gives probabilities.

#include <algorithm>
#include <cmath>

#include "tools/graph/moves.hpp"
#include "tools/sklearn/algebra.hpp"
#include "tools/sklearn/families.hpp"
#include "tools/sklearn/naive_bayes.hpp"
#include "tools/sklearn/preprocessing.hpp"

namespace nacre::tools {
namespace {

/// Scores of classes. That of a class which partial_fit has not met is -infinity: it is never predicted, and its
/// probability is 0.
ValueId add_scores(Graph& graph, ValueId x, const std::vector<double>& weights, const std::vector<double>& bias,
                   const std::string& name) {
  const bool grows = std::any_of(bias.begin(), bias.end(), [](double b) { return b > 0 && std::isinf(b); });
  return add_fully_connected(graph, x, weights, bias, name, !grows);
}

/// What one of each feature adds to the score of each class, [features, classes], less its mean over the classes: no
/// answer changes, and large counts do not cancel.
std::vector<double> centred(std::vector<double> of_classes, std::size_t classes) {
  const std::size_t features = of_classes.size() / std::max<std::size_t>(classes, 1);
  for (std::size_t i = 0; i < features; ++i) {
    double mean = 0;
    for (std::size_t c = 0; c < classes; ++c) mean += of_classes[c * features + i] / static_cast<double>(classes);
    for (std::size_t c = 0; c < classes; ++c) of_classes[c * features + i] -= mean;
  }
  return transposed(of_classes, classes, features);
}

std::vector<double> log_probabilities(const Estimator& estimator, std::size_t classes, std::int64_t features) {
  std::vector<double> result = estimator.value.attribute("feature_log_prob_").as_doubles();
  if (result.size() != classes * static_cast<std::size_t>(features))
    estimator.refuse("has probabilities of other features than it takes", "save the model again");
  if (std::any_of(result.begin(), result.end(), [](double p) { return std::isinf(p); }))
    estimator.refuse(
        "gives a word that a class never met the probability 0 (alpha=0), so that scikit-learn answers NaN for every "
        "row that is no sparse matrix",
        "train it with alpha above 0; 1e-10 is as good as none");
  return result;
}

/// Scores of classes: what the words of a row say of each, and where it starts.
Predictions predict_by_words(const Estimator& estimator, ValueId x, const Array& classes, std::vector<double> priors) {
  const std::vector<double> weights =
      log_probabilities(estimator, classes.size(), estimator.graph.type(x).last());
  return from_log_likelihood(estimator, classes,
                             add_scores(estimator.graph, x, centred(weights, classes.size()), std::move(priors),
                                        estimator.name));
}

Predictions predict_multinomial(const Estimator& estimator, ValueId x) {
  return predict_by_words(estimator, x, estimator.value.attribute("classes_").as_array(),
                          estimator.value.attribute("class_log_prior_").as_doubles());
}

/// How little a row looks like the other classes. The priors count only where there is one class, of which nothing is
/// then to be decided.
Predictions predict_complement(const Estimator& estimator, ValueId x) {
  const Array classes = estimator.value.attribute("classes_").as_array();
  return predict_by_words(estimator, x, classes, std::vector<double>(classes.size()));
}

/// 1 where a feature exceeds the threshold, else 0, unless the model was trained on such features.
ValueId binarized(const Estimator& estimator, ValueId x) {
  const auto threshold = number_of(estimator.value, "binarize");
  return threshold ? exceeding(estimator, x, *threshold, estimator.name + ".binarize") : x;
}

Predictions predict_bernoulli(const Estimator& estimator, ValueId x) {
  const Array classes = estimator.value.attribute("classes_").as_array();
  std::vector<double> weights = log_probabilities(estimator, classes.size(), estimator.graph.type(x).last());
  std::vector<double> bias = estimator.value.attribute("class_log_prior_").as_doubles();
  const std::size_t features = weights.size() / std::max<std::size_t>(classes.size(), 1);
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const double absent = std::log(1 - std::exp(weights[i]));
    bias.at(i / features) += absent;
    weights[i] -= absent;
  }
  if (std::any_of(weights.begin(), weights.end(), [](double weight) { return !std::isfinite(weight); }))
    estimator.refuse("is certain of a feature (alpha=0), so that scikit-learn answers NaN",
                     "train it with alpha above 0; 1e-10 is as good as none");
  const ValueId scores = add_scores(estimator.graph, binarized(estimator, x), centred(weights, classes.size()), bias,
                                    estimator.name);
  return from_log_likelihood(estimator, classes, scores);
}

/// Whole numbers, cut off as the library cuts them.
ValueId codes(const Estimator& estimator, ValueId x) {
  Program cut;
  cut.then(MapFunction::cast, DataType::float32, {{Operand::Kind::input, 0}});
  cut.instructions.back().to = DataType::int32;
  return estimator.graph.add_map(std::move(cut), {x}, estimator.name + ".codes");
}

/// Rows that the conversion is checked on have categories.
void sample_codes(const Estimator& estimator, ValueId x, std::size_t feature, std::int64_t count) {
  for (Port& input : estimator.graph.inputs)
    for (std::int64_t code = 0; input.value == x && code < count; ++code)
      input.samples[static_cast<std::int64_t>(feature)].numbers.push_back(static_cast<double>(code));
}

/// Each feature has a table of its own: a category that it does not have, for which the library raises, is refused
/// where the row is looked up. Few rows of training make scores that are equal but for rounding: float64 adds them up
/// in the library's order, the prior last.
Predictions predict_categorical(const Estimator& estimator, ValueId x) {
  const Array classes = estimator.value.attribute("classes_").as_array();
  const Value tables = estimator.value.attribute("feature_log_prob_");
  if (static_cast<std::int64_t>(tables.size()) != estimator.graph.type(x).last())
    estimator.refuse("has probabilities of other features than it takes", "save the model again");
  const Algebra algebra(estimator);
  const auto count = static_cast<std::int64_t>(classes.size());
  const ValueId code = codes(estimator, x);
  const auto wide = [&](std::vector<double> values, Dimensions shape) {
    return estimator.graph.add_constant(Array::from(std::move(shape), std::move(values)), DataType::float64);
  };
  std::vector<ValueId> shares;
  for (std::size_t i = 0; i < tables.size(); ++i) {
    const std::vector<double> of_classes = tables.at(i).as_doubles();
    const std::size_t categories = of_classes.size() / classes.size();
    const auto rows = static_cast<std::int64_t>(categories);
    const ValueId own = algebra.column(code, static_cast<std::int64_t>(i)),
                  table = wide(transposed(of_classes, classes.size(), categories), {rows, count});
    sample_codes(estimator, x, i, rows);
    shares.push_back(add_lookup(estimator.graph, table, own, estimator.name + ".feature_" + std::to_string(i)));
  }
  shares.push_back(wide(estimator.value.attribute("class_log_prior_").as_doubles(), {1, 1, count}));
  return from_log_likelihood(estimator, classes, algebra.sum(algebra.join(shares), 1));
}

}  // namespace

std::span<const SklearnClass> naive_bayes_classes() {
  static constexpr SklearnClass kRows[] = {
      predictor("MultinomialNB", predict_multinomial, "alpha class_prior fit_prior force_alpha"),
      predictor("ComplementNB", predict_complement, "alpha class_prior fit_prior force_alpha norm"),
      predictor("BernoulliNB", predict_bernoulli, "alpha binarize class_prior fit_prior force_alpha"),
      predictor("CategoricalNB", predict_categorical, "alpha class_prior fit_prior force_alpha min_categories"),
  };
  return kRows;
}

}  // namespace nacre::tools
