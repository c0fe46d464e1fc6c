#pragma once

#include "tools/sklearn/importer.hpp"

namespace nacre::tools {

/// 1 where the score, [1, 1], is 0 or more, else -1; `strictly`: where it is more.
ValueId inlier_labels(const Estimator& estimator, ValueId score, bool strictly = false);

/// predict, decision_function and score_samples of an outlier detector whose decision is the score less `offset`.
Predictions detect(const Estimator& estimator, ValueId score, double offset);

}  // namespace nacre::tools
