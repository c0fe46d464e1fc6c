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

 private:
  void read_tree(const Value& tree);
  void refuse_columns_out_of_order() const;
  /// What the library leaves open of a search among distances from x, where it leaves anything.
  std::optional<Choice> choice(ValueId x) const;
  ValueId bounds(ValueId x) const;

  const Estimator& estimator_;
  Points points_;
  Metric metric_;
  std::vector<std::int64_t> rows_;
  std::vector<double> lower_, upper_, radius_;  ///< of the nodes of a tree: a box, or a centre (lower) and a radius
  std::size_t nodes_ = 1;
  bool in_heaps_ = false;    ///< a brute search whose threads merge their heaps
  bool is_sparse_ = false;   ///< what it keeps
  bool is_float32_ = false;  ///< what it keeps: distances from float32 rows are float32 then
};

/// n_neighbors of an estimator, which must not exceed the rows that it keeps; `own`: rows that do not count.
std::int64_t neighbor_count(const Estimator& estimator, const NeighborSearch& search, std::int64_t own = 0);

}  // namespace nacre::tools
