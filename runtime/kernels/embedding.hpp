#pragma once

#include <cstdint>

namespace nacre {

/// Parameters of embedding: rows of a table by index. Indices are data: checked at run time.
struct Embedding {
  std::uint32_t count;       ///< indices
  std::uint32_t vocabulary;  ///< rows of the table
  std::uint32_t width;
};

}  // namespace nacre
