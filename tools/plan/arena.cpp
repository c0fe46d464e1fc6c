#include "tools/plan/arena.hpp"

#include <algorithm>
#include <numeric>

#include "tools/plan/occupied.hpp"

namespace nacre::tools {

std::uint32_t place(std::vector<Region>& regions) {
  std::vector<std::uint32_t> order(regions.size());
  std::iota(order.begin(), order.end(), 0u);
  std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return regions[a].bytes > regions[b].bytes;
  });
  std::uint32_t steps = 1, arena = 0;
  for (const Region& region : regions) steps = std::max(steps, region.last_use + 1);
  Occupied occupied(steps);
  for (const std::uint32_t index : order) {
    Region& region = regions[index];
    const std::uint32_t bytes = align_arena(region.bytes);
    region.offset = occupied.find(region.first_use, region.last_use, bytes);
    occupied.add(region.first_use, region.last_use, region.offset, region.offset + bytes);
    arena = std::max(arena, region.offset + bytes);
  }
  return arena;
}

}  // namespace nacre::tools
