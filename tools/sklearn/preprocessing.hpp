#pragma once

#include "tools/sklearn/importer.hpp"

namespace nacre::tools {

ValueId transform_standard_scaler(const Estimator& estimator, ValueId x);
ValueId transform_min_max_scaler(const Estimator& estimator, ValueId x);
ValueId transform_max_abs_scaler(const Estimator& estimator, ValueId x);
ValueId transform_robust_scaler(const Estimator& estimator, ValueId x);
ValueId transform_normalizer(const Estimator& estimator, ValueId x);
ValueId transform_simple_imputer(const Estimator& estimator, ValueId x);
ValueId transform_missing_indicator(const Estimator& estimator, ValueId x);
ValueId transform_label_encoder(const Estimator& estimator, ValueId x);
ValueId transform_pca(const Estimator& estimator, ValueId x);

/// Whether a fitted transformer keeps nothing of the rows that it was fitted with, not even their width.
bool takes_any_width(const Value& value);

}  // namespace nacre::tools
