#pragma once

namespace nacre {

/// So many bits of whatever type: what kernels copy that move elements and compute nothing.
template <typename Bits>
struct [[gnu::may_alias]] Unit {
  Bits bits;
};

}  // namespace nacre
