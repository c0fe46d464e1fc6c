#include "tools/compression/compress.hpp"

#include <zlib.h>

#include <algorithm>
#include <memory>
#include <new>

namespace nacre::tools {

std::vector<std::byte> gzip(std::span<const std::byte> bytes) {
  constexpr std::size_t kMost = std::size_t{1} << 30, kChunk = std::size_t{1} << 18;  // zlib counts in 32 bits
  z_stream stream{};
  if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
    throw std::bad_alloc();
  const std::unique_ptr<z_stream, int (*)(z_stream*)> guard(&stream, deflateEnd);
  std::vector<std::byte> packed;
  for (int status = Z_OK; status != Z_STREAM_END;) {
    const std::size_t used = packed.size(), given = std::min(bytes.size(), kMost);
    packed.resize(used + kChunk);
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(bytes.data()));
    stream.avail_in = static_cast<uInt>(given);
    stream.next_out = reinterpret_cast<Bytef*>(packed.data() + used);
    stream.avail_out = static_cast<uInt>(kChunk);
    status = deflate(&stream, given == bytes.size() ? Z_FINISH : Z_NO_FLUSH);
    bytes = bytes.subspan(given - stream.avail_in);
    packed.resize(used + kChunk - stream.avail_out);
  }
  return packed;
}

}  // namespace nacre::tools
