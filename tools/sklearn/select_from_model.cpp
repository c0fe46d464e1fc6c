// SelectFromModel: the features that matter to a model.

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <numeric>

#include "tools/sklearn/families.hpp"
#include "tools/sklearn/feature_selection.hpp"
#include "tools/sklearn/importances.hpp"

namespace nacre::tools {
namespace {

double median_of(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 != 0 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

/// Whether all features without use have a coefficient of 0.
bool is_sparse(const Value& model) {
  const std::string name = sklearn_class(model);
  const auto is_one = [&](const char* attribute) {
    const auto ratio = model.find(attribute);
    if (!ratio || ratio->is_none()) return false;
    const std::vector<double> all = ratio->is_number() ? std::vector<double>{ratio->as_double()} : ratio->as_doubles();
    return std::all_of(all.begin(), all.end(), [](double r) { return std::abs(r - 1) <= 1.001e-5; });
  };
  if (text_of(model, "penalty") == "l1" || name.find("Lasso") != name.npos) return true;
  if (name.find("ElasticNet") != name.npos)
    return !saved_before(model, 1, 1) && (name.ends_with("CV") ? is_one("l1_ratio_") : is_one("l1_ratio"));
  if (saved_before(model, 1, 8)) return false;
  return (name == "LogisticRegression" && is_one("l1_ratio")) ||
         (name == "LogisticRegressionCV" && is_one("l1_ratio_"));
}

/// A number, or a text: "mean", "median", "1.25*mean".
double threshold_of(const Estimator& estimator, const Value& model, const std::vector<double>& scores) {
  const Value stated = estimator.value.attribute("threshold");
  if (stated.is_number()) return stated.as_double();
  if (stated.is_none() && is_sparse(model)) return 1e-5;
  std::string text = stated.is_none() ? "mean" : stated.as_string();
  double factor = 1;
  if (const std::size_t star = text.find('*'); star != text.npos) {
    factor = std::strtod(text.c_str(), nullptr);
    text = text.substr(star + 1);
  }
  std::erase(text, ' ');
  if (text != "mean" && text != "median")
    estimator.refuse("has the unknown threshold " + text, "use a number, mean or median");
  return factor * (text == "mean" ? numpy_mean(scores) : median_of(scores));
}

/// The features that may stay: the `max_features` best, the first of equal ones.
std::vector<bool> candidates(const Estimator& estimator, const std::vector<double>& scores) {
  auto most = number_of(estimator.value, "max_features_");
  const auto stated = estimator.value.find("max_features");
  if (!most && stated && !stated->is_none()) most = stated->as_double();
  if (!most || !stated || stated->is_none()) return std::vector<bool>(scores.size(), true);
  std::vector<std::size_t> order(scores.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return scores[a] > scores[b]; });
  std::vector<bool> mask(scores.size());
  for (std::size_t i = 0; i < order.size() && static_cast<double>(i) < *most; ++i) mask[order[i]] = true;
  return mask;
}

double order_of(const Estimator& estimator) {
  const auto order = number_of(estimator.value, "norm_order");
  if (!order) return 1;
  if (std::isinf(*order) && *order > 0) return 0;
  if (!(*order > 0) || std::isinf(*order))
    estimator.refuse("has a norm_order that is not read", "use a positive number, or infinity");
  return *order;
}

ValueId transform_from_model(const Estimator& estimator, ValueId x) {
  const std::string getter = text_of(estimator.value, "importance_getter");
  const auto stated = estimator.value.find("importance_getter");
  if (stated && getter != "auto" && getter != "coef_" && getter != "feature_importances_")
    estimator.refuse("asks for importances by code or by a path", "use importance_getter=\"auto\"");
  const Value model = unwrap(estimator.value.attribute({"estimator_", "estimator"}));
  const Importances importances = importances_of(estimator.with(model, "estimator"), order_of(estimator));
  const std::vector<double>& scores = importances.scores;
  const double threshold = threshold_of(estimator, model, scores);
  const double rounding = importances.are_exact ? 0 : 1e-12 * std::abs(threshold);
  std::vector<bool> mask = candidates(estimator, scores);
  for (std::size_t i = 0; i < scores.size(); ++i)
    if (scores[i] < threshold - rounding) mask[i] = false;
  return masked_columns(estimator, x, mask);
}

}  // namespace

std::span<const SklearnClass> select_from_model_classes() {
  static constexpr SklearnClass kRows[] = {
      transformer("SelectFromModel", transform_from_model,
                  "estimator importance_getter max_features norm_order prefit threshold"),
  };
  return kRows;
}

}  // namespace nacre::tools
