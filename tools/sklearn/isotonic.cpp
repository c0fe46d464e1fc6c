// IsotonicRegression, and lines through points as others use them.

#include <algorithm>
#include <limits>

#include "tools/sklearn/algebra.hpp"
#include "tools/sklearn/families.hpp"
#include "tools/sklearn/interpolation.hpp"

namespace nacre::tools {

/// y0 + the sum of rises, each times the part of its own segment that x has passed: 0 before it and exactly 1 behind,
/// so that levels are the library's. Where shares are decided in float64, all of it is, from the scores on.
ValueId interpolated(const Estimator& estimator, ValueId x, const Knots& knots) {
  const Algebra algebra(estimator);
  const std::size_t count = knots.x.size();
  if (count == 0 || knots.y.size() != count || !std::is_sorted(knots.x.begin(), knots.x.end()))
    estimator.refuse("interpolates between points that do not ascend", "save the model again");
  std::vector<double> starts, lengths, rises;
  double risen = 0;
  for (std::size_t i = 0; i + 1 < count; ++i) {
    const double length = knots.x[i + 1] - knots.x[i];
    if (length == 0 || knots.y[i + 1] == knots.y[i]) continue;
    starts.push_back(knots.x[i]), lengths.push_back(length);
    rises.push_back(knots.y[i + 1] - knots.y[0] - risen);  // from where the sum stands, with what it has lost
    risen += rises.back();
  }
  if (starts.empty()) return algebra.product(x, {0}, {knots.y[0]});
  const auto width = static_cast<std::int64_t>(starts.size());
  const auto row = [&](const std::vector<double>& numbers) { return algebra.constant({width}, numbers); };
  const ValueId beyond = algebra.subtract(x, row(starts));
  const ValueId passed = algebra.clamped(beyond, std::vector<double>(starts.size()), lengths);
  const ValueId part = algebra.divide(passed, row(lengths));
  const ValueId rise = algebra.reshaped(algebra.sum(algebra.multiply(part, row(rises)), 1), {1});
  return algebra.add(rise, algebra.constant({1}, {knots.y[0]}));
}

Knots isotonic_knots(const Estimator& estimator) {
  return {estimator.value.attribute({"X_thresholds_", "_necessary_X_"}).as_doubles(),
          estimator.value.attribute({"y_thresholds_", "_necessary_y_"}).as_doubles()};
}

namespace {

/// Beyond the rows of training: level, or no number, or an error, which the device cannot raise.
ValueId limited_line(const Estimator& estimator, ValueId x) {
  if (estimator.graph.type(x).last() != 1) estimator.refuse("takes one feature", "select it before");
  const std::string beyond = text_of(estimator.value, "out_of_bounds");
  const Knots knots = isotonic_knots(estimator);
  const Algebra algebra(estimator);
  const ValueId y = interpolated(estimator, x, knots);
  if (beyond == "clip" || knots.x.size() < 2) return y;
  if (beyond == "raise")
    estimator.refuse("raises an error for rows beyond those of training (out_of_bounds=\"raise\"), which a device "
                     "cannot do", "set out_of_bounds=\"clip\" or \"nan\" before saving");
  const ValueId below = algebra.greater(algebra.constant({1}, {knots.x.front()}), x);
  const ValueId outside = algebra.maximum(below, algebra.exceeds(x, knots.x.back()));
  const ValueId none = estimator.graph.add_constant({1}, {std::numeric_limits<double>::quiet_NaN()});
  return algebra.where(outside, none, y);
}

ValueId transform_isotonic(const Estimator& estimator, ValueId x) { return limited_line(estimator, x); }

Predictions predict_isotonic(const Estimator& estimator, ValueId x) {
  return {as_vector(estimator, limited_line(estimator, x)), {}, {}, {}};
}

}  // namespace

std::span<const SklearnClass> isotonic_classes() {
  static constexpr SklearnClass kRows[] = {
      both("IsotonicRegression", transform_isotonic, predict_isotonic, "increasing out_of_bounds y_max y_min"),
  };
  return kRows;
}

}  // namespace nacre::tools
