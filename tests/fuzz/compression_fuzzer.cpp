#include "tests/fuzz/reader.hpp"
#include "tools/compression/decompress.hpp"

/// Streams of every compression, within limits that a run of a few seconds can afford.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace nacre::tools;
  return fuzz_reader(data, size, [](const Buffer& file) {
    constexpr std::size_t kMebibyte = std::size_t{1} << 20;
    static_cast<void>(decompress(file, {.always_allowed = kMebibyte, .coder_memory = 64 * kMebibyte}));
  });
}
