#pragma once

#include "tools/sklearn/importer.hpp"

namespace nacre::tools {

/// Rows to which distances are taken.
struct Points {
  std::vector<double> values;  ///< [count, width]
  std::int64_t count, width;

  /// Of an array of two dimensions, which may be sparse. Refuses others.
  explicit Points(const Value& array);
};

/// sum (x - point)² for each point: [1, points]. No expansion: products of what lies far from 0 would cancel.
ValueId squared_distances(const Estimator& estimator, ValueId x, const Points& points);
/// sum |x - point|, likewise.
ValueId manhattan_distances(const Estimator& estimator, ValueId x, const Points& points);
/// x - point: [1, points, width].
ValueId differences(const Estimator& estimator, ValueId x, const Points& points);

/// Answers of classes whose labels are 0 … count - 1, from their index.
ValueId number_labels(const Estimator& estimator, ValueId index, std::int64_t count);

}  // namespace nacre::tools
