#pragma once

#include <cstddef>
#include <cstdint>

#include "nacre/span.hpp"

namespace nacre {

/// SHA-256 (FIPS 180-4) of fewer than 2^32 bytes. Written here because a device has no OpenSSL.
class Sha256 {
 public:
  void update(Span<const std::byte> bytes);
  void put(std::uint8_t byte);
  /// Writes the digest; the object must not be used afterwards.
  void finish(std::uint8_t digest[32]);
  /// The same, and whether it is this one.
  bool gives(const std::uint8_t digest[32]);

 private:
  void block(const std::uint8_t* bytes);

  std::uint32_t state_[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                             0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  std::uint32_t length_ = 0;  ///< in bytes
  std::uint8_t pending_[64];
};

}  // namespace nacre
