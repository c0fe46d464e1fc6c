#pragma once

#include <string>
#include <vector>

#include "tools/operators/definition.hpp"

namespace nacre::tools {

/// A layer whose terms are far larger than their sum: they cancel, and with them the digits of its answer.
struct Cancellation {
  std::string layer;
  ValueId output;
  DataType type;  ///< in which it computes
  double factor;  ///< the largest sum of |w x| of an output column over the rows, in units of its largest |y|

  /// "layer pca: its terms cancel …": what the user must know.
  std::string describe() const;
};

/// What a user can do about it.
extern const char* const kAgainstCancellation;

/// The linear layers of `graph` whose terms cancel so far on these rows that less than three digits are left, of seven
/// in float32, of sixteen in float64; the worst first. Sums of products of floats only: windows too, and what shifts
/// their outcome.
std::vector<Cancellation> find_cancellations(const Graph& graph, const std::vector<std::vector<Tensor64>>& rows);

}  // namespace nacre::tools
