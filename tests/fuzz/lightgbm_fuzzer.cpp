#include "tests/fuzz/conversion.hpp"
#include "tests/fuzz/reader.hpp"
#include "tools/lightgbm/graph.hpp"

/// LightGBM's text, up to a checked model.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace nacre::tools;
  return fuzz_reader(data, size, [](const Buffer& file) {
    convert_small(lightgbm_graph(read_lightgbm_text({reinterpret_cast<const char*>(file.data()), file.size()})));
  });
}
