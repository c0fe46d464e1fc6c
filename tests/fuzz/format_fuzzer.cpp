#include "tests/fuzz/reader.hpp"
#include "tools/format/contents.hpp"

/// What a file is, and what an archive holds: always a refusal that names both.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace nacre::tools;
  return fuzz_reader(data, size, [](const Buffer& file) { throw refuse_unread(file, recognise(file.bytes())); });
}
