#pragma once

#include <cstdint>

namespace nacre {

/// Parameters of binary: two inputs combined element by element with NumPy broadcasting.
struct Binary {
  std::uint32_t count;        ///< elements of the output
  std::uint32_t broadcasts;   ///< whether an input is smaller than the output
  float minimum;              ///< float32 only
  float maximum;
  std::int32_t left_shift;  ///< int8 only, as what follows
  std::int32_t a_zero_point, a_multiplier, a_shift;
  std::int32_t b_zero_point, b_multiplier, b_shift;
  std::int32_t output_zero_point, output_multiplier, output_shift;
  std::int32_t output_minimum, output_maximum;
};

}  // namespace nacre
