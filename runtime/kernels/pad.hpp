#pragma once

#include <cstdint>

namespace nacre {

/// Parameters of pad: the input starts at `start` in the output; all else is value.
struct Pad {
  std::uint32_t start;
  std::uint32_t stride[8];  ///< elements of the output between neighbours along input dimension i
  float value;              ///< float32 only
  std::int32_t zero_point;  ///< int8 only
};

}  // namespace nacre
