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

/// The key of what a row has in the column of `ask`, a number of the tensor `asks`.
inline std::uint32_t key_of(std::int32_t ask, float x) {
  const std::uint32_t magnitude = numerics::to_bits(x) & 0x7fffffff;  // compared as an integer, which floats allow
  const bool is_nan = magnitude > numerics::to_bits(numerics::kInfinity);
  if (is_nan || ((ask & kZeroIsMissing) != 0 && magnitude <= numerics::to_bits(kZero)))
    return (ask & kMissingLeft) != 0 ? kMissingLeftKey : kMissingRightKey;
  return key_of(x);
}

/// The last entry that a walk can reach.
constexpr std::uint32_t last_entry(std::uint32_t levels, std::uint32_t pairs) {
  return (2u << levels > 2 * pairs ? 2u << levels : 2 * pairs) - 1;
}

constexpr std::uint32_t kMostWithRest = 16;  ///< outputs of a layer that leaves its last one out

}  // namespace nacre
