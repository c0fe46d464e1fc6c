#include <doctest/doctest.h>

#include <cstdlib>
#include <cstring>
#include <memory>

#include "nacre/kernels.hpp"
#include "nacre/load.hpp"
#include "nacre/self_test.hpp"
#include "schema/model_generated.h"
#include "tests/support/models.hpp"

// Converted models, with golden vectors and a description, as an attacker would change them. Sanitizers watch
// while these run.

namespace nacre::tools::test {
namespace {

/// Small models that together hold the operators of nets, trees and text.
const std::vector<std::string> kModels[] = {{"naive_bayes.joblib"}, {"imputed_tree.joblib"}, {"label_encoder.joblib"},
                                            {"protocol_4.pkl"},     {"small_int8.tflite"},   {"sequence.keras"}};

/// Memory of exactly `size` bytes, aligned as a block must be.
struct Block {
  explicit Block(std::size_t size)
      : bytes(size), memory(static_cast<std::byte*>(std::aligned_alloc(64, (size + 127) / 64 * 64)), std::free) {}
  std::size_t bytes;
  std::unique_ptr<std::byte, void (*)(void*)> memory;
  Span<std::byte> span() const { return {memory.get(), bytes}; }
};

Status try_load(const Buffer& model, Span<std::byte> memory, Digest digest, Network* network) {
  return load({model.data(), model.size()}, reference_kernels(), memory, network, digest);
}

/// Where the section of a kind begins.
std::uint32_t section(const Buffer& model, schema::SectionKind kind) {
  for (const schema::Section* section : *schema::GetModel(model.data())->sections())
    if (section->kind() == static_cast<std::uint16_t>(kind)) return section->offset();
  FAIL("the model has no such section");
  return 0;
}

MemoryNeeds needs_of(const Buffer& model) {
  MemoryNeeds needs;
  REQUIRE(memory_needs({model.data(), model.size()}, &needs) == Status::ok);
  return needs;
}

/// Loads a changed model in as much memory as the sound one needs and, where it loads, runs it.
void try_changed(const Buffer& model, const Block& block, Digest digest, unsigned* accepted) {
  Network network;
  if (try_load(model, block.span(), digest, &network) != Status::ok) return;
  ++*accepted;
  for (unsigned i = 0; i < network.inputs(); ++i)
    if (network.input_type(i) != DataType::string)
      std::memset(network.input_bytes(i).data(), 1, network.input_bytes(i).size());
  (void)network.run();
}

TEST_SUITE("hostile model files") {
  TEST_CASE("L1: a model cut short at any byte is refused, never read past") {
    const Buffer whole = converted({"label_encoder.joblib"});
    const Block block(needs_of(whole).total_bytes);
    const std::uint32_t stripped[] = {section(whole, schema::SectionKind::golden),
                                      section(whole, schema::SectionKind::description)};
    for (std::size_t size = 0; size < whole.size(); ++size) {
      CAPTURE(size);
      Network network;
      const Status status = try_load(aligned_copy(whole.bytes().first(size)), block.span(), Digest::check, &network);
      const bool at_a_section = size == stripped[0] || size == stripped[1];
      CHECK((status == Status::ok) == at_a_section);
    }
  }

  TEST_CASE("L2: with the digest checked, any changed byte of what the device reads is refused") {
    const Buffer whole = converted({"label_encoder.joblib"});
    const Block block(needs_of(whole).total_bytes);
    const std::uint32_t end = section(whole, schema::SectionKind::golden);
    const Buffer changed = aligned_copy(whole.bytes());
    auto* bytes = const_cast<std::byte*>(changed.data());
    unsigned accepted = 0;
    for (std::size_t at = 0; at < end; ++at) {
      bytes[at] ^= std::byte{0x41};
      try_changed(changed, block, Digest::check, &accepted);
      bytes[at] ^= std::byte{0x41};
    }
    CHECK(accepted == 0);
  }

  TEST_CASE("L2: with the digest declined, a changed byte is refused or stays within bounds") {
    constexpr std::uint8_t kChanges[] = {0x01, 0x80, 0xff, 0x3f};
    unsigned accepted = 0;
    for (const auto& files : kModels) {
      const Buffer whole = converted(files);
      const Block block(needs_of(whole).total_bytes);
      const std::uint32_t end = section(whole, schema::SectionKind::weights);
      const Buffer changed = aligned_copy(whole.bytes());
      auto* bytes = const_cast<std::byte*>(changed.data());
      for (std::size_t at = 0; at < end; ++at)
        for (const std::uint8_t change : kChanges) {
          bytes[at] ^= std::byte{change};
          try_changed(changed, block, Digest::decline, &accepted);
          bytes[at] ^= std::byte{change};
        }
    }
    CHECK(accepted > 0);  // names of nothing, padding, parameters: so that runs were tried too
  }

  TEST_CASE("L3: hostile 32-bit numbers anywhere are refused or stay within bounds") {
    unsigned accepted = 0;
    for (const auto& files : kModels) {
      const Buffer whole = converted(files);
      const Block block(needs_of(whole).total_bytes);
      const auto size = static_cast<std::uint32_t>(whole.size());
      const std::uint32_t end = section(whole, schema::SectionKind::weights);
      const std::uint32_t numbers[] = {0,    1,    2,          size - 1,   size,       size + 1,
                                       0x7f, 0x80, 0x7fffffff, 0x80000000, 0xfffffffc, 0xffffffff};
      const Buffer changed = aligned_copy(whole.bytes());
      auto* bytes = const_cast<std::byte*>(changed.data());
      for (std::size_t at = 0; at + 4 <= end; at += 4)
        for (const std::uint32_t number : numbers) {
          std::uint32_t before;
          std::memcpy(&before, bytes + at, 4);
          std::memcpy(bytes + at, &number, 4);
          try_changed(changed, block, Digest::decline, &accepted);
          std::memcpy(bytes + at, &before, 4);
        }
    }
    CHECK(accepted > 0);
  }

  TEST_CASE("L10: one byte of memory too few is its own error, and nothing is written beyond the block") {
    for (const auto& files : kModels) {
      const Buffer whole = converted(files);
      const std::uint32_t total = needs_of(whole).total_bytes;
      const Block block(total + 64);
      std::memset(block.memory.get(), 0x5a, total + 64);
      for (std::uint32_t size = 0; size < total; ++size) {
        Network network;
        REQUIRE(try_load(whole, {block.memory.get(), size}, Digest::decline, &network) == Status::memory_too_small);
      }
      Network network;
      REQUIRE(try_load(whole, {block.memory.get(), total}, Digest::decline, &network) == Status::ok);
      CHECK(self_test({whole.data(), whole.size()}, network) == Status::ok);
      for (std::uint32_t i = 0; i < 64; ++i) CHECK(block.memory.get()[total + i] == std::byte{0x5a});
    }
  }
}

}  // namespace
}  // namespace nacre::tools::test
