#include "tests/fuzz/reader.hpp"
#include "tools/pickle/describe.hpp"
#include "tools/pickle/read.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace nacre::tools;
  return fuzz_reader(data, size, [](const Buffer& file) {
    const Document document = read_pickle(file);
    static_cast<void>(describe(document));
  });
}
