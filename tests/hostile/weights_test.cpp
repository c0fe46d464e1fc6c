#include <doctest/doctest.h>

#include "tests/support/attack.hpp"
#include "tests/support/every_operator.hpp"
#include "tests/support/models.hpp"

namespace nacre::test {
namespace {

/// What the kernel that ran last saw of its layer's inputs.
std::vector<const std::byte*> seen;

Status look(const Layer& layer) {
  seen.clear();
  for (unsigned i = 0; i < layer.inputs(); ++i) seen.push_back(layer.input<std::byte>(i));
  return Status::ok;
}

/// The reference kernels, of which none computes and all look.
std::vector<Kernel> looking_kernels() {
  std::vector<Kernel> kernels(reference_kernels().begin(), reference_kernels().end());
  for (Kernel& kernel : kernels) kernel.run = look;
  return kernels;
}

bool lies_in(const std::byte* address, std::size_t bytes, Span<const std::byte> room) {
  return address >= room.data() && bytes <= room.size() &&
         static_cast<std::size_t>(address - room.data()) <= room.size() - bytes;
}

/// Runs every layer and compares where its inputs are with where the file says they are. Returns the number
/// of constants among them.
unsigned check_inputs(Attack& attack) {
  const std::vector<Kernel> kernels = looking_kernels();
  Network network;
  REQUIRE(load(attack.view(), {kernels.data(), kernels.size()}, attack.memory(), &network, Digest::decline) ==
          Status::ok);
  const schema::Model& model = attack.model();
  const schema::Section& section = attack.section(schema::SectionKind::weights);
  const std::byte* const weights = attack.file().data() + section.offset();
  unsigned argument = 0, constants = 0;
  for (unsigned i = 0; i < network.layers(); ++i) {
    REQUIRE(network.run_layer(i) == Status::ok);
    const schema::Layer& layer = *model.layers()->Get(i);
    REQUIRE(seen.size() == layer.inputs());
    for (unsigned j = 0; j < layer.inputs(); ++j) {
      const schema::Tensor& tensor = *model.tensors()->Get(model.arguments()->Get(argument + j));
      std::size_t bytes = element_bytes(static_cast<DataType>(tensor.type()));
      for (unsigned axis = 0; axis < tensor.rank(); ++axis) bytes *= model.shapes()->Get(tensor.shape() + axis);
      if (attack.kind_of(tensor) == MemoryKind::weights) {
        CHECK(seen[j] == weights + tensor.offset());
        CHECK(reinterpret_cast<std::uintptr_t>(seen[j]) % 64 == 0);
        CHECK(lies_in(seen[j], bytes, {weights, section.size()}));
        ++constants;
      } else {
        CHECK(lies_in(seen[j], bytes, {attack.memory().data(), attack.memory().size()}));
      }
    }
    argument += layer.inputs() + layer.outputs() + layer.temporaries();
  }
  return constants;
}

TEST_SUITE("hostile model files") {
  TEST_CASE("no weight is copied: every one that a kernel of any operator sees lies inside the mapping") {
    unsigned constants = 0;
    for (const SmallModel& model : every_operator()) {
      CAPTURE(model.name);
      Attack attack(model.layer.file());
      constants += check_inputs(attack);
    }
    CHECK(constants > 50);
  }

  TEST_CASE("no weight is copied: every one that a kernel of a converted model sees lies inside the mapping") {
    for (const char* fixture :
         {"naive_bayes.joblib", "imputed_tree.joblib", "label_encoder.joblib", "small_int8.tflite", "sequence.keras"}) {
      CAPTURE(fixture);
      const tools::Buffer whole = tools::test::converted({fixture});
      Attack attack({whole.bytes().begin(), whole.bytes().end()});
      CHECK(check_inputs(attack) > 0);
    }
  }
}

}  // namespace
}  // namespace nacre::test
