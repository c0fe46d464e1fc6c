#pragma once

#include "tools/sklearn/importer.hpp"

namespace nacre::tools {

/// Whether a fitted transformer keeps nothing of the rows that it was fitted with, not even their width.
bool takes_any_width(const Value& value);

}  // namespace nacre::tools
