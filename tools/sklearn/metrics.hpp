#pragma once

#include "tools/sklearn/distances.hpp"

namespace nacre::tools {

enum class MetricKind : std::uint8_t {
  euclidean, squared, manhattan, chebyshev, minkowski, scaled, mahalanobis, hamming, canberra, bray_curtis, cosine
};

/// A metric between rows of numbers, as scikit-learn names it.
struct Metric {
  MetricKind kind = MetricKind::euclidean;
  double p = 2;                 ///< of minkowski
  std::vector<double> weights = {};  ///< of minkowski, one for each column, or none; of scaled (seuclidean) the
                                     ///< variances; of mahalanobis the inverse of the covariance, [columns, columns]
  bool of_scipy = false;        ///< of bray_curtis: |x + y| in its divisor, not |x| + |y|
};

/// The metric of an estimator that searches neighbours. Refuses others by name.
Metric read_metric(const Estimator& estimator, const Points& points);

/// What the library compares instead of distances, since it orders as they do: of the Euclidean metric their squares,
/// of others their p-th powers. [1, points].
ValueId ordering_distances(const Estimator& estimator, ValueId x, const Points& points, const Metric& metric);
/// Distances from these.
ValueId distances_from(const Estimator& estimator, ValueId ordering, const Metric& metric);
/// What distances are compared as.
ValueId ordering_from(const Estimator& estimator, ValueId distances, const Metric& metric);
/// The same of one number: what a distance is compared as.
double ordering_of(double distance, const Metric& metric);

/// Whether brute searches subtract products of matrices from each other.
inline bool is_of_products(const Metric& metric) {
  using enum MetricKind;
  return metric.kind == euclidean || metric.kind == squared || metric.kind == cosine;
}

/// Whether a metric is a power of another one, summed up: then its distances are never compared as such.
inline bool has_root(const Metric& metric) {
  using enum MetricKind;
  return metric.kind == euclidean || metric.kind == scaled || metric.kind == mahalanobis || metric.kind == minkowski;
}

}  // namespace nacre::tools
