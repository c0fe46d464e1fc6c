#include <doctest/doctest.h>

#include "tests/support/attack.hpp"
#include "tests/support/every_operator.hpp"

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

  TEST_CASE("L10: memory sizes that the model does not need exactly are refused, for any operator") {
    for (const SmallModel& model : every_operator()) {
      CAPTURE(model.name);
      Attack attack(model.layer.file());
      attack.memory(attack.total_bytes() + 64);
      const schema::Header sound = attack.header();
      const auto stating = [&](std::uint32_t network, std::uint32_t activations, std::uint32_t state) {
        attack.header().mutate_network_bytes(network);
        attack.header().mutate_activations_bytes(activations);
        attack.header().mutate_state_bytes(state);
        return attack.run();
      };
      const std::uint32_t network = sound.network_bytes(), activations = sound.activations_bytes(),
                          state = sound.state_bytes();
      for (const std::uint32_t wrong : {network - 16, network + 16, network + 1, 0u})
        CHECK(stating(wrong, activations, state) == Status::bad_memory_size);
      CHECK(stating(network, activations + 8, state) == Status::bad_memory_size);
      CHECK(stating(network, activations, state + 8) == Status::bad_memory_size);
      CHECK(stating(network, activations - 16, state) == Status::bad_tensor);
      if (state != 0) CHECK(stating(network, activations, state - 16) == Status::bad_tensor);
      // Sums beyond 32 bits.
      CHECK(stating(network, 0xfffffff0, state) == Status::bad_memory_size);
      CHECK(stating(network, activations, 0xfffffff0) == Status::bad_memory_size);
      CHECK(stating(0xfffffff0, activations, state) == Status::bad_memory_size);
      CHECK(stating(0x80000000, 0x80000000, state) == Status::bad_memory_size);
      CHECK(stating(network, activations, state) == Status::ok);
    }
  }
}

}  // namespace
}  // namespace nacre::test
