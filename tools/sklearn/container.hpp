#pragma once

#include <deque>
#include <string>
#include <vector>

#include "tools/pickle/value.hpp"

namespace nacre::tools {

/// Keys that choose among what containers hold, in the order in which the containers are met. A key may be a
/// path ("churn.model"), and name several models that follow each other ("scaler,model").
using Keys = std::deque<std::string>;

/// The models that a saved object holds, in the order in which each takes the outcome of the one before: what the
/// first key of `select` names, which is used up, or else the only model that lies in a dict, list, tuple or Bunch,
/// at any depth. An object that is no container is its own model. Refuses where a choice is missing: between
/// predictors, or whether a transformer that fits before the predictor comes before it. `warnings` (may be null)
/// receives what is left aside.
std::vector<Value> choose_models(const Value& root, Keys& select, std::vector<std::string>* warnings);

}  // namespace nacre::tools
