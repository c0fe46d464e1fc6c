#pragma once

#include <cstdint>

namespace nacre {

/// Parameters of slice: output element (i, j, ...) is input element start + i * stride[0] + ...
struct Slice {
  std::int32_t start;      ///< element of the input
  std::int32_t stride[8];  ///< elements of the input, may be negative
};

}  // namespace nacre
