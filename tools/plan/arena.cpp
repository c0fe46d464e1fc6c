#include "tools/plan/arena.hpp"

#include <algorithm>
#include <numeric>

namespace nacre::tools {

std::uint32_t place(std::vector<Region>& regions) {
  std::vector<std::uint32_t> order(regions.size());
  std::iota(order.begin(), order.end(), 0u);
  std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return regions[a].bytes > regions[b].bytes;
  });
  std::vector<const Region*> placed;  // by offset
  std::uint32_t arena = 0;
  for (const std::uint32_t index : order) {
    Region& region = regions[index];
    std::uint32_t offset = 0;
    for (const Region* other : placed) {
      const bool together = other->first_use <= region.last_use && region.first_use <= other->last_use;
      if (!together) continue;
      if (other->offset >= offset + align_arena(region.bytes)) break;
      offset = std::max(offset, other->offset + align_arena(other->bytes));
    }
    region.offset = offset;
    arena = std::max(arena, offset + align_arena(region.bytes));
    placed.insert(std::upper_bound(placed.begin(), placed.end(), &region,
                                   [](const Region* a, const Region* b) { return a->offset < b->offset; }),
                  &region);
  }
  return arena;
}

}  // namespace nacre::tools
