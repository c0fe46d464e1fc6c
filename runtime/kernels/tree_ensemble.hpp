#pragma once

#include <cstdint>

namespace nacre {

// Flags in the feature of a tree's node; the last two only in trees of the function `categories`.
constexpr std::int32_t kMissingLeft = 1 << 30;      ///< a missing value goes left
constexpr std::int32_t kCategory = 1 << 29;         ///< x is looked up in a set
constexpr std::int32_t kZeroIsMissing = 1 << 28;    ///< x of at most kZero in magnitude is missing
constexpr std::int32_t kFeature = kZeroIsMissing - 1;  ///< what is left: the feature

constexpr float kZero = 1e-35f;
constexpr std::uint32_t kMostSetWords = 1 << 19;  ///< codes from 2^24 on are no float32s of their own

}  // namespace nacre
