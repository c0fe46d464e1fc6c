#pragma once

#include "tools/sklearn/metrics.hpp"

namespace nacre::tools {

/// The rows that an estimator keeps, in the order in which its search meets them: a k-d tree or a ball tree has them in
/// leaves. Of rows that lie equally far, the search finds those that scikit-learn finds.
class NeighborSearch {
 public:
  explicit NeighborSearch(const Estimator& estimator);

  std::int64_t count() const { return points_.count; }
  const Metric& metric() const { return metric_; }
  /// The row of training that stands at each place.
  const std::vector<std::int64_t>& rows() const { return rows_; }

  /// A table of training rows, `width` numbers each, in the order of places.
  std::vector<double> arranged(const std::vector<double>& of_rows, std::size_t width) const;

  /// Refuses rows of training that are alike but have different numbers in a table, where the order in which the
  /// library finds them depends on NumPy, the processor and the number of its threads.
  void refuse_left_to_chance(const std::vector<double>& of_rows, std::size_t width) const;

  struct Found {
    ValueId place;     ///< int32 [1, k]
    ValueId ordering;  ///< see ordering_distances(): [1, k]
  };
  Found nearest(ValueId x, std::int64_t k) const;
  /// 1 for each place that lies no farther than this, else 0; and the distances. [1, count].
  struct Within {
    ValueId is_near, distance;
  };
  Within within(ValueId x, double radius) const;

  /// Doubts in float32 the layer that gave a value: it does not tell rows apart that lie nearly as far.
  void doubt(ValueId value) const;

 private:
  void read_tree(const Value& tree);
  ValueId bounds(ValueId x) const;

  const Estimator& estimator_;
  Points points_;
  Metric metric_;
  std::vector<std::int64_t> rows_;
  std::vector<double> lower_, upper_, radius_;  ///< of the nodes of a tree: a box, or a centre (lower) and a radius
  std::size_t nodes_ = 1;
  bool in_heaps_ = false;  ///< a brute search whose threads merge their heaps
};

/// n_neighbors of an estimator, which must not exceed the rows that it keeps; `own`: rows that do not count.
std::int64_t neighbor_count(const Estimator& estimator, const NeighborSearch& search, std::int64_t own = 0);

}  // namespace nacre::tools
