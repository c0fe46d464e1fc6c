#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace nacre::tools {

/// Bytes of a file and where their digest stands in it.
struct DigestedBytes {
  std::uint32_t start;
  std::uint32_t size;
  std::uint32_t digest;
};

/// The digests of a file whose sections have been placed, that of the header last, because it covers the others.
/// The file must be in this machine's byte order.
std::vector<DigestedBytes> digested_bytes(std::span<const std::byte> file);

/// Makes the digests anew, in this order. A digest among the bytes that it is of counts as zeros.
void write_digests(std::span<std::byte> file, const std::vector<DigestedBytes>& digests);

}  // namespace nacre::tools
