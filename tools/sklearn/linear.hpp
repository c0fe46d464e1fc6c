#pragma once

#include "tools/sklearn/importer.hpp"

namespace nacre::tools {

Predictions predict_linear_classifier(const Estimator& estimator, ValueId x);

/// Doubts the layer of a linear model without a penalty whose coefficients cancel where columns follow from others.
/// `coefficients` are finite, [targets, columns], and `intercept` has one per target.
void doubt_redundant_columns(const Estimator& estimator, const std::vector<double>& coefficients, std::size_t columns,
                             const std::vector<double>& intercept);

}  // namespace nacre::tools
