#pragma once

#include <cstdint>

namespace nacre {

/// Parameters of label_decode and label_encode.
struct Labels {
  std::uint32_t count;      ///< elements
  std::uint32_t classes;
  std::uint32_t type;       ///< DataType of the labels
};

}  // namespace nacre
