#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "tools/common/buffer.hpp"
#include "tools/common/refusal.hpp"

namespace nacre::tools {

/// Gives `read` a file of these bytes. A reader may refuse any file, and may do nothing else: what it
/// throws besides a Refusal ends the fuzzer. The file is an allocation of exactly its size, so that
/// the sanitizer sees its edge.
template <typename Read>
int fuzz_reader(const std::uint8_t* data, std::size_t size, Read read) {
  const auto* first = reinterpret_cast<const std::byte*>(data);
  const Buffer file = Buffer::from(std::vector<std::byte>(first, first + size));
  try {
    read(file);
  } catch (const Refusal&) {
  }
  return 0;
}

}  // namespace nacre::tools
