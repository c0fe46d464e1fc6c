#pragma once

#include <cstdint>

namespace nacre {

/// Parameters of select: columns of rows.
struct Select {
  std::uint32_t rows;
  std::uint32_t from;  ///< last dimension of x
  std::uint32_t to;    ///< last dimension of y
};

}  // namespace nacre
