#pragma once

#include "tools/sklearn/importer.hpp"
#include "tools/trees/forest.hpp"

namespace nacre::tools {

/// The nodes of a sklearn.tree._tree.Tree, whatever release laid them out.
TreeNodes read_tree_nodes(const Value& tree);

/// A decision tree, or a forest of them (`estimators_`).
Predictions predict_tree_classifier(const Estimator& estimator, ValueId x);
Predictions predict_tree_regressor(const Estimator& estimator, ValueId x);
Predictions predict_boosting_classifier(const Estimator& estimator, ValueId x);
Predictions predict_boosting_regressor(const Estimator& estimator, ValueId x);

}  // namespace nacre::tools
