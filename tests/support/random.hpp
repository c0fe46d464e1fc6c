#pragma once

#include <cstdint>
#include <vector>

namespace nacre::test {

/// The same numbers on every target: a linear congruential generator (Numerical Recipes' constants).
class Random {
 public:
  explicit Random(std::uint32_t seed) : state_(seed) {}

  /// Evenly in [first, last].
  std::int32_t integer(std::int32_t first, std::int32_t last) {
    state_ = state_ * 1664525 + 1013904223;
    return first + static_cast<std::int32_t>((state_ >> 8) % static_cast<std::uint32_t>(last - first + 1));
  }
  std::uint32_t size(std::uint32_t first, std::uint32_t last) {
    return static_cast<std::uint32_t>(integer(static_cast<std::int32_t>(first), static_cast<std::int32_t>(last)));
  }
  /// Evenly in [-2, 2), in steps of 2^-20.
  float real() { return static_cast<float>(integer(-(1 << 21), (1 << 21) - 1)) / (1 << 20); }

  std::vector<float> reals(std::size_t count) {
    std::vector<float> values(count);
    for (float& value : values) value = real();
    return values;
  }
  template <typename T>
  std::vector<T> integers(std::size_t count, std::int32_t first, std::int32_t last) {
    std::vector<T> values(count);
    for (T& value : values) value = static_cast<T>(integer(first, last));
    return values;
  }

 private:
  std::uint32_t state_;
};

}  // namespace nacre::test
