#pragma once

#include "tools/sklearn/importer.hpp"

namespace nacre::tools {

/// Labels and probabilities from logarithms of joint probabilities, one column per class.
Predictions from_log_likelihood(const Estimator& estimator, const Array& classes, ValueId scores);

}  // namespace nacre::tools
