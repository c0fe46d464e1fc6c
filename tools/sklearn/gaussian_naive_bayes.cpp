// GaussianNB. The score of a class is a logarithm of its prior less squares of (x - mean) / (sqrt(2) deviation). Far
// from all classes, or beside a feature that never changed in training, the squares of all classes are huge and nearly
// alike: in float32 nothing would be left of their difference. So no score is computed, but the difference of each
// two classes, feature by feature as a product: a² - b² = (a - b)(a + b), where both factors are lines in x, and
// exact to the last digits wherever x lies. A class is then as far below the best as its worst difference says.

#include <algorithm>
#include <cmath>
#include <limits>

#include "tools/common/refusal.hpp"
#include "tools/graph/moves.hpp"
#include "tools/sklearn/naive_bayes.hpp"

namespace nacre::tools {
namespace {

constexpr double kMostFactor =
    1e17;  // larger factors decide alike, and sums of their products must not overflow float32
constexpr double kImpossible = -1e36;      // logarithm of a prior of 0: below every other score
constexpr double kFar = 1e30;         // beyond it no float32 tells a line's place of 0 from another
constexpr std::size_t kMostTerms = 1 << 20;

/// scale (x - center) + offset, column by column.
struct Lines {
  std::vector<double> center, scale, offset;

  void add(double center_, double scale_, double offset_) {
    center.push_back(center_);
    scale.push_back(scale_);
    offset.push_back(offset_);
  }
};

struct Bell {
  double mean, variance;
  double inverse() const { return 1 / std::sqrt(2 * variance); }
};

/// t_b - t_a and t_b + t_a of two classes, where t = (x - mean) inverse. The first meets 0 at a place of its own,
/// but where both deviations are equal, or so nearly that the place is out of reach.
void add_factors(const Bell& a, const Bell& b, Lines& differences, Lines& sums) {
  const double apart = b.mean - a.mean, root_a = std::sqrt(a.variance), root_b = std::sqrt(b.variance);
  const double slope = (a.variance - b.variance) / (std::sqrt(2.0) * root_a * root_b * (root_a + root_b));
  const double center = a.mean + b.inverse() * apart / slope;
  if (slope != 0 && std::abs(center) < kFar) differences.add(center, slope, 0);
  else differences.add(0, slope, -b.inverse() * apart - slope * a.mean);
  const double sum = a.inverse() + b.inverse();
  sums.add(a.mean + b.inverse() * apart / sum, sum, 0);
}

/// Means, variances and the rest of each score.
struct Model {
  std::size_t classes, features;
  std::vector<double> mean, variance, constant;

  explicit Model(const Estimator& estimator, std::size_t classes_, std::size_t features_)
      : classes(classes_), features(features_) {
    mean = estimator.value.attribute("theta_").as_doubles();
    variance = estimator.value.attribute({"var_", "sigma_"}).as_doubles();
    const std::vector<double> prior = estimator.value.attribute("class_prior_").as_doubles();
    if (mean.size() != classes * features || variance.size() != mean.size() || prior.size() != classes)
      estimator.refuse("has means and variances of another shape", "save the model again");
    for (std::size_t c = 0; c < classes; ++c) {
      constant.push_back(prior[c] > 0 ? std::log(prior[c]) : kImpossible);
      for (std::size_t i = 0; i < features; ++i) {
        if (!(bell(c, i).variance > 0) || !std::isfinite(bell(c, i).variance) || !std::isfinite(bell(c, i).mean))
          estimator.refuse("has a variance or mean that is zero or not finite, for which scikit-learn has no answer",
                           "train it with var_smoothing above 0, on finite values");
        constant.back() -= 0.5 * std::log(2 * M_PI * bell(c, i).variance);
      }
    }
  }
  Bell bell(std::size_t c, std::size_t i) const { return {mean[c * features + i], variance[c * features + i]}; }
};

ValueId clipped(const Estimator& estimator, ValueId x, Lines lines, const char* suffix) {
  parameters::Affine limits;
  limits.minimum = static_cast<float>(-kMostFactor);
  limits.maximum = static_cast<float>(kMostFactor);
  return add_affine(estimator.graph, x, std::move(lines.center), std::move(lines.scale), std::move(lines.offset),
                    estimator.name + suffix, limits);
}

ValueId reduced(const Estimator& estimator, ValueId x, const Dimensions& shape, ReduceFunction function,
                const char* suffix) {
  parameters::Reduce table;
  table.function = function;
  table.axes = 4;
  return estimator.graph.add(table, {add_reshape(estimator.graph, x, shape, "")}, estimator.name + suffix);
}

ValueId selected(const Estimator& estimator, ValueId x, const std::vector<std::int64_t>& columns, const char* suffix) {
  return add_selection(estimator.graph, x, columns, estimator.name + suffix);
}

/// Doubts both factors where float32 rounds a feature by more than 1e-3 of its deviation in any class. A feature that
/// did not vary in training is left out: its variance is a share of the largest that all are given.
void doubt_means(const Estimator& estimator, const Model& model, ValueId x) {
  constexpr double kVaries = 10;
  const double given = number_of(estimator.value, "epsilon_").value_or(std::numeric_limits<double>::infinity());
  std::vector<double> center(model.features), scale(model.features);
  for (std::size_t c = 0; c < model.classes; ++c)
    for (std::size_t i = 0; i < model.features; ++i) {
      const auto [mean, variance] = model.bell(c, i);
      if (!(variance > kVaries * given)) continue;
      center[i] = std::abs(mean) > std::abs(center[i]) ? mean : center[i];
      scale[i] = std::max(scale[i], 1 / std::sqrt(variance));
    }
  for (const char* const factor : {".sum", ".difference"})
    doubt_large_offsets(estimator.graph, x, center, scale, estimator.name + factor);
}

/// By how much the score of the first class of each pair exceeds that of the second: (0, 1), (0, 2), … (1, 2), …
ValueId score_differences(const Estimator& estimator, const Model& model, ValueId x) {
  if (model.classes * model.classes * model.features > kMostTerms)
    estimator.refuse("has too many classes and features to compare each two classes",
                     "train it on fewer, or use a linear model");
  Lines differences, sums;
  std::vector<std::int64_t> columns;
  std::vector<double> constants;
  for (std::size_t a = 0; a < model.classes; ++a)
    for (std::size_t b = a + 1; b < model.classes; ++b) {
      for (std::size_t i = 0; i < model.features; ++i) {
        add_factors(model.bell(a, i), model.bell(b, i), differences, sums);
        columns.push_back(static_cast<std::int64_t>(i));
      }
      constants.push_back(model.constant[a] - model.constant[b]);
    }
  doubt_means(estimator, model, x);
  const auto pairs = static_cast<std::int64_t>(constants.size()), features = static_cast<std::int64_t>(model.features);
  if (pairs > 1) x = selected(estimator, x, columns, ".pairs");
  parameters::Binary multiply;
  multiply.function = BinaryFunction::multiply;
  const ValueId sum = clipped(estimator, x, std::move(sums), ".sum"),
                difference = clipped(estimator, x, std::move(differences), ".difference");
  const ValueId products = estimator.graph.add(multiply, {sum, difference}, estimator.name + ".product");
  const ValueId totals = reduced(estimator, products, {pairs, features}, ReduceFunction::sum, ".total");
  return add_affine(estimator.graph, totals, {0}, {1}, std::move(constants), estimator.name + ".prior");
}

/// The scores less the best of them.
ValueId relative_scores(const Estimator& estimator, const Model& model, ValueId x) {
  if (model.classes == 1)
    return add_fully_connected(estimator.graph, x, std::vector<double>(model.features, 0.0), {0}, estimator.name);
  const ValueId pairs = score_differences(estimator, model, x);
  parameters::Concatenate join;
  join.axis = 1;
  const ValueId opposite =
      add_activation(estimator.graph, pairs, ActivationFunction::negative, estimator.name + ".opposite");
  const ValueId both = estimator.graph.add(join, {pairs, opposite}, estimator.name + ".both");
  const auto classes = static_cast<std::int64_t>(model.classes);
  std::vector<std::int64_t> columns;
  for (std::int64_t a = 0; a < classes; ++a)
    for (std::int64_t b = 0; b < classes; ++b) {
      const std::int64_t first = std::min(a, b), second = std::max(a, b),
                         pair = first * (2 * classes - first - 1) / 2 + second - first - 1;
      if (a != b) columns.push_back(a < b ? pair : pair + classes * (classes - 1) / 2);
    }
  const ValueId rows = selected(estimator, both, columns, ".classes");
  parameters::Affine limits;
  limits.maximum = 0;
  const ValueId least = reduced(estimator, rows, {classes, classes - 1}, ReduceFunction::minimum, ".least");
  return add_affine(estimator.graph, least, {0}, {1}, {0}, estimator.name + ".scores", limits);
}

}  // namespace

Predictions predict_gaussian_naive_bayes(const Estimator& estimator, ValueId x) {
  const Array classes = estimator.value.attribute("classes_").as_array();
  const Model model(estimator, classes.size(), static_cast<std::size_t>(estimator.graph.type(x).last()));
  return from_log_likelihood(estimator, classes, relative_scores(estimator, model, x));
}

}  // namespace nacre::tools
