#include "tests/fuzz/conversion.hpp"
#include "tests/fuzz/reader.hpp"
#include "tools/keras/read.hpp"

/// HDF5 files, up to a checked model: libhdf5 may crash in its child, the parent may not, nor wait for ever.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace nacre::tools;
  return fuzz_reader(data, size, [](const Buffer& file) { convert_small(read_keras_hdf5(file)); });
}
