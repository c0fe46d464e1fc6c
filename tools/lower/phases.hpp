#pragma once

#include <vector>

#include "tools/graph/graph.hpp"

namespace nacre::tools {

/// Outputs o, o + s, o + 2 s … of a transposed convolution of stride s along one axis. Element i of x adds its tap t to
/// output o where i s + t d = o + p, so all of them get the same taps, of neighbours: what an ordinary convolution does
/// with these taps in reverse.
struct Phase {
  std::int64_t outputs;         ///< how many
  std::int64_t taps;            ///< that meet there; none: only the bias
  std::int64_t first, step;     ///< of the taps: first, first + step …
  std::int64_t dilation;        ///< from an element of x to the one that the next tap meets
  std::int64_t before, after;   ///< elements by which its windows reach beyond x; negative: so many they do not meet

  /// From the first to the last element of a window.
  std::int64_t reach() const { return (taps - 1) * dilation; }
  /// The tap that element `place` of a window is multiplied by.
  std::int64_t tap(std::int64_t place) const { return first + (taps - 1 - place) * step; }
  /// Whether the windows of both are the same, whatever their taps.
  bool reads_like(const Phase& other) const;
  bool operator==(const Phase&) const = default;
};

/// The phases along spatial axis `axis` of x, which is `length` long, in the order of their first outputs. They have
/// equally many outputs, so that there may be more in all than y has.
std::vector<Phase> phases_of(const parameters::ConvTransposed& table, std::size_t axis, std::int64_t length,
                             std::int64_t kernel);

}  // namespace nacre::tools
