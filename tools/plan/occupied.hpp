#pragma once

#include <cstdint>
#include <map>
#include <vector>

namespace nacre::tools {

/// Ranges of bytes that are taken; those that touch or overlap are one.
class Ranges {
 public:
  void add(std::uint32_t begin, std::uint32_t end);
  /// The lowest offset, from `offset` on, at which `bytes` are free.
  std::uint32_t free_from(std::uint32_t offset, std::uint32_t bytes) const;

 private:
  std::map<std::uint32_t, std::uint32_t> ends_;  // by beginning
};

/// Which bytes are taken in which steps: a segment tree over the steps. Taking a region and finding a place for one
/// cost the square of a logarithm, and one step for each gap that is too small.
class Occupied {
 public:
  explicit Occupied(std::uint32_t steps);

  /// Takes bytes in the steps from `first` to `last`.
  void add(std::uint32_t first, std::uint32_t last, std::uint32_t begin, std::uint32_t end);
  /// The lowest offset, from `offset` on, at which `bytes` are free in all of these steps.
  std::uint32_t find(std::uint32_t first, std::uint32_t last, std::uint32_t bytes, std::uint32_t offset = 0) const;

 private:
  std::vector<std::uint32_t> parts(std::uint32_t first, std::uint32_t last) const;
  std::vector<std::uint32_t> above(std::uint32_t first, std::uint32_t last) const;

  // Node 1 stands for all steps, node n for the two halves 2n and 2n + 1, the leaves for one step each.
  std::uint32_t leaves_;
  std::vector<Ranges> throughout_;  // by node: taken in all of its steps, and not so above it
  std::vector<Ranges> sometimes_;   // by node: taken in any of its steps, but by what is above it
};

}  // namespace nacre::tools
