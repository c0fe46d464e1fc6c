#pragma once

#include "tools/graph/graph.hpp"
#include "tools/trees/column_path.hpp"

namespace nacre::tools {

/// The question "is what the path makes of x at most the threshold?" as one about x itself, which it is because a
/// path rises. Where every number answers yes, or none, the threshold is infinite.
struct MovedThreshold {
  double exact;      ///< the largest float64 that goes left
  float of_float32;  ///< the largest float32 that goes left where the library is given float32
  bool fills_left;   ///< whether a missing value goes left, where the path makes a number of it
  /// Numbers above the first and up to the second go left in some libraries and right in others.
  double in_doubt[2] = {};
  float float32_in_doubt[2] = {};
};
/// `rounds`: the library rounds what it compares to float32.
MovedThreshold moved_threshold(const ColumnPath& path, double threshold, bool rounds = true);

/// How far from `number` the library's own arithmetic may lead what leads there by `path`. A training row that lies
/// exactly on a threshold is on the same side of it for all such numbers.
double doubt_around(const ColumnPath& path, double number);

/// The number that a float32 stands for in a table of decimals: the decimal of at most six digits that rounds to it,
/// if there is one (std::numeric_limits<float>::digits10: no two of them share a float), else itself. It rises with x.
double decimal_of(float x);

/// The largest float that goes left on the device: of those that stand for decimals, or of float32 data.
float device_threshold(const MovedThreshold& moved, schema::InputPrecision precision);

}  // namespace nacre::tools
