#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "tools/common/buffer.hpp"
#include "tools/hdf5/hdf5.hpp"

namespace nacre::tools {

/// What passes from the child that runs libhdf5 to its parent, which trusts none of it: a kind, then
/// texts (32-bit length and bytes) and, for data, a type byte, a rank byte, 64-bit dimensions and the
/// elements (strings: as texts).
enum class Hdf5Record : std::uint8_t { end = 0, group = 1, dataset = 2, attribute = 3, error = 4 };

/// Type byte of data that Nacre does not use (compounds, references); they have no elements.
constexpr std::uint8_t kUnsupportedType = 0xff;

/// Texts in one dataset or attribute, at most.
constexpr std::uint64_t kMaxHdf5Texts = std::uint64_t{1} << 22;

/// Throws the Refusal of an HDF5 file.
[[noreturn]] void refuse_hdf5(const std::string& what);

/// Bytes that the content of a file of `file_bytes` may have in all. Chunks may be compressed, or never have
/// been written: a few bytes can state any number of zeros.
std::size_t hdf5_limit(std::size_t file_bytes);

/// The content that records describe. Throws Refusal where they are cut short, inconsistent or tell of an
/// error.
Hdf5File parse_hdf5_records(const Buffer& records);

}  // namespace nacre::tools
