#include "tests/fuzz/mutate/mutate.hpp"
#include "tests/fuzz/reader.hpp"
#include "tools/json/json.hpp"

NACRE_MUTATE_BY(mutate_json)

/// JSON of any shape: a document or a refusal.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return nacre::tools::fuzz_reader(data, size, [](const nacre::tools::Buffer& file) {
    nacre::tools::parse_json({reinterpret_cast<const char*>(file.data()), file.size()}, "config.json");
  });
}
