#pragma once

#include <cstdint>
#include <vector>

#include "tools/xgboost/model.hpp"

namespace nacre::tools {

/// What an objective makes of margins when it predicts.
enum class XgboostLink : std::uint8_t {
  identity,
  logistic,
  exponential,
  hinge,      ///< 1 where the margin is positive, else 0
  softmax,
  largest,    ///< the index of the largest margin
  ascending,  ///< running sums of the first margin and the softplus of the others, each a little more
};

/// The least that answers of XgboostLink::ascending rise by.
constexpr float kXgboostStep = 1e-6f;

/// Throws Refusal of an objective that no release had.
XgboostLink xgboost_link(const XgboostModel& model);

/// All that are known.
std::vector<std::string> xgboost_objectives();

/// Where the margin of each output starts.
std::vector<float> xgboost_base_margins(const XgboostModel& model);

/// The largest margin whose answer is not above one half: label 1 lies above it.
float xgboost_label_threshold(XgboostLink link);

}  // namespace nacre::tools
