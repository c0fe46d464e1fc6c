#pragma once

#include "tools/sklearn/importer.hpp"

namespace nacre::tools {

/// Probabilities of `count` classes from those of each two, [1, pairs]: of the first of (0, 1), (0, 2) … (1, 2) ….
/// By the iteration of libsvm, which stops early: the answer of its last step, not of its limit.
ValueId coupled_probabilities(const Estimator& estimator, ValueId pairwise, std::int64_t count);

}  // namespace nacre::tools
