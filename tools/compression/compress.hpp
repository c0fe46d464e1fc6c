#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace nacre::tools {

/// The bytes as a gzip stream, without a name or a time: the same bytes give the same stream.
std::vector<std::byte> gzip(std::span<const std::byte> bytes);

}  // namespace nacre::tools
