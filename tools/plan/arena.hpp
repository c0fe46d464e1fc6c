#pragma once

#include <cstdint>
#include <vector>

namespace nacre::tools {

/// Bytes of the arena and the steps, first to last, in which they are in use.
struct Region {
  std::uint32_t bytes;
  std::uint32_t first_use;
  std::uint32_t last_use;
  std::uint32_t offset;  ///< the answer
};

/// `bytes` rounded up to the alignment of tensors in the arena.
inline std::uint32_t align_arena(std::uint32_t bytes) { return (bytes + 15) & ~15u; }

/// Gives regions that live at the same time disjoint offsets and returns the size of the arena:
/// largest first, each at the lowest offset that is free for its whole life.
std::uint32_t place(std::vector<Region>& regions);

}  // namespace nacre::tools
