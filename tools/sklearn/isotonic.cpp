// IsotonicRegression, and lines through points as others use them.

#include <algorithm>
#include <limits>

#include "tools/sklearn/algebra.hpp"
#include "tools/sklearn/families.hpp"
#include "tools/sklearn/interpolation.hpp"

namespace nacre::tools {

/// y0 + sum of slope (x - x_k), each limited to its own segment: exact where x lies far from all points.
ValueId interpolated(const Estimator& estimator, ValueId x, const Knots& knots) {
  const Algebra algebra(estimator);
  const std::size_t count = knots.x.size();
  if (count == 0 || knots.y.size() != count || !std::is_sorted(knots.x.begin(), knots.x.end()))
    estimator.refuse("interpolates between points that do not ascend", "save the model again");
  std::vector<double> starts, lengths, slopes;
  for (std::size_t i = 0; i + 1 < count; ++i) {
    const double length = knots.x[i + 1] - knots.x[i], rise = knots.y[i + 1] - knots.y[i];
    if (length == 0 || rise == 0) continue;
    starts.push_back(knots.x[i]), lengths.push_back(length), slopes.push_back(rise / length);
  }
  if (starts.empty()) return algebra.product(x, {0}, {knots.y[0]});
  const auto width = static_cast<std::int64_t>(starts.size());
  const ValueId beyond = algebra.subtract(x, algebra.constant({width}, starts));
  return algebra.product(algebra.clamped(beyond, std::vector<double>(starts.size()), lengths), slopes, {knots.y[0]});
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
