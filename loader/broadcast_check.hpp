#pragma once

#include "nacre/tensor.hpp"

namespace nacre {

/// Whether a tensor of shape `from` can be read as one of shape `to`, as in NumPy.
inline bool broadcasts(const Shape& from, const Shape& to) {
  if (from.rank() > to.rank()) return false;
  for (unsigned i = 1; i <= from.rank(); ++i) {
    const std::uint32_t length = from[from.rank() - i];
    if (length != 1 && length != to[to.rank() - i]) return false;
  }
  return true;
}

}  // namespace nacre
