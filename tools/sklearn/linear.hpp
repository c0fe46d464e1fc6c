#pragma once

#include "tools/sklearn/importer.hpp"

namespace nacre::tools {

Predictions predict_linear_regressor(const Estimator& estimator, ValueId x);
/// Generalised linear models with a log link: Poisson, Gamma.
Predictions predict_log_link_regressor(const Estimator& estimator, ValueId x);
/// The same, whose link is a parameter.
Predictions predict_tweedie_regressor(const Estimator& estimator, ValueId x);
Predictions predict_linear_classifier(const Estimator& estimator, ValueId x);

}  // namespace nacre::tools
