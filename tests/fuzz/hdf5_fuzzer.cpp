#include "tests/fuzz/conversion.hpp"
#include "tests/fuzz/mutate/mutate.hpp"
#include "tests/fuzz/reader.hpp"
#include "tools/hdf5/records.hpp"
#include "tools/keras/read.hpp"

NACRE_MUTATE_BY(mutate_records)

namespace {

using namespace nacre::tools;

/// A whole model lists its weights in a group; what has an architecture without it is two files in one.
Graph read_model(const Hdf5File& file) {
  const auto architecture = file.text("", "model_config");
  if (!architecture || file.has_group("model_weights")) return read_keras_hdf5(file);
  const auto* first = reinterpret_cast<const std::byte*>(architecture->data());
  return read_keras_parts({Buffer::from(std::vector(first, first + architecture->size())), {}, {}}, file);
}

}  // namespace

/// The parent's side of reading HDF5: records of a child that the file may have taken over, and the Keras model that
/// they tell of, up to a checked model.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return fuzz_reader(data, size, [](const Buffer& records) { convert_small(read_model(parse_hdf5_records(records))); });
}
