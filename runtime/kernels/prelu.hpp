#pragma once

#include <cstdint>

namespace nacre {

/// Parameters of prelu. Each of `rows` examples has `width` elements, with a slope each.
struct PRelu {
  std::uint32_t rows;
  std::uint32_t width;
  std::int32_t input_zero_point;  ///< int8 only, as what follows
  std::int32_t alpha_zero_point;
  std::int32_t output_zero_point;
  std::int32_t positive[2];  ///< multiplier and shift of x
  std::int32_t negative[2];  ///< of alpha * x
};

}  // namespace nacre
