#pragma once

#include <cstdint>

namespace nacre {

/// Flag in the feature of a tree's node: a missing value goes left.
constexpr std::int32_t kMissingLeft = 1 << 30;

}  // namespace nacre
