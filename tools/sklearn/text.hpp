#pragma once

#include "tools/sklearn/importer.hpp"

namespace nacre::tools {

/// Whether a model's rows are texts, one each: what it does first is to look for terms in them.
bool takes_documents(const Value& model);

/// What TfidfTransformer makes of counts.
ValueId weigh_terms(const Estimator& estimator, ValueId x);

/// A row divided by its norm, as the parameter of that name says.
ValueId normalize_row(const Estimator& estimator, ValueId x);

}  // namespace nacre::tools
