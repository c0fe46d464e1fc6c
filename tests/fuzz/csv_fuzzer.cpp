#include "tests/fuzz/reader.hpp"
#include "tools/data/table.hpp"

/// CSV as texts, and as numbers.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace nacre::tools;
  for (const bool text : {true, false})
    fuzz_reader(data, size, [text](const Buffer& file) {
      const auto* csv = reinterpret_cast<const char*>(file.data());
      static_cast<void>(read_csv({csv, file.size()}, {.text = text}));
    });
  return 0;
}
