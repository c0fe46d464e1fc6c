#pragma once

#include <cstdint>

namespace nacre::text {

/// Texts in ascending order of their bytes: number i is bytes [offsets[i], offsets[i + 1]).
struct Texts {
  const std::int32_t* offsets;
  const std::uint8_t* bytes;
  std::uint32_t count;

  /// Byte `place` of a text as a number above 0; 0 behind its end.
  std::uint32_t at(std::uint32_t text, std::uint32_t place) const {
    const std::int32_t* const offset = offsets + text;
    return place < static_cast<std::uint32_t>(offset[1] - offset[0])
               ? bytes[static_cast<std::uint32_t>(offset[0]) + place] + 1u : 0;
  }
};

/// What has been read of a text, as the range of those that begin with it.
class Prefix {
 public:
  static constexpr std::uint32_t kNone = 0xffffffff;

  Prefix() = default;
  explicit Prefix(const Texts& all) : end_(all.count) {}

  void add(const Texts& all, std::uint8_t byte) {
    if (first_ == end_) return;
    first_ = lower_bound(all, byte + 1u);
    end_ = lower_bound(all, byte + 2u);
    ++length_;
  }

  /// The text that is what has been read, of which the first one is the shortest; kNone where there is none.
  std::uint32_t found(const Texts& all) const {
    return first_ != end_ && all.at(first_, length_) == 0 ? first_ : kNone;
  }

 private:
  /// The first text in the range whose next byte is `byte` or more.
  std::uint32_t lower_bound(const Texts& all, std::uint32_t byte) const {
    std::uint32_t first = first_, end = end_;
    while (first < end) {
      const std::uint32_t middle = first + (end - first) / 2;
      if (all.at(middle, length_) < byte) first = middle + 1;
      else end = middle;
    }
    return first;
  }

  std::uint32_t first_ = 0, end_ = 0, length_ = 0;
};

}  // namespace nacre::text
