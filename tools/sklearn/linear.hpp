#pragma once

#include "tools/sklearn/importer.hpp"

namespace nacre::tools {

Predictions predict_linear_regressor(const Estimator& estimator, ValueId x);
/// Generalised linear models with a log link: Poisson, Gamma.
Predictions predict_log_link_regressor(const Estimator& estimator, ValueId x);
/// The same, whose link is a parameter.
Predictions predict_tweedie_regressor(const Estimator& estimator, ValueId x);
Predictions predict_linear_classifier(const Estimator& estimator, ValueId x);

/// Doubts the layer of a linear model without a penalty whose coefficients cancel where columns follow from others.
/// `coefficients` are finite, [targets, columns], and `intercept` has one per target.
void doubt_redundant_columns(const Estimator& estimator, const std::vector<double>& coefficients, std::size_t columns,
                             const std::vector<double>& intercept);

}  // namespace nacre::tools
