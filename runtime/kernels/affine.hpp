#pragma once

#include <cstdint>

namespace nacre {

/// Parameters of affine: y = clamp(((x - center) - center_low) * scale + offset) by place in the row;
/// the two subtractions and the fused multiply-add round once each.
struct Affine {
  std::uint32_t rows;
  std::uint32_t width;
  float minimum;
  float maximum;
};

}  // namespace nacre
