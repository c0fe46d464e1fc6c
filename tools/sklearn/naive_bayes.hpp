#pragma once

#include "tools/sklearn/importer.hpp"

namespace nacre::tools {

Predictions predict_gaussian_naive_bayes(const Estimator& estimator, ValueId x);
Predictions predict_multinomial_naive_bayes(const Estimator& estimator, ValueId x);

}  // namespace nacre::tools
