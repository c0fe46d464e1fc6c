#include "tools/plan/occupied.hpp"

#include <algorithm>
#include <bit>

namespace nacre::tools {

void Ranges::add(std::uint32_t begin, std::uint32_t end) {
  if (begin == end) return;
  auto next = ends_.upper_bound(begin);
  if (next != ends_.begin() && std::prev(next)->second >= begin) begin = (--next)->first;
  for (; next != ends_.end() && next->first <= end; next = ends_.erase(next)) end = std::max(end, next->second);
  ends_.emplace_hint(next, begin, end);
}

std::uint32_t Ranges::free_from(std::uint32_t offset, std::uint32_t bytes) const {
  for (;;) {
    const auto next = ends_.lower_bound(offset + bytes);
    if (next == ends_.begin() || std::prev(next)->second <= offset) return offset;
    offset = std::prev(next)->second;
  }
}

Occupied::Occupied(std::uint32_t steps)
    : leaves_(std::bit_ceil(steps)), throughout_(2 * std::size_t{leaves_}), sometimes_(throughout_.size()) {}

/// The fewest nodes that together stand for these steps.
std::vector<std::uint32_t> Occupied::parts(std::uint32_t first, std::uint32_t last) const {
  std::vector<std::uint32_t> nodes;
  for (std::uint32_t begin = leaves_ + first, end = leaves_ + last + 1; begin < end; begin /= 2, end /= 2) {
    if (begin % 2 == 1) nodes.push_back(begin++);
    if (end % 2 == 1) nodes.push_back(--end);
  }
  return nodes;
}

/// The first and the last step and all nodes above them, among which are all nodes above the parts.
std::vector<std::uint32_t> Occupied::above(std::uint32_t first, std::uint32_t last) const {
  std::vector<std::uint32_t> nodes;
  for (std::uint32_t a = leaves_ + first, b = leaves_ + last; a > 0; a /= 2, b /= 2) {
    nodes.push_back(a);
    if (a != b) nodes.push_back(b);
  }
  return nodes;
}

void Occupied::add(std::uint32_t first, std::uint32_t last, std::uint32_t begin, std::uint32_t end) {
  for (const std::uint32_t node : parts(first, last)) {
    throughout_[node].add(begin, end);
    sometimes_[node].add(begin, end);
  }
  for (const std::uint32_t node : above(first, last)) sometimes_[node].add(begin, end);
}

std::uint32_t Occupied::find(std::uint32_t first, std::uint32_t last, std::uint32_t bytes,
                             std::uint32_t offset) const {
  std::vector<const Ranges*> taken;
  for (const std::uint32_t node : parts(first, last)) taken.push_back(&sometimes_[node]);
  for (const std::uint32_t node : above(first, last)) taken.push_back(&throughout_[node]);
  for (std::size_t i = 0, agreed = 0; agreed < taken.size(); i = (i + 1) % taken.size(), ++agreed) {
    const std::uint32_t next = taken[i]->free_from(offset, bytes);
    if (next != offset) agreed = 0;
    offset = next;
  }
  return offset;
}

}  // namespace nacre::tools
