#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "tools/sklearn/importer.hpp"

namespace nacre::tools {

/// Arithmetic on values of one estimator's graph: each function adds a layer with the estimator's name before its own.
/// Values broadcast as in NumPy; their first axis is the batch.
class Algebra {
 public:
  explicit Algebra(const Estimator& estimator) : graph_(estimator.graph), name_(estimator.name) {}

  ValueId constant(Dimensions shape, std::vector<double> values) const;

  ValueId add(ValueId a, ValueId b) const { return binary(BinaryFunction::add, a, b); }
  ValueId subtract(ValueId a, ValueId b) const { return binary(BinaryFunction::subtract, a, b); }
  ValueId multiply(ValueId a, ValueId b) const { return binary(BinaryFunction::multiply, a, b); }
  ValueId divide(ValueId a, ValueId b) const { return binary(BinaryFunction::divide, a, b); }
  ValueId maximum(ValueId a, ValueId b) const { return binary(BinaryFunction::maximum, a, b); }
  ValueId minimum(ValueId a, ValueId b) const { return binary(BinaryFunction::minimum, a, b); }
  ValueId apply(ActivationFunction function, ValueId x) const;

  /// factor * x + offset.
  ValueId scaled(ValueId x, double factor, double offset = 0) const;
  /// One factor and one offset per element of the last axis.
  ValueId scaled(ValueId x, std::vector<double> factor, std::vector<double> offset) const;
  /// Each element of the last axis limited to [least, most] of its own.
  ValueId clamped(ValueId x, const std::vector<double>& least, const std::vector<double>& most) const;

  /// A function of `map` of each element.
  ValueId each(MapFunction function, ValueId x) const { return map(function, {x}); }
  ValueId power(ValueId a, double exponent) const {
    return map(MapFunction::power, {a, constant({1}, {exponent})});
  }

  /// 1 or 0.
  ValueId at_least(ValueId a, ValueId b) const { return map(MapFunction::greater_equal, {a, b}); }
  ValueId greater(ValueId a, ValueId b) const { return map(MapFunction::greater, {a, b}); }
  ValueId equal(ValueId a, ValueId b) const { return map(MapFunction::equal, {a, b}); }
  ValueId exceeds(ValueId a, double b) const { return greater(a, constant({1}, {b})); }
  ValueId equals(ValueId a, double b) const { return equal(a, constant({1}, {b})); }
  ValueId expm1(ValueId x) const { return map(MapFunction::expm1, {x}); }
  ValueId log1p(ValueId x) const { return map(MapFunction::log1p, {x}); }
  ValueId sine(ValueId x) const { return map(MapFunction::sine, {x}); }
  ValueId cosine(ValueId x) const { return map(MapFunction::cosine, {x}); }
  ValueId where(ValueId condition, ValueId a, ValueId b) const { return map(MapFunction::where, {condition, a, b}); }

  /// One axis less.
  ValueId reduce(ReduceFunction function, ValueId x, std::size_t axis) const;
  ValueId sum(ValueId x, std::size_t axis) const { return reduce(ReduceFunction::sum, x, axis); }
  /// x . weights + bias; weights [depth, units].
  ValueId product(ValueId x, const std::vector<double>& weights, const std::vector<double>& bias) const;
  /// Of the last two axes, as NumPy's @.
  ValueId matmul(ValueId a, ValueId b) const;
  ValueId softmax(ValueId x) const;
  /// Each row divided by its sum; one whose sum is 0 becomes `otherwise` in every column, or stays.
  ValueId normalized(ValueId x, std::optional<double> otherwise = std::nullopt) const;
  ValueId arg_max(ValueId x) const;
  /// The first smallest.
  ValueId arg_min(ValueId x) const { return arg_max(apply(ActivationFunction::negative, x)); }
  /// The k smallest of each row and where they stood, of equal ones those that a search of scikit-learn finds.
  std::pair<ValueId, ValueId> neighbors(ValueId distances, ValueId bounds, const parameters::Neighbors& table) const;
  /// The largest k of each row, and where they stood.
  std::pair<ValueId, ValueId> top_k(ValueId x, std::int64_t k) const;

  ValueId join(const std::vector<ValueId>& parts, std::size_t axis = 1) const;
  ValueId columns(ValueId x, std::vector<std::int64_t> indices) const;
  ValueId column(ValueId x, std::int64_t index) const { return columns(x, {index}); }
  /// `shape` is without the batch.
  ValueId reshaped(ValueId x, const Dimensions& shape) const;
  /// Rows of a table [rows, width…] by computed indices.
  ValueId lookup(std::vector<double> table, Dimensions shape, ValueId indices) const;

 private:
  std::string named(const char* word) const;
  ValueId binary(BinaryFunction function, ValueId a, ValueId b) const;
  ValueId map(MapFunction function, std::vector<ValueId> inputs) const;

  Graph& graph_;
  std::string name_;
};

}  // namespace nacre::tools
