#pragma once

#include <cstdint>

namespace nacre {

/// Parameters of operators that need nothing but the number of elements.
struct Elements {
  std::uint32_t count;
};

/// Parameters of operators that work on rows: the last axis.
struct Rows {
  std::uint32_t rows;
  std::uint32_t width;
};

}  // namespace nacre
