#pragma once

#include <cstdint>

namespace nacre {

/// The nearest integer, of two the one farther from 0, limited to ±1024; a NaN gives `otherwise`.
inline std::int32_t nearest_away(float x, std::int32_t otherwise) {
  if (!(x == x)) return otherwise;
  const float limited = x > 1024 ? 1024 : (x < -1024 ? -1024 : x);
  const auto whole = static_cast<std::int32_t>(limited);
  const float rest = limited - static_cast<float>(whole);
  return whole + (rest >= 0.5f ? 1 : (rest <= -0.5f ? -1 : 0));
}

}  // namespace nacre
