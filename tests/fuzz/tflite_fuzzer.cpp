#include "tests/fuzz/conversion.hpp"
#include "tests/fuzz/mutate/mutate.hpp"
#include "tests/fuzz/reader.hpp"
#include "tools/tflite/read.hpp"

NACRE_MUTATE_BY(mutate_flatbuffer)

/// TensorFlow Lite files, up to a checked model.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace nacre::tools;
  return fuzz_reader(data, size, [](const Buffer& file) { convert_small(read_tflite(file)); });
}
