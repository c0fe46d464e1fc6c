#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace nacre::tools {

using Sha256Digest = std::array<std::uint8_t, 32>;

Sha256Digest sha256(std::span<const std::byte> bytes);

/// 64 lower-case hexadecimal digits.
std::string hexadecimal(const Sha256Digest& digest);

}  // namespace nacre::tools
