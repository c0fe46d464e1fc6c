#pragma once

#include <cstdint>

namespace nacre {

/// Parameters of fully_connected: y[r, u] = clamp(bias[u] + sum over d of x[r, d] * weights[d, u]).
struct FullyConnected {
  std::uint32_t rows;   ///< product of all dimensions of x but the last
  std::uint32_t depth;  ///< last dimension of x
  std::uint32_t units;  ///< last dimension of y
  float minimum;        ///< float32 only, else undefined
  float maximum;
  std::int32_t output_zero_point;  ///< int8 only, as what follows
  std::int32_t output_minimum;
  std::int32_t output_maximum;
  std::int32_t rescale[2];     ///< multiplier and shift of every unit,
  std::uint32_t rescale_step;  ///< or 2 where input 3 has a pair for each; else 0
};

}  // namespace nacre
