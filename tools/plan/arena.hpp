#pragma once

#include <cstdint>
#include <vector>

namespace nacre::tools {

/// Bytes of the arena and the steps, first to last, in which they are in use. Regions of a group lie as far from each
/// other as they say, and may share bytes.
struct Region {
  static constexpr std::uint32_t kAlone = 0xffffffff;

  std::uint32_t bytes;
  std::uint32_t first_use;
  std::uint32_t last_use;
  std::uint32_t offset;  ///< the answer
  std::uint32_t group = kAlone;
  std::uint32_t lies_at = 0;  ///< in its group; a multiple of 16
};

/// `bytes` rounded up to the alignment of tensors in the arena.
inline std::uint32_t align_arena(std::uint32_t bytes) { return (bytes + 15) & ~15u; }

/// The bytes that are in use in each step, from 0 on; no arena is smaller than the most.
std::vector<std::uint32_t> bytes_in_use(const std::vector<Region>& regions);

/// Gives regions that live at the same time disjoint offsets and returns the size of the arena: largest first, each at
/// the lowest offset that is free for its whole life.
std::uint32_t place_largest_first(std::vector<Region>& regions);

/// The same, but not larger: of few regions the arena is the smallest that there is, unless that takes too many trials.
std::uint32_t place(std::vector<Region>& regions);

}  // namespace nacre::tools
