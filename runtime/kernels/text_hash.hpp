#pragma once

#include <cstdint>

namespace nacre::text {

/// MurmurHash3 of 32 bits with seed 0, byte by byte.
class MurmurHash {
 public:
  void add(std::uint8_t byte) {
    word_ |= std::uint32_t{byte} << (8 * (bytes_ & 3));
    if ((++bytes_ & 3) != 0) return;
    hash_ = rotated(hash_ ^ scrambled(word_), 13) * 5 + 0xe6546b64;
    word_ = 0;
  }

  std::uint32_t value() const {
    std::uint32_t hash = hash_ ^ scrambled(word_) ^ bytes_;
    hash = (hash ^ hash >> 16) * 0x85ebca6b;
    hash = (hash ^ hash >> 13) * 0xc2b2ae35;
    return hash ^ hash >> 16;
  }

 private:
  static std::uint32_t rotated(std::uint32_t x, unsigned bits) { return x << bits | x >> (32 - bits); }
  static std::uint32_t scrambled(std::uint32_t word) { return rotated(word * 0xcc9e2d51, 15) * 0x1b873593; }

  std::uint32_t hash_ = 0, word_ = 0, bytes_ = 0;
};

}  // namespace nacre::text
