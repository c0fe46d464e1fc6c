#pragma once

#include "nacre/tensor.hpp"

namespace nacre {

/// The place of element `index` of `to` in a tensor of shape `from` that broadcasts to it, as in NumPy, where both
/// count in blocks of `stride` elements: those of their last `axes` axes.
inline std::uint32_t broadcast_place(std::uint32_t index, const Shape& to, const Shape& from, unsigned axes,
                                     std::uint32_t stride) {
  std::uint32_t place = 0;
  for (unsigned behind = axes + 1; behind <= from.rank(); ++behind) {
    const std::uint32_t length = to[to.rank() - behind], own = from[from.rank() - behind];
    if (length == 1) continue;
    if (own != 1) place += index % length * stride;
    stride *= own;
    index /= length;
  }
  return place;
}

}  // namespace nacre
