#pragma once

#include <string>
#include <vector>

#include "tools/estimators/estimator.hpp"

namespace nacre::tools {

/// A booster alone, a regressor or a ranker.
Predictions predict_lightgbm(const Estimator& estimator, ValueId x);
Predictions predict_lightgbm_classifier(const Estimator& estimator, ValueId x);

std::int64_t lightgbm_features(const Value& value);
std::vector<std::string> lightgbm_feature_names(const Value& value);
std::vector<Categories> lightgbm_categories_of(const Value& value);
/// What saved it.
SourceFile lightgbm_source(const Value& value);

}  // namespace nacre::tools
