// Feature selection: columns that stay, by what fitting found out about them.

#include "tools/sklearn/feature_selection.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "tools/sklearn/algebra.hpp"
#include "tools/sklearn/families.hpp"

namespace nacre::tools {
namespace {

using Mask = std::vector<bool>;

std::vector<double> scores_of(const Estimator& estimator, const char* attribute) {
  std::vector<double> scores = estimator.value.attribute(attribute).as_doubles();
  for (double& score : scores)
    if (std::isnan(score)) score = std::numeric_limits<double>::lowest();
  return scores;
}

/// The k best; of equal scores those that stand last.
Mask best(const std::vector<double>& scores, std::size_t k) {
  std::vector<std::size_t> order(scores.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return scores[a] < scores[b]; });
  Mask mask(scores.size());
  for (std::size_t i = scores.size() - std::min(k, scores.size()); i < scores.size(); ++i) mask[order[i]] = true;
  return mask;
}

/// A share of the scores, with ties at its end as far as they fit, the first ones first.
Mask best_share(const std::vector<double>& scores, double percentile) {
  if (percentile >= 100) return Mask(scores.size(), true);
  std::vector<double> sorted = scores;
  std::sort(sorted.begin(), sorted.end());
  const double place = static_cast<double>(scores.size() - 1) * (100 - percentile) / 100, below = std::floor(place);
  const double low = sorted[static_cast<std::size_t>(below)],
               high = sorted[std::min(static_cast<std::size_t>(below) + 1, sorted.size() - 1)], share = place - below;
  const double threshold = share < 0.5 ? low + (high - low) * share : high - (high - low) * (1 - share);
  const auto most = static_cast<std::ptrdiff_t>(static_cast<double>(scores.size()) * percentile / 100);
  Mask mask(scores.size());
  for (std::size_t i = 0; i < scores.size(); ++i) mask[i] = scores[i] > threshold;
  for (std::size_t i = 0; i < scores.size(); ++i)
    if (scores[i] == threshold && std::count(mask.begin(), mask.end(), true) < most) mask[i] = true;
  return mask;
}

/// p-values below a limit; of false discoveries the limit follows from the values themselves.
Mask below(const std::vector<double>& p, const std::string& mode, double alpha) {
  const auto count = static_cast<double>(p.size());
  Mask mask(p.size());
  double limit = mode == "fwe" ? alpha / count : alpha;
  if (mode == "fdr") {
    std::vector<double> sorted = p;
    std::sort(sorted.begin(), sorted.end());
    limit = -1;
    for (std::size_t i = 0; i < sorted.size(); ++i)
      if (sorted[i] <= alpha / count * static_cast<double>(i + 1)) limit = sorted[i];
  }
  for (std::size_t i = 0; i < p.size(); ++i) mask[i] = mode == "fdr" ? p[i] <= limit : p[i] < limit;
  return mask;
}

Mask by_mode(const Estimator& estimator, const std::string& mode, const char* parameter) {
  const auto stated = number_of(estimator.value, parameter);
  if (mode == "k_best") {
    const std::vector<double> scores = scores_of(estimator, "scores_");
    return stated ? best(scores, static_cast<std::size_t>(*stated)) : Mask(scores.size(), true);  // "all"
  }
  if (!stated) estimator.refuse(std::string("has a ") + parameter + " that is no number", "save the model again");
  if (mode == "percentile") return best_share(scores_of(estimator, "scores_"), *stated);
  return below(estimator.value.attribute("pvalues_").as_doubles(), mode, *stated);
}

ValueId transform_univariate(const Estimator& estimator, ValueId x) {
  const std::string name = sklearn_class(estimator.value);
  if (name == "GenericUnivariateSelect")
    return masked_columns(estimator, x, by_mode(estimator, text_of(estimator.value, "mode"), "param"));
  if (name == "SelectKBest") return masked_columns(estimator, x, by_mode(estimator, "k_best", "k"));
  if (name == "SelectPercentile") return masked_columns(estimator, x, by_mode(estimator, "percentile", "percentile"));
  const std::string mode = name == "SelectFdr" ? "fdr" : name == "SelectFwe" ? "fwe" : "fpr";
  return masked_columns(estimator, x, by_mode(estimator, mode, "alpha"));
}

ValueId transform_variance_threshold(const Estimator& estimator, ValueId x) {
  const std::vector<double> variances = estimator.value.attribute("variances_").as_doubles();
  const double threshold = number_of(estimator.value, "threshold").value_or(0);
  Mask mask;
  for (const double variance : variances) mask.push_back(variance > threshold);
  return masked_columns(estimator, x, mask);
}

ValueId transform_supported(const Estimator& estimator, ValueId x) {
  const std::vector<std::uint8_t> support = estimator.value.attribute("support_").as_array().to<std::uint8_t>();
  return masked_columns(estimator, x, Mask(support.begin(), support.end()));
}

Predictions predict_eliminated(const Estimator& estimator, ValueId x) {
  const ValueId kept = transform_supported(estimator, x);
  Predictions result =
      import_predict(estimator.with(unwrap(estimator.value.attribute("estimator_")), "estimator"), kept);
  result.transform = kept;
  return result;
}

}  // namespace

ValueId masked_columns(const Estimator& estimator, ValueId x, const std::vector<bool>& mask) {
  std::vector<std::int64_t> columns;
  for (std::size_t i = 0; i < mask.size(); ++i)
    if (mask[i]) columns.push_back(static_cast<std::int64_t>(i));
  if (columns.empty()) estimator.refuse("keeps no feature", "choose a threshold that keeps some");
  if (static_cast<std::int64_t>(mask.size()) != estimator.graph.type(x).last())
    estimator.refuse("was fitted with another number of features", "save the model again");
  return columns.size() == mask.size() ? x : Algebra(estimator).columns(x, std::move(columns));
}

std::span<const SklearnClass> feature_selection_classes() {
  static constexpr SklearnClass kRows[] = {
      transformer("SelectKBest", transform_univariate, "k score_func"),
      transformer("SelectPercentile", transform_univariate, "percentile score_func"),
      transformer("SelectFpr", transform_univariate, "alpha score_func"),
      transformer("SelectFdr", transform_univariate, "alpha score_func"),
      transformer("SelectFwe", transform_univariate, "alpha score_func"),
      transformer("GenericUnivariateSelect", transform_univariate, "mode param score_func"),
      transformer("VarianceThreshold", transform_variance_threshold, "threshold"),
      transformer("SequentialFeatureSelector", transform_supported,
                  "cv direction estimator n_features_to_select n_jobs scoring tol"),
      both("RFE", transform_supported, predict_eliminated,
           "estimator importance_getter n_features_to_select step verbose"),
      both("RFECV", transform_supported, predict_eliminated,
           "cv estimator importance_getter min_features_to_select n_jobs scoring step verbose"),
  };
  return kRows;
}

}  // namespace nacre::tools
