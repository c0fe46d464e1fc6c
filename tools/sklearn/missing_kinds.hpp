#pragma once

#include "tools/sklearn/importer.hpp"

namespace nacre::tools {

/// What an item of an array of objects is missing as: NaN, which pandas.NA becomes, or None; none where it is neither.
std::optional<MissingKind> missing_kind(const Value& item);

/// Says what `estimator` knows a missing value of a column by. The device has one missing value, the library has three;
/// rows are told apart by what is said here. Refuses the model where two steps say different things of a column.
void say_missing_kind(const Estimator& estimator, const Column& column, MissingKind kind);

}  // namespace nacre::tools
