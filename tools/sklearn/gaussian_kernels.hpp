#pragma once

#include "tools/sklearn/distances.hpp"

namespace nacre::tools {

/// A kernel of Gaussian processes, composed as its object says, between a row and others: [1, points].
ValueId process_kernel(const Estimator& estimator, const Value& kernel, ValueId x, const Points& points);

/// The same of the row with itself: [1, 1].
ValueId process_variance(const Estimator& estimator, const Value& kernel, ValueId x);

}  // namespace nacre::tools
