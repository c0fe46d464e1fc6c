#include "tests/fuzz/reader.hpp"
#include "tools/zip/zip.hpp"

/// A zip archive, such as a .keras file: its members or a refusal.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return nacre::tools::fuzz_reader(data, size, [](const nacre::tools::Buffer& file) {
    const nacre::tools::ZipArchive archive(file);
    for (const std::string& name : archive.names()) static_cast<void>(archive.read(name));
  });
}
