#pragma once

#include "tools/sklearn/importer.hpp"

namespace nacre::tools {

/// A line through points whose x ascend, level beyond the ends: of the one column `x`.
struct Knots {
  std::vector<double> x, y;
};
ValueId interpolated(const Estimator& estimator, ValueId x, const Knots& knots);

/// The points of a fitted IsotonicRegression.
Knots isotonic_knots(const Estimator& estimator);

}  // namespace nacre::tools
