#include "tests/support/smallest_model.hpp"

#include "tests/support/seal.hpp"

namespace nacre::test {

ModelParts smallest_model() {
  ModelParts parts;
  parts.memories.emplace_back(schema::MemoryKind::activations, std::uint8_t{0}, 16u);
  const std::uint32_t x = parts.add_tensor(DataType::float32, 0, 0, {1});
  parts.tensors.push_back(parts.tensors[x]);  // y takes the place of x
  const std::uint32_t y = x + 1;
  parts.add_layer(parameters::Normalize{}, {x}, {y});
  parts.add_input(x);
  parts.add_output(y);
  return parts;
}

std::vector<std::byte> smallest_file() {
  std::vector<std::byte> file = smallest_model().file();
  seal(file);
  return file;
}

}  // namespace nacre::test
