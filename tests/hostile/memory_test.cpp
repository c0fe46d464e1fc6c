#include <doctest/doctest.h>

#include "tests/support/attack.hpp"
#include "tests/support/every_operator.hpp"
#include "tests/support/loaded_model.hpp"
#include "tests/support/smallest_model.hpp"

namespace nacre::test {
namespace {

TEST_SUITE("hostile model files") {
  TEST_CASE("L10: a block one byte too small is its own error, and what is stated suffices, for any operator") {
    for (const SmallModel& model : every_operator()) {
      CAPTURE(model.name);
      Attack attack(model.layer.file());
      const std::size_t need = attack.total_bytes();
      unsigned too_small = 0;
      for (std::size_t bytes = 0; bytes < need; ++bytes) {
        attack.memory(bytes);
        too_small += attack.run() == Status::memory_too_small;
      }
      CHECK(too_small == need);
      // What the model does not need it does not touch.
      for (std::size_t spare = 0; spare <= 16; ++spare) {
        const Span<std::byte> block = attack.memory(need + spare);
        std::fill(block.begin(), block.end(), std::byte{0x5a});
        CHECK(attack.run() == Status::ok);
        CHECK(std::count(block.begin() + need, block.end(), std::byte{0x5a}) == static_cast<std::ptrdiff_t>(spare));
      }
    }
  }

  TEST_CASE("L10: a block that is not aligned as the model asks is its own error, for any operator and address") {
    for (const SmallModel& model : every_operator()) {
      CAPTURE(model.name);
      Attack attack(model.layer.file());
      for (std::size_t skew = 0; skew < 64; ++skew) {
        attack.memory(attack.total_bytes(), skew);
        CHECK(attack.run() == (skew % 16 == 0 ? Status::ok : Status::memory_misaligned));
      }
      attack.header().mutate_alignment(64);
      for (std::size_t skew = 0; skew < 64; ++skew) {
        attack.memory(attack.total_bytes(), skew);
        CHECK(attack.run() == (skew == 0 ? Status::ok : Status::memory_misaligned));
      }
    }
  }

  TEST_CASE("L10: more kernels than places are kept for, in the file or the firmware, are refused") {
    constexpr std::size_t kMost = 0xffff;
    ModelParts parts = smallest_model();
    parts.kernels.resize((1 << 19) + 1, parts.kernels[0]);  // numbers of 2 bytes, of which a network has 1 MiB
    Place place;
    CHECK(LoadedModel(parts.file(), reference_kernels(), &place).status == Status::bad_memory_size);
    CHECK(place.part == Part::kernels);
    parts.kernels.resize(1);
    std::vector<Kernel> kernels(kMost, reference_kernels()[0]);
    for (const Kernel& kernel : reference_kernels())
      if (kernel.name.op == parts.operators[0] && kernel.name.activations == DataType::float32) kernels.back() = kernel;
    CHECK(LoadedModel(parts.file(), {kernels.data(), kMost}).status == Status::ok);
    kernels.insert(kernels.begin(), kernels[0]);
    CHECK(LoadedModel(parts.file(), {kernels.data(), kMost + 1}, &place).status == Status::kernel_missing);
    CHECK(place.part == Part::kernels);
  }

  TEST_CASE("L10: memory sizes that no plan has are refused, for any operator") {
    for (const SmallModel& model : every_operator()) {
      CAPTURE(model.name);
      Attack attack(model.layer.file());
      attack.memory(attack.total_bytes() + 64);
      const std::uint32_t activations = attack.memory_record(1).bytes(), state = attack.memory_record(2).bytes();
      const auto stating = [&](std::uint32_t activations_bytes, std::uint32_t state_bytes) {
        return attack.load_changed([&] {
          attack.memory_record(1).mutate_bytes(activations_bytes), attack.memory_record(2).mutate_bytes(state_bytes);
        });
      };
      CHECK(stating(activations + 8, state) == Status::bad_memory_size);
      CHECK(stating(activations, state + 8) == Status::bad_memory_size);
      CHECK(stating(activations - 16, state) == Status::bad_tensor);
      if (state != 0) CHECK(stating(activations, state - 16) == Status::bad_tensor);
      CHECK(stating(activations + 64, state) == Status::ok);
      CHECK(stating(activations, state + 80) == Status::memory_too_small);
      // Sums beyond 32 bits.
      CHECK(stating(0xfffffff0, state) == Status::bad_memory_size);
      CHECK(stating(activations, 0xfffffff0) == Status::bad_memory_size);
      CHECK(stating(0x80000000, 0x80000000) == Status::bad_memory_size);
    }
  }

  TEST_CASE("L10: a memory of a kind, in a block or in a section that does not exist is refused, for any operator") {
    for (const SmallModel& model : every_operator()) {
      CAPTURE(model.name);
      Attack attack(model.layer.file());
      const auto with = [&](unsigned memory, auto change, Place* place) {
        return attack.load_changed([&] { change(attack.memory_record(memory)); }, place);
      };
      for (unsigned value = 3; value < 256; ++value) {
        Place place;
        const auto kind = [&](schema::Memory& m) { m.mutate_kind(static_cast<schema::MemoryKind>(value)); };
        CHECK(with(1, kind, &place) == Status::bad_memory_size);
        CHECK((place.part == Part::memories && place.index == 1 && place.field == 0));
      }
      for (unsigned value = 1; value < 256; ++value) {
        CAPTURE(value);
        Place place;
        const auto block = [&](schema::Memory& m) { m.mutate_block(static_cast<std::uint8_t>(value)); };
        CHECK(with(0, block, &place) == Status::bad_section);
        CHECK((place.part == Part::memories && place.index == 0 && place.field == 1));
        CHECK(with(1, block, nullptr) == (value < kMaxBlocks ? Status::memory_too_small : Status::bad_memory_size));
      }
      for (const std::uint32_t more : {1u, 64u, 0x80000000u}) {
        const auto bytes = [&](schema::Memory& m) { m.mutate_bytes(m.bytes() + more); };
        CHECK(with(0, bytes, nullptr) == Status::bad_section);
      }
    }
  }
}

}  // namespace
}  // namespace nacre::test
