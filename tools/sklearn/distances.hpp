#pragma once

#include "tools/sklearn/importer.hpp"

namespace nacre::tools {

/// Rows to which distances are taken.
struct Points {
  std::vector<double> values;  ///< [count, width]
  std::int64_t count, width;

  /// Of an array of two dimensions, which may be sparse. Refuses others.
  explicit Points(const Value& array);
  /// `count` rows, one after the other.
  Points(std::vector<double> rows, std::int64_t count_)
      : values(std::move(rows)), count(count_), width(static_cast<std::int64_t>(values.size()) / count_) {}
};

/// sum (x - point)² for each point: [1, points]. No expansion: products of what lies far from 0 would cancel.
ValueId squared_distances(const Estimator& estimator, ValueId x, const Points& points);
/// sum |x - point|, likewise.
ValueId manhattan_distances(const Estimator& estimator, ValueId x, const Points& points);
/// x - point: [1, points, width].
ValueId differences(const Estimator& estimator, ValueId x, const Points& points);

/// Each difference, [1, points, width], times a matrix of its own: [points, width, width].
ValueId turned_differences(const Estimator& estimator, ValueId apart, const std::vector<double>& matrices);

/// The length of the longest row.
double largest_norm(const Points& points);

/// Doubts in float32 the layer that gave a value: it does not tell rows apart that lie nearly as far.
void doubt_neighbors(const Estimator& estimator, ValueId value);

/// Doubts, of every row, the layer that gave a sum whose terms cancel each other.
void doubt_cancelling(const Estimator& estimator, ValueId sum, const char* advice);

/// Makes rows like these what the conversion is checked on, where `x` is an input of the model: others may lie so far
/// from all of them that nothing is asked.
void sample_like(const Estimator& estimator, ValueId x, const Points& points);

/// Answers of classes whose labels are 0 … count - 1, from their index.
ValueId number_labels(const Estimator& estimator, ValueId index, std::int64_t count);

}  // namespace nacre::tools
