#include "tests/fuzz/conversion.hpp"
#include "tests/fuzz/reader.hpp"
#include "tools/keras/read.hpp"

/// .keras archives: the zip, its JSON, and the layers, up to a checked model.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace nacre::tools;
  return fuzz_reader(data, size,
                     [](const Buffer& file) { convert_small(read_keras_archive(file)); });
}
