#pragma once

namespace nacre {

/// `x` limited to [minimum, maximum]; NaN stays NaN.
template <typename T>
inline T clamp(T x, T minimum, T maximum) {
  return x < minimum ? minimum : (x > maximum ? maximum : x);
}

}  // namespace nacre
