#pragma once

#include "tools/sklearn/importer.hpp"

namespace nacre::tools {

/// Whether a fitted transformer keeps nothing of the rows that it was fitted with, not even their width.
bool takes_any_width(const Value& value);

/// Number of features that an encoder of categories takes; none of any other class, or where it does not say.
std::optional<std::int64_t> encoded_features(const Value& encoder);

/// 1 where a feature exceeds the threshold, else 0. It is asked as trees ask: with their care of scalers before it, and
/// of decimals that float32 does not hold.
ValueId exceeding(const Estimator& estimator, ValueId x, double threshold, const std::string& name);

}  // namespace nacre::tools
