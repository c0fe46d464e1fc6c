#include <cstdint>
#include <cstdlib>

#include "nacre/description.hpp"
#include "nacre/self_test.hpp"
#include "tests/fuzz/mutate/mutate.hpp"
#include "tests/support/seal.hpp"
#include "tests/support/trial.hpp"

NACRE_MUTATE_BY(mutate_flatbuffer)

namespace {

using namespace nacre;

/// An allocation of exactly this size, so that the sanitizer sees its edge.
struct Block {
  explicit Block(std::size_t size, std::size_t alignment = 64) : size(size) {
    if (posix_memalign(&start, alignment, size) != 0) start = nullptr;
  }
  ~Block() { std::free(start); }
  Span<std::byte> span() const { return {static_cast<std::byte*>(start), size}; }

  void* start = nullptr;
  std::size_t size;
};

/// What the sections say that load() leaves alone, under digests that fit.
void read_sections(Span<std::byte> model, const Network& network) {
  test::seal(model);
  const Span<const std::byte> bytes(model.data(), model.size());
  if (self_test(bytes, network) == Status::ok) test::run_extremes(network);
  Description description;
  if (Description::open(bytes, &description) != Status::ok) return;
  static_cast<void>(description.find_input(description.name()));
  for (std::uint32_t i = 0; i < network.outputs(); ++i)
    for (std::uint32_t j = 0; j < description.output(i).labels(); ++j)
      static_cast<void>(description.find_output(description.output(i).label(j)));
}

/// Whether no pooling has a window of more than 64 by 64: a model may be valid and take hours.
bool is_quick(const schema::Model& model) {
  const auto small = [](const auto& table) { return std::uint32_t{table.kernel_h()} * table.kernel_w() <= 4096; };
  for (unsigned i = 0; i < model.operators()->size(); ++i) {
    const auto type = model.operators_type()->GetEnum<schema::Operator>(i);
    if (type == schema::Operator::MaxPool2D && !small(*model.operators()->GetAs<schema::MaxPool2D>(i))) return false;
    if (type == schema::Operator::AveragePool2D && !small(*model.operators()->GetAs<schema::AveragePool2D>(i)))
      return false;
  }
  return true;
}

void try_kernels(Span<std::byte> model, const MemoryNeeds& needs, Kernels kernels) {
  const Block memory(needs.total_bytes, needs.alignment);
  Network network;
  if (load({model.data(), model.size()}, kernels, memory.span(), &network, Digest::decline) != Status::ok) return;
  if (!is_quick(*schema::GetModel(model.data()))) return;
  test::run_extremes(network);
  read_sections(model, network);
}

}  // namespace

/// Whatever the bytes: a status, and no access outside them or outside the block that they ask for.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::uint32_t kMostMemory = 1 << 14;
  const Block model(size);
  if (size != 0) std::memcpy(model.start, data, size);
  MemoryNeeds needs;
  if (memory_needs({model.span().data(), size}, &needs) != Status::ok || needs.total_bytes > kMostMemory) return 0;
  try_kernels(model.span(), needs, reference_kernels());
  try_kernels(model.span(), needs, native_kernels());
  return 0;
}
