#pragma once

#include <vector>

#include "tools/sklearn/importer.hpp"

namespace nacre::tools {

/// The columns of x whose bit is set. Refuses a mask of none, or of other features.
ValueId masked_columns(const Estimator& estimator, ValueId x, const std::vector<bool>& mask);

}  // namespace nacre::tools
