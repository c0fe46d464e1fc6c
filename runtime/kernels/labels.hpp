#pragma once

#include <cstdint>

namespace nacre {

// The order of labels: below 0 where a comes before b, 0 where they are the same. A NaN is like no label and comes
// before none.

inline int compare_labels(std::int64_t a, std::int64_t b) { return a == b ? 0 : a < b ? -1 : 1; }
inline int compare_labels(double a, double b) { return a == b ? 0 : a < b ? -1 : 1; }

/// Texts, byte by byte: UTF-8 has the order of its characters.
inline int compare_labels(const char* a, std::uint32_t a_bytes, const char* b, std::uint32_t b_bytes) {
  for (std::uint32_t i = 0; i < a_bytes && i < b_bytes; ++i)
    if (a[i] != b[i]) return static_cast<unsigned char>(a[i]) < static_cast<unsigned char>(b[i]) ? -1 : 1;
  return a_bytes == b_bytes ? 0 : a_bytes < b_bytes ? -1 : 1;
}

}  // namespace nacre
