#pragma once

#include "tools/catboost/model.hpp"
#include "tools/estimators/estimator.hpp"
#include "tools/graph/graph.hpp"

namespace nacre::tools {

/// What CatBoost's classes answer: a classifier labels and probabilities, a regressor what its loss makes of the score.
/// Throws Refusal.
Predictions add_catboost(const Estimator& estimator, ValueId x, const CatboostModel& model);

/// A whole graph of a saved model.
Graph catboost_graph(const CatboostModel& model);

// The classes of a pickle.
Predictions predict_catboost(const Estimator& estimator, ValueId x);
std::int64_t catboost_features(const Value& value);
std::vector<std::string> catboost_feature_names(const Value& value);
SourceFile catboost_source(const Value& value);
/// None: CatBoost hashes those that are text.
std::vector<Categories> catboost_categories(const Value& value);

}  // namespace nacre::tools
