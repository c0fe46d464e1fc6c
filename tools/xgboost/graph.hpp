#pragma once

#include <string>

#include "tools/graph/graph.hpp"
#include "tools/xgboost/model.hpp"

namespace nacre::tools {

/// The margins of a booster: float32 [1, outputs], added in its order. Throws Refusal.
ValueId add_xgboost_margins(Graph& graph, ValueId x, const XgboostModel& model, const std::string& name);

/// What Booster.predict makes of them: [1, outputs], or [1] where it gives one number.
ValueId add_xgboost_response(Graph& graph, ValueId margins, const XgboostModel& model, const std::string& name);

/// A whole graph of a saved booster, with Booster.predict for its answer.
Graph xgboost_graph(const XgboostModel& model);

/// "3.4"; empty where the file does not say it.
std::string xgboost_release(const XgboostModel& model);

}  // namespace nacre::tools
