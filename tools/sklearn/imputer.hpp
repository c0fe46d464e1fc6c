#pragma once

#include "tools/sklearn/importer.hpp"

namespace nacre::tools {

/// What stands for a missing value of an imputer: a number, or NaN, which is also how None and pandas.NA arrive in
/// numbers. Refuses texts.
double missing_value(const Estimator& estimator);
/// 1 where x is missing, else 0.
ValueId missing_mask(const Estimator& estimator, ValueId x);
/// x with a number for each column in the place of what is missing.
ValueId filled(const Estimator& estimator, ValueId x, double missing, const std::vector<double>& fill);
/// y, and behind it the indicators of the columns of x that were missing in training, where the imputer adds them.
ValueId with_indicators(const Estimator& estimator, ValueId x, ValueId y);

}  // namespace nacre::tools
