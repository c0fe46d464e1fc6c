#include "tests/fuzz/reader.hpp"
#include "tools/hdf5/records.hpp"

/// The parent's side of reading HDF5: records of a child that the file may have taken over.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace nacre::tools;
  return fuzz_reader(data, size, [](const Buffer& records) {
    const Hdf5File file = parse_hdf5_records(records);
    for (const std::string& child : file.children("")) static_cast<void>(file.has_group(child));
    static_cast<void>(file.texts("", "layer_names"));
  });
}
