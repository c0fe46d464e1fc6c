#pragma once

#include <string>

#include "tools/graph/graph.hpp"
#include "tools/lightgbm/model.hpp"

namespace nacre::tools {

/// Throws a Refusal of all parts of the model that are not converted: what can be said before any is.
void require_known_parts(const LightgbmModel& model);

/// The raw scores: float64 [1, trees per round]. Throws Refusal.
ValueId add_lightgbm_scores(Graph& graph, ValueId x, const LightgbmModel& model, const std::string& name);

/// What Booster.predict makes of them: float32 [1, n], or [1] where it gives one number.
ValueId add_lightgbm_response(Graph& graph, ValueId scores, const LightgbmModel& model, const std::string& name);

/// The largest score whose probability is not above one half, where the objective is `binary`: label 1 lies above it.
double lightgbm_label_threshold(const LightgbmModel& model);

/// Whether the objective is one of the user's own, so that the raw scores are the answers.
bool has_own_objective(const LightgbmModel& model);

/// All objectives that are known.
std::vector<std::string> lightgbm_objectives();

/// A whole graph of a saved booster, with Booster.predict for its answer.
Graph lightgbm_graph(const LightgbmModel& model);

}  // namespace nacre::tools
