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

/// The keys of what a row has in the columns of `count` asks, of which the first `own` are looked up.
inline void make_keys(const std::int32_t* asks, std::uint32_t own, std::uint32_t count, const float* x,
                      std::uint32_t* keys) {
  // By its bits without the sign, doubled, a number below kTiny may count as missing, and beyond infinity it is NaN.
  constexpr std::uint32_t kTiny = 2 * 0x0554ad2e + 1, kInfinite = 0xff000000;  // of kZero
  std::uint32_t sign = 0x80000000u, tiny = kTiny, range = kInfinite - kTiny;
#if defined(__thumb2__)
  asm("" : "+r"(sign), "+r"(tiny), "+r"(range));  // in registers: each shift is a part of another instruction
#endif
  std::uint32_t* twin = keys + (count - own);
  for (const std::int32_t* const end = asks + own; asks != end; ++asks) {
    std::uint32_t bits = numerics::to_bits(x[*asks & kFeature]);
    const std::uint32_t key = bits ^ (static_cast<std::uint32_t>(static_cast<std::int32_t>(bits) >> 31) | sign);
    *twin++ = key, *keys++ = key;
    if (bits * 2 - tiny <= range) continue;
#if defined(__thumb2__)
    asm("" : "+r"(bits));  // doubled again here, which is rare
#endif
    if (bits * 2 > kInfinite || (*asks & kZeroIsMissing) != 0) {
      twin[-1] = kMissingLeftKey;
      keys[-1] = (*asks & kMissingLeft) != 0 ? kMissingLeftKey : kMissingRightKey;
    }
  }
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
