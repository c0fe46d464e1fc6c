#pragma once

#include <cstdint>

namespace nacre {

/// Parameters of quantize and dequantize: real = scale * (stored - zero_point).
struct Quantize {
  std::uint32_t count;
  float scale;
  std::int32_t zero_point;
};

}  // namespace nacre
