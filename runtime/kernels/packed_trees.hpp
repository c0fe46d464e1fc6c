#pragma once

#include <cstdint>

#include "runtime/kernels/tree_ensemble.hpp"
#include "runtime/numerics/bits.hpp"

namespace nacre {

// Keys and thresholds of packed trees: unsigned numbers in the order of floats.

constexpr std::uint32_t kMissingLeftKey = 0, kMissingRightKey = 0xfffffffe;   // no number's
constexpr std::uint32_t kAlwaysRight = 0, kAlwaysLeft = 0xffffffff;           // thresholds

/// The key of a number.
inline std::uint32_t key_of(float x) {
  const std::uint32_t bits = numerics::to_bits(x);
  return bits ^ (static_cast<std::uint32_t>(static_cast<std::int32_t>(bits) >> 31) | 0x80000000u);
}

constexpr std::int32_t kTwins = 1 << 29;  ///< in the first ask: the second half are those of the first, missing left

/// How many asks there are besides those whose keys follow from the first half.
inline std::uint32_t own_asks(const std::int32_t* asks, std::uint32_t count) {
  return (asks[0] & kTwins) != 0 ? count / 2 : count;
}

/// Trees that share entries, as the file counts them.
struct TreeGroup {
  std::uint32_t trees;
  std::uint32_t inner;  ///< entries with children, which come first
  std::uint32_t last;   ///< entries without
};

constexpr std::uint32_t kMostEntries = 65536;  ///< numbers of a group's entries are below it

constexpr std::uint32_t kMostWithRest = 16;  ///< outputs of a layer that leaves its last one out

}  // namespace nacre
