#include "tests/fuzz/reader.hpp"
#include "tools/keras/read.hpp"

/// .keras archives: the zip, its JSON, and the layers, up to the graph.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace nacre::tools;
  return fuzz_reader(data, size,
                     [](const Buffer& file) { static_cast<void>(read_keras_archive(file)); });
}
