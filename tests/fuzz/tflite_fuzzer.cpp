#include "tests/fuzz/reader.hpp"
#include "tools/tflite/read.hpp"

/// TensorFlow Lite files, up to the graph.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace nacre::tools;
  return fuzz_reader(data, size, [](const Buffer& file) { static_cast<void>(read_tflite(file)); });
}
