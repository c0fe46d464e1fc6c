#pragma once

#include "tools/sklearn/importer.hpp"

namespace nacre::tools {

Predictions predict_mlp_regressor(const Estimator& estimator, ValueId x);
Predictions predict_mlp_classifier(const Estimator& estimator, ValueId x);

}  // namespace nacre::tools
