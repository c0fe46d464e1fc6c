#pragma once

#include <string>
#include <vector>

#include "tools/estimators/estimator.hpp"

namespace nacre::tools {

/// A booster alone, a regressor or a ranker. A booster predicts with all of its trees.
Predictions predict_xgboost(const Estimator& estimator, ValueId x);
Predictions predict_xgboost_classifier(const Estimator& estimator, ValueId x);

std::int64_t xgboost_features(const Value& value);
std::vector<std::string> xgboost_feature_names(const Value& value);
std::vector<Categories> xgboost_categories(const Value& value);
/// What saved it.
SourceFile xgboost_source(const Value& value);

}  // namespace nacre::tools
