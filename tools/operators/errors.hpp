#pragma once

#include <vector>

#include "tools/operators/definition.hpp"

namespace nacre::tools {

// How far the device may stray from the float64 evaluation, layer by layer: running error analysis (Higham, Accuracy
// and Stability of Numerical Algorithms, 3.3). Bounds are absolute, one per element; an empty vector means
// that the device has exactly these numbers, infinity that nothing can be said.
//
// Sums are bounded as probabilistic analysis does it (Higham and Mary, 2019): n roundings grow like
// sqrt(n), not like n, and errors of different elements add in squares. The worst case would double
// with every few layers until it said nothing. kConfidence standard deviations make a false alarm
// less likely than 1e-13 per element.

constexpr double kUnit = 0x1p-24;       ///< half a unit in the last place of 1, as a float32
constexpr double kSmallest = 0x1p-126;  ///< float32 results below may be subnormal: an absolute error
constexpr double kConfidence = 8;

/// The same of the type in which the device computes. Of float64 it is twice as much: the evaluation, with which the
/// device is compared, rounds as often, and not always in the same order.
double unit_of(DataType type);
double smallest_of(DataType type);

/// Of one operation that rounds to `type`.
double rounding(double result, DataType type = DataType::float32);
/// Of storing a constant as `type`: known, not bounded.
double storing(double constant, DataType type = DataType::float32);
/// Relative to the sum of magnitudes, of a sum of `terms` terms computed one after the other.
double chain(double terms, DataType type = DataType::float32);

/// How much closer together float64 sees two scores than float32: where the library decides in float64, a label is
/// uncertain only if its scores tie to this share of the bound.
constexpr double kOfFloat64 = 0x1p-29;

/// Whether elements of a sum of products of this type are stored numbers with a scale, computed exactly.
inline bool is_quantised(DataType type) { return type == DataType::int8 || type == DataType::int16; }

double error_of(const Tensor64& x, std::size_t i);
bool is_exact(const std::vector<Tensor64>& inputs);

/// Nothing to say of `output` unless all inputs are exact: integer kernels round nothing.
std::vector<double> integer_errors(const std::vector<Tensor64>& inputs, const Tensor64& output);

/// Of operators that only move elements: the errors move alike.
std::vector<double> moved_errors(const Node& node, const std::vector<Tensor64>& inputs, const Tensor64& output);

/// The greatest |f(x ± e) - f(x)|, what f makes of an error of its argument. Infinite where f is not
/// defined there.
template <typename Function>
double carried(Function f, double x, double e) {
  if (e == 0) return 0;
  const double y = f(x), above = f(x + e) - y, below = f(x - e) - y;
  const double largest = above * above > below * below ? above : below;
  return largest < 0 ? -largest : largest;
}

/// x . weights + bias, also as a convolution, computed as one chain of `terms` per element: `evaluate`
/// is applied to magnitudes for the roundings and to squares for the errors of x. `plain` is the node
/// without clamp. Inputs are x, weights and bias.
std::vector<double> sum_of_products_errors(const Node& plain, const std::vector<Tensor64>& inputs,
                                           const Tensor64& output, double terms);

/// The sum of the magnitudes of the terms of each element of such a node.
std::vector<double> sums_of_magnitudes(const Node& plain, const std::vector<Tensor64>& inputs,
                                       const TensorType& output);

/// A copy of the node that does not clamp; `Table` has a minimum and a maximum.
template <typename Table>
Node without_clamp(Node node) {
  const Table defaults;
  node.as<Table>().minimum = defaults.minimum;
  node.as<Table>().maximum = defaults.maximum;
  return node;
}

}  // namespace nacre::tools
