#pragma once

#include "tools/sklearn/importer.hpp"

namespace nacre::tools {

/// Whether a class, by the last part of its name, hands rows on as they come to models that judge them.
bool hands_on(std::string_view name);

/// Marks the inputs of the graph with the values for which the estimator's release raises, where they can still come as
/// far as `x`: an imputer of missing values lets none pass.
/// `x` itself is marked, too.
void mark_refused_values(const Estimator& estimator, ValueId x);

}  // namespace nacre::tools
