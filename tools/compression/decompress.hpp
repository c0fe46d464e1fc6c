#pragma once

#include <cstddef>

#include "tools/common/buffer.hpp"

namespace nacre::tools {

/// How much a compressed file may grow: DEFLATE alone can multiply a file by a thousand.
struct DecompressionLimits {
  std::size_t always_allowed = std::size_t{64} << 20;  ///< bytes
  std::size_t ratio = 200;                             ///< times the compressed size
  std::size_t coder_memory = std::size_t{256} << 20;   ///< bytes of xz and lzma dictionaries
};

/// The content of a zlib stream, of gzip, bzip2, xz, lzma or lz4 streams one after the other, or of
/// joblib's old `ZF` file; a file that is none of these comes back as it is. Throws Refusal on damage, on content that
/// is compressed again, and beyond the limits.
Buffer decompress(const Buffer& file, const DecompressionLimits& limits = {});

}  // namespace nacre::tools
