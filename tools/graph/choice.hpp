#pragma once

#include <cstdint>
#include <vector>

namespace nacre::tools {

/// What a library leaves open of the choice of the smallest numbers of a row, or of those below a limit, because it is
/// neither in the model nor in the row. The device knows nothing of it: who judges a row does.
struct Choice {
  /// Which of equal numbers are taken.
  enum class Ties : std::uint8_t {
    decided,     ///< those that the layer takes
    by_threads,  ///< those that heaps of as many threads as there may be take
    open,        ///< any
  };
  Ties ties = Ties::decided;
  /// How far off a number d may be in the library, in units of d + norm² + 2 norm (norm + √d). With the norm of the
  /// largest row of training that is what |x|² - 2 x y + |y|² rounds, with 0 what a sum of positive terms does.
  double rounding = 0;
  double norm = 0;
  /// Where all numbers are multiples of this, nothing is rounded; 0: there always is.
  double step = 0;
  /// The row of training that stands at each place; none: the place itself.
  std::vector<std::int64_t> rows = {};

  bool operator==(const Choice&) const = default;
};

}  // namespace nacre::tools
