#pragma once

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

  /// 1 or 0.
  ValueId greater(ValueId a, ValueId b) const { return map(MapFunction::greater, {a, b}); }
  ValueId equal(ValueId a, ValueId b) const { return map(MapFunction::equal, {a, b}); }
  ValueId exceeds(ValueId a, double b) const { return greater(a, constant({1}, {b})); }
  ValueId equals(ValueId a, double b) const { return equal(a, constant({1}, {b})); }
  ValueId where(ValueId condition, ValueId a, ValueId b) const { return map(MapFunction::where, {condition, a, b}); }

  /// One axis less.
  ValueId reduce(ReduceFunction function, ValueId x, std::size_t axis) const;
  ValueId sum(ValueId x, std::size_t axis) const { return reduce(ReduceFunction::sum, x, axis); }
  /// x . weights + bias; weights [depth, units].
  ValueId product(ValueId x, const std::vector<double>& weights, const std::vector<double>& bias) const;
  ValueId softmax(ValueId x) const;
  ValueId arg_max(ValueId x) const;
  /// The first smallest.
  ValueId arg_min(ValueId x) const { return arg_max(apply(ActivationFunction::negative, x)); }
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
