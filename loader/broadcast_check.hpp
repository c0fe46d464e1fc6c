#pragma once

#include "nacre/tensor.hpp"

namespace nacre {

/// Whether a tensor of shape `from` can be read as one of shape `to`, as in NumPy.
inline bool broadcasts(const Shape& from, const Shape& to) {
  if (from.rank() > to.rank()) return false;
  const std::uint32_t *length = from.data(), *other = to.data() + (to.rank() - from.rank());
  for (unsigned left = from.rank(); left != 0; --left, ++length, ++other)
    if (*length != *other && *length != 1) return false;
  return true;
}

}  // namespace nacre
