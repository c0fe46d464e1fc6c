#include "tests/fuzz/reader.hpp"
#include "tools/data/table.hpp"

/// CSV as texts, and as numbers.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace nacre::tools;
  for (const nacre::DataType type : {nacre::DataType::string, nacre::DataType::float32, nacre::DataType::int64})
    fuzz_reader(data, size, [type](const Buffer& file) {
      const auto* csv = reinterpret_cast<const char*>(file.data());
      static_cast<void>(read_csv({csv, file.size()}, {.type = type}));
    });
  return 0;
}
