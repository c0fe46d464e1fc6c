#include "tools/compression/decompress.hpp"

#include <bzlib.h>
#include <lz4frame.h>
#include <lzma.h>
#include <zlib.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <new>
#include <string_view>

#include "tools/common/line_ends.hpp"
#include "tools/common/refusal.hpp"
#include "tools/format/format.hpp"

namespace nacre::tools {
namespace {

struct Damage {};

[[noreturn]] void damaged() { throw Damage(); }

/// What came out so far, within the limit.
class Output {
 public:
  Output(std::size_t input, const DecompressionLimits& limits)
      : limit_(std::max(limits.always_allowed, input > SIZE_MAX / limits.ratio ? SIZE_MAX : input * limits.ratio)) {}

  /// Room for at least one more byte.
  std::span<std::byte> room() {
    if (used_ == size_) {
      if (used_ >= limit_)
        throw Refusal("", "the compressed stream grows beyond " + std::to_string(limit_) + " bytes",
                      "decompress the file yourself if you trust it");
      resize(std::min(limit_, std::max<std::size_t>(1 << 16, used_ * 2)));
    }
    return {bytes_.get() + used_, size_ - used_};
  }
  void advance(std::size_t count) { used_ += count; }
  Buffer take() {
    if (used_ == 0) return {};
    resize(used_);
    const std::shared_ptr<const std::byte> owner(bytes_.release(), std::free);
    return {owner, {owner.get(), used_}};
  }

 private:
  struct Free {
    void operator()(std::byte* bytes) const { std::free(bytes); }
  };

  /// Unlike a vector, realloc moves a large block by mapping its pages elsewhere, and touches none.
  void resize(std::size_t size) {
    auto* const moved = static_cast<std::byte*>(std::realloc(bytes_.get(), size));
    if (moved == nullptr) throw std::bad_alloc();
    (void)bytes_.release();
    bytes_.reset(moved);
    size_ = size;
  }

  std::size_t limit_, size_ = 0, used_ = 0;
  std::unique_ptr<std::byte, Free> bytes_;
};

/// zlib's counters are 32 bits wide: input and output are given in pieces.
constexpr std::size_t kPiece = std::size_t{1} << 30;

// Each of these unpacks one stream and returns what follows it.

using Bytes = std::span<const std::byte>;

Bytes inflate_one(Bytes in, Output& out) {
  z_stream stream{};
  if (inflateInit2(&stream, 15 + 32) != Z_OK) throw std::bad_alloc();  // zlib or gzip, told by the header
  const std::unique_ptr<z_stream, int (*)(z_stream*)> guard(&stream, inflateEnd);
  for (;;) {
    const std::span<std::byte> room = out.room();
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(in.data()));
    stream.avail_in = static_cast<uInt>(std::min(in.size(), kPiece));
    stream.next_out = reinterpret_cast<Bytef*>(room.data());
    stream.avail_out = static_cast<uInt>(std::min(room.size(), kPiece));
    const std::size_t given = stream.avail_in, wanted = stream.avail_out;
    const int status = inflate(&stream, Z_NO_FLUSH);
    in = in.subspan(given - stream.avail_in);
    out.advance(wanted - stream.avail_out);
    if (status == Z_STREAM_END) return in;
    if (status != Z_OK || (given == stream.avail_in && wanted == stream.avail_out)) damaged();
  }
}

Bytes bunzip_one(Bytes in, Output& out) {
  bz_stream stream{};
  if (BZ2_bzDecompressInit(&stream, 0, 0) != BZ_OK) throw std::bad_alloc();
  const std::unique_ptr<bz_stream, int (*)(bz_stream*)> guard(&stream, BZ2_bzDecompressEnd);
  for (;;) {
    const std::span<std::byte> room = out.room();
    stream.next_in = reinterpret_cast<char*>(const_cast<std::byte*>(in.data()));
    stream.avail_in = static_cast<unsigned>(std::min(in.size(), kPiece));
    stream.next_out = reinterpret_cast<char*>(room.data());
    stream.avail_out = static_cast<unsigned>(std::min(room.size(), kPiece));
    const std::size_t given = stream.avail_in, wanted = stream.avail_out;
    const int status = BZ2_bzDecompress(&stream);
    in = in.subspan(given - stream.avail_in);
    out.advance(wanted - stream.avail_out);
    if (status == BZ_STREAM_END) return in;
    if (status != BZ_OK || (given == stream.avail_in && wanted == stream.avail_out)) damaged();
  }
}

Bytes unxz_one(Bytes in, Output& out, const DecompressionLimits& limits) {
  lzma_stream stream = LZMA_STREAM_INIT;
  if (lzma_auto_decoder(&stream, limits.coder_memory, 0) != LZMA_OK) throw std::bad_alloc();
  const std::unique_ptr<lzma_stream, void (*)(lzma_stream*)> guard(&stream, lzma_end);
  stream.next_in = reinterpret_cast<const std::uint8_t*>(in.data());
  stream.avail_in = in.size();
  for (;;) {
    const std::span<std::byte> room = out.room();
    stream.next_out = reinterpret_cast<std::uint8_t*>(room.data());
    stream.avail_out = room.size();
    const lzma_ret status = lzma_code(&stream, stream.avail_in == 0 ? LZMA_FINISH : LZMA_RUN);
    out.advance(room.size() - stream.avail_out);
    if (status == LZMA_STREAM_END) return in.last(stream.avail_in);
    if (status == LZMA_MEMLIMIT_ERROR)
      throw Refusal("", "the compressed stream asks for too much memory",
                    "decompress the file yourself if you trust it");
    if (status != LZMA_OK) damaged();
  }
}

Bytes unlz4_one(Bytes in, Output& out) {
  LZ4F_dctx* context = nullptr;
  if (LZ4F_isError(LZ4F_createDecompressionContext(&context, LZ4F_VERSION))) throw std::bad_alloc();
  const std::unique_ptr<LZ4F_dctx, LZ4F_errorCode_t (*)(LZ4F_dctx*)> guard(context, LZ4F_freeDecompressionContext);
  for (;;) {
    const std::span<std::byte> room = out.room();
    std::size_t taken = in.size(), made = room.size();
    const std::size_t status = LZ4F_decompress(context, room.data(), &made, in.data(), &taken, nullptr);
    if (LZ4F_isError(status)) damaged();
    in = in.subspan(taken);
    out.advance(made);
    if (status == 0) return in;
    if (taken == 0 && made == 0) damaged();
  }
}

enum class Method { gzip, zlib, joblib_zf, bzip2, xz, lzma, lz4 };

Method method_of(Bytes in) {
  const std::string_view magic(reinterpret_cast<const char*>(in.data()), std::min<std::size_t>(in.size(), 4));
  if (magic.starts_with("\x1f\x8b")) return Method::gzip;
  if (magic.starts_with("ZF")) return Method::joblib_zf;
  if (magic.starts_with("BZ")) return Method::bzip2;
  if (magic.starts_with("\xfd")) return Method::xz;
  if (magic.starts_with("]")) return Method::lzma;
  return magic == "\x04\x22\x4d\x18" ? Method::lz4 : Method::zlib;
}

Bytes unpack_one(Method method, Bytes in, Output& out, const DecompressionLimits& limits) {
  switch (method) {
    case Method::bzip2: return bunzip_one(in, out);
    case Method::xz: case Method::lzma: return unxz_one(in, out, limits);
    case Method::lz4: return unlz4_one(in, out);
    case Method::gzip: case Method::zlib: break;
    case Method::joblib_zf: {
      constexpr std::size_t kHeader = 2 + 19;  // "ZF", then the length in hexadecimal, padded with blanks
      if (in.size() < kHeader) damaged();
      in = in.subspan(kHeader);
    }
  }
  return inflate_one(in, out);
}

/// All streams that follow each other, as parallel compressors and appends write them. What else follows is left alone,
/// as Python's readers leave it; zeros may stand between. zlib has no such files.
Buffer unpack_all(Bytes in, Output& out, const DecompressionLimits& limits) {
  constexpr std::size_t kMostStreams = 1 << 16;
  const Method method = method_of(in);
  for (std::size_t streams = 0;; ++streams) {
    if (streams == kMostStreams)
      throw Refusal("", "the file holds more than 65,536 compressed streams",
                    "decompress the file yourself if you trust it");
    in = unpack_one(method, in, out, limits);
    if (method == Method::zlib || method == Method::joblib_zf) return out.take();
    in = in.subspan(static_cast<std::size_t>(
        std::find_if(in.begin(), in.end(), [](std::byte byte) { return byte != std::byte{0}; }) - in.begin()));
    if (recognise(in) != Format::compressed || method_of(in) != method) return out.take();
  }
}

}  // namespace

Buffer decompress(const Buffer& file, const DecompressionLimits& limits) try {
  if (recognise(file.bytes()) != Format::compressed) return file;
  Output out(file.size(), limits);
  const Buffer result = unpack_all(file.bytes(), out, limits);
  if (recognise(result.bytes()) == Format::compressed)
    throw Refusal("", "the content is compressed again", "decompress the file once yourself");
  return result;
} catch (const Damage&) {
  if (has_text_line_ends(file)) throw changed_line_ends();
  throw Refusal("", "the compressed stream is damaged or cut short",
                "download or copy the file again in full, or save it again");
}

}  // namespace nacre::tools
