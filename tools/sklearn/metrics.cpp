#include "tools/sklearn/metrics.hpp"

#include <cmath>

#include "tools/sklearn/algebra.hpp"

namespace nacre::tools {
namespace {

using F = ActivationFunction;

struct MetricName {
  std::string_view name;
  MetricKind kind;
};
constexpr MetricName kMetrics[] = {
    {"euclidean", MetricKind::euclidean},
    {"l2", MetricKind::euclidean},
    {"sqeuclidean", MetricKind::squared},
    {"manhattan", MetricKind::manhattan},
    {"l1", MetricKind::manhattan},
    {"cityblock", MetricKind::manhattan},
    {"chebyshev", MetricKind::chebyshev},
    {"infinity", MetricKind::chebyshev},
    {"minkowski", MetricKind::minkowski},
    {"p", MetricKind::minkowski},
    {"wminkowski", MetricKind::minkowski},
    {"seuclidean", MetricKind::scaled},
    {"hamming", MetricKind::hamming},
    {"mahalanobis", MetricKind::mahalanobis},
    {"canberra", MetricKind::canberra},
    {"braycurtis", MetricKind::bray_curtis},
    {"cosine", MetricKind::cosine},
};

/// An argument of the metric, as training understood it, else as it was given.
std::optional<Value> argument_of(const Value& model, const char* name) {
  for (const char* from : {"effective_metric_params_", "metric_params"})
    if (const auto all = model.find(from); all && !all->is_none())
      if (const auto found = all->find(name); found && !found->is_none()) return found;
  return std::nullopt;
}

std::vector<double> numbers_of(const Estimator& estimator, const char* name, std::size_t count) {
  const auto given = argument_of(estimator.value, name);
  if (!given)
    estimator.refuse(std::string("has a metric whose argument ") + name + " is not saved",
                     std::string("give it in metric_params: {\"") + name + "\": …}");
  std::vector<double> numbers = given->as_doubles();
  if (numbers.size() != count) estimator.refuse("has a metric of another number of columns", "save the model again");
  return numbers;
}

/// 1 where a divisor is 0, so that nothing is divided by it: what it divides is 0 then.
ValueId not_zero(const Algebra& algebra, ValueId divisor) {
  return algebra.where(algebra.equals(divisor, 0), algebra.constant({1}, {1}), divisor);
}

ValueId absolute_differences(const Estimator& estimator, ValueId x, const Points& points) {
  return Algebra(estimator).apply(F::abs, differences(estimator, x, points));
}

/// |x| + |point| in each column, or |x + point|: [1, points, width].
ValueId magnitudes(const Estimator& estimator, ValueId x, Points points, bool of_sum) {
  const Algebra algebra(estimator);
  for (double& value : points.values) value = of_sum ? -value : -std::abs(value);
  const ValueId sum = differences(estimator, of_sum ? x : algebra.apply(F::abs, x), points);
  return of_sum ? algebra.apply(F::abs, sum) : sum;
}

/// 1 - the cosine of the angle between rows, limited to [0, 2].
ValueId one_less_cosines(const Estimator& estimator, ValueId x, Points points) {
  const Algebra algebra(estimator);
  const auto width = static_cast<std::size_t>(points.width), count = static_cast<std::size_t>(points.count);
  for (std::size_t row = 0; row < count; ++row) {
    double square = 0;
    for (std::size_t i = 0; i < width; ++i) square += std::pow(points.values[row * width + i], 2);
    for (std::size_t i = 0; i < width && square > 0; ++i) points.values[row * width + i] /= -std::sqrt(square);
  }
  const ValueId length = algebra.reshaped(algebra.apply(F::sqrt, algebra.sum(algebra.apply(F::square, x), 1)), {1});
  const ValueId unit = algebra.divide(x, not_zero(algebra, length));
  const ValueId result =
      algebra.product(unit, transposed(points.values, count, width), std::vector<double>(count, 1.0));
  return algebra.clamped(result, {0}, {2});
}

ValueId bray_curtis(const Estimator& estimator, ValueId x, const Points& points, bool of_sum) {
  const Algebra algebra(estimator);
  const ValueId all = algebra.sum(magnitudes(estimator, x, points, of_sum), 2);
  return algebra.divide(algebra.sum(absolute_differences(estimator, x, points), 2), not_zero(algebra, all));
}

ValueId mahalanobis(const Estimator& estimator, ValueId x, const Points& points, const std::vector<double>& inverse) {
  const Algebra algebra(estimator);
  const auto width = static_cast<std::size_t>(points.width);
  const ValueId apart = differences(estimator, x, points);
  const ValueId turned = algebra.product(apart, transposed(inverse, width, width), std::vector<double>(width));
  return algebra.sum(algebra.multiply(turned, apart), 2);
}

/// Powers of magnitudes. Those of whole numbers are exact as products, so that equal distances stay equal.
ValueId powers_of(const Algebra& algebra, ValueId magnitude, double exponent) {
  if (exponent != std::floor(exponent) || exponent > 8) return algebra.power(magnitude, exponent);
  ValueId power = magnitude;
  for (double i = 1; i < exponent; ++i) power = algebra.multiply(power, magnitude);
  return power;
}

ValueId minkowski(const Estimator& estimator, ValueId x, const Points& points, const Metric& metric) {
  const Algebra algebra(estimator);
  ValueId powers = powers_of(algebra, absolute_differences(estimator, x, points), metric.p);
  if (!metric.weights.empty()) powers = algebra.multiply(powers, algebra.constant({points.width}, metric.weights));
  return algebra.sum(powers, 2);
}

Metric of_powers(const Estimator& estimator, const std::string& name, const Points& points) {
  Metric metric{MetricKind::minkowski};
  const auto own = argument_of(estimator.value, "p");
  metric.p = own && own->is_number() ? own->as_double() : number_of(estimator.value, "p").value_or(2);
  if (argument_of(estimator.value, "w")) {
    metric.weights = numbers_of(estimator, "w", static_cast<std::size_t>(points.width));
    if (name == "wminkowski")
      for (double& weight : metric.weights) weight = std::pow(weight, metric.p);
    if (std::isinf(metric.p)) estimator.refuse("has weights of columns and p=inf", "scale the columns instead");
    return metric;
  }
  if (metric.p == 1) metric.kind = MetricKind::manhattan;
  if (metric.p == 2) metric.kind = MetricKind::euclidean;
  if (std::isinf(metric.p)) metric.kind = MetricKind::chebyshev;
  return metric;
}

}  // namespace

Metric read_metric(const Estimator& estimator, const Points& points) {
  const Value stated = estimator.value.attribute("metric");
  const std::string fitted = text_of(estimator.value, "effective_metric_");
  const std::string name = !stated.is_string() ? "" : fitted.empty() ? stated.as_string() : fitted;
  const auto width = static_cast<std::size_t>(points.width);
  for (const MetricName& row : kMetrics) {
    if (row.name != name) continue;
    Metric metric{row.kind};
    if (row.kind == MetricKind::minkowski) return of_powers(estimator, name, points);
    if (row.kind == MetricKind::scaled) metric.weights = numbers_of(estimator, "V", width);
    if (row.kind == MetricKind::mahalanobis) metric.weights = numbers_of(estimator, "VI", width * width);
    return metric;
  }
  estimator.refuse(name.empty() ? "has a metric that is code" : "has the metric " + name + ", which is not read",
                   "use a metric between numbers, as euclidean, manhattan, minkowski or cosine");
}

ValueId ordering_distances(const Estimator& estimator, ValueId x, const Points& points, const Metric& metric) {
  const Algebra algebra(estimator);
  switch (metric.kind) {
    case MetricKind::euclidean:
    case MetricKind::squared: return squared_distances(estimator, x, points);
    case MetricKind::manhattan: return manhattan_distances(estimator, x, points);
    case MetricKind::chebyshev:
      return algebra.reduce(ReduceFunction::maximum, absolute_differences(estimator, x, points), 2);
    case MetricKind::minkowski: return minkowski(estimator, x, points, metric);
    case MetricKind::scaled:
      return algebra.sum(algebra.divide(algebra.apply(F::square, differences(estimator, x, points)),
                                        algebra.constant({points.width}, metric.weights)), 2);
    case MetricKind::mahalanobis: return mahalanobis(estimator, x, points, metric.weights);
    case MetricKind::hamming: {
      const ValueId row = algebra.reshaped(x, {1, points.width});
      const ValueId same = algebra.equal(row, algebra.constant({1, points.count, points.width}, points.values));
      const auto width = static_cast<double>(points.width);
      return algebra.divide(algebra.scaled(algebra.sum(same, 2), -1, width), algebra.constant({1}, {width}));
    }
    case MetricKind::canberra:
      return algebra.sum(algebra.divide(absolute_differences(estimator, x, points),
                                        not_zero(algebra, magnitudes(estimator, x, points, false))), 2);
    case MetricKind::bray_curtis: return bray_curtis(estimator, x, points, metric.of_scipy);
    case MetricKind::cosine: return one_less_cosines(estimator, x, points);
  }
  __builtin_unreachable();
}

ValueId distances_from(const Estimator& estimator, ValueId ordering, const Metric& metric) {
  const Algebra algebra(estimator);
  if (metric.kind == MetricKind::minkowski) return algebra.power(ordering, 1 / metric.p);
  return has_root(metric) ? algebra.apply(F::sqrt, ordering) : ordering;
}

ValueId ordering_from(const Estimator& estimator, ValueId distances, const Metric& metric) {
  const Algebra algebra(estimator);
  if (metric.kind == MetricKind::minkowski) return algebra.power(distances, metric.p);
  return has_root(metric) ? algebra.apply(F::square, distances) : distances;
}

double ordering_of(double distance, const Metric& metric) {
  if (metric.kind == MetricKind::minkowski) return std::pow(distance, metric.p);
  return has_root(metric) ? distance * distance : distance;
}

}  // namespace nacre::tools
