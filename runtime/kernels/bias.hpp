#pragma once

#include "runtime/numerics/bits.hpp"

namespace nacre {

// A sum of float32 starts from the bias. To one of float64 the bias comes last, as in the libraries that compute so:
// where terms cancel, their last bits are then the answer's.

inline float first_of_sum(float bias) { return bias; }
inline double first_of_sum(double) { return 0; }

inline float with_bias(float sum, float) { return sum; }
inline double with_bias(double sum, double bias) { return numerics::plus(sum, bias); }

}  // namespace nacre
