#pragma once

#include <cstddef>
#include <span>

namespace nacre::tools {

enum class ByteOrder { little, big };

/// Makes a finished file one for processors of the other byte order, in place: swaps every number of its FlatBuffers,
/// the elements of weights and of golden vectors, and changes identifier and digests to match. Swapped twice, a file is
/// what it was.
void swap_byte_order(std::span<std::byte> file);

}  // namespace nacre::tools
