#pragma once

#include <cstdint>

namespace nacre::tools {

/// What passes from the child that runs libhdf5 to its parent, which trusts none of it: a kind, then
/// texts (32-bit length and bytes) and, for data, a type byte, a rank byte, 64-bit dimensions and the
/// elements (strings: as texts).
enum class Hdf5Record : std::uint8_t { end = 0, group = 1, dataset = 2, attribute = 3, error = 4 };

/// Type byte of data that Nacre does not use (compounds, references); they have no elements.
constexpr std::uint8_t kUnsupportedType = 0xff;

}  // namespace nacre::tools
