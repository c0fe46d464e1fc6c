#include <doctest/doctest.h>

#include <thread>

#include "nacre/description.hpp"
#include "nacre/limits.hpp"
#include "nacre/nacre.h"
#include "nacre/self_test.hpp"
#include "tests/support/attack.hpp"
#include "tests/support/every_operator.hpp"

// L16: calls that a program gets wrong. Each is an error, or does nothing.

namespace nacre::test {
namespace {

const ModelBuilder& fully_connected() { return every_operator().front().layer; }

Status load_into(Network* network, Attack& attack, Kernels kernels = reference_kernels()) {
  return load(attack.view(), kernels, attack.memory(), network, Digest::decline);
}

/// The output for inputs x, x, x.
float output_for(const Network& network, float x) {
  for (float& element : network.input<float>(0)) element = x;
  REQUIRE(network.run() == Status::ok);
  return network.output<float>(0)[0];
}

TEST_SUITE("hostile model files") {
  TEST_CASE("L16: a network that was never loaded runs nothing and has nothing") {
    const Network network;
    CHECK(network.run() == Status::not_loaded);
    CHECK(network.inputs() == 0);
    CHECK(network.outputs() == 0);
    CHECK(network.layers() == 0);
    CHECK(network.input<float>(0).empty());
    CHECK(network.output<float>(0).empty());
    CHECK(network.input_bytes(0).empty());
    CHECK(network.output_bytes(0).empty());
    network.reset_state();
    Attack attack(fully_connected().file());
    Golden golden;
    CHECK(self_test(attack.view(), network) == Status::not_loaded);
    CHECK(Golden::open(attack.view(), network, &golden) == Status::not_loaded);
  }

  TEST_CASE("L16: null and empty spans are errors of their own") {
    Attack attack(fully_connected().file());
    Network network;
    MemoryNeeds needs;
    Description description;
    const Span<const std::byte> nowhere(nullptr, attack.file().size());
    CHECK(load_into(nullptr, attack) == Status::null_argument);
    CHECK(load(nowhere, reference_kernels(), attack.memory(), &network) == Status::null_argument);
    CHECK(load({}, reference_kernels(), attack.memory(), &network) == Status::null_argument);
    CHECK(load({attack.file().data(), 0}, reference_kernels(), attack.memory(), &network) == Status::truncated);
    CHECK(load(attack.view(), reference_kernels(), Span<std::byte>(), &network, Digest::decline) ==
          Status::memory_too_small);
    CHECK(load(attack.view(), reference_kernels(), Span<std::byte>(nullptr, attack.total_bytes()), &network,
               Digest::decline) == Status::null_argument);
    CHECK(load(attack.view(), reference_kernels(), Blocks(), &network, Digest::decline) == Status::memory_too_small);
    CHECK(load(attack.view(), reference_kernels(), Blocks(nullptr, 1), &network, Digest::decline) ==
          Status::null_argument);
    CHECK(load(attack.view(), {}, attack.memory(), &network, Digest::decline) == Status::kernel_missing);
    CHECK(load(attack.view(), {nullptr, 3}, attack.memory(), &network, Digest::decline) == Status::null_argument);
    CHECK(memory_needs({}, &needs) == Status::null_argument);
    CHECK(memory_needs(nowhere, &needs) == Status::null_argument);
    CHECK(memory_needs(attack.view(), nullptr) == Status::null_argument);
    CHECK(Description::open({}, &description) == Status::null_argument);
    CHECK(Description::open(attack.view(), nullptr) == Status::null_argument);
    CHECK(Golden::open(attack.view(), network, nullptr) == Status::null_argument);
    Span<const std::uint8_t> digest;
    CHECK(model_digest(attack.view(), nullptr) == Status::null_argument);
    CHECK(model_digest(nowhere, &digest) == Status::null_argument);
    CHECK(load_within(attack.view(), reference_kernels(), Blocks(), 1, nullptr) == Status::null_argument);
    CHECK(network.run() == Status::not_loaded);
  }

  TEST_CASE("L16: a failed load leaves the network as it was, whatever it failed on") {
    Attack attack(fully_connected().file());
    Network fresh, loaded;
    REQUIRE(load_into(&loaded, attack) == Status::ok);
    const float before = output_for(loaded, 2);
    Attack damaged(fully_connected().file());
    for (std::byte& byte : damaged.file()) {
      byte ^= std::byte{0xff};
      if (load_into(&fresh, damaged) == Status::ok) fresh = Network();
      Network same = loaded;
      if (load_into(&same, damaged) != Status::ok) CHECK(output_for(same, 2) == before);
      byte ^= std::byte{0xff};
      REQUIRE(fresh.run() == Status::not_loaded);
    }
  }

  TEST_CASE("L16: a model may be loaded again, to the same network and memory or to others") {
    Attack attack(fully_connected().file());
    Network network;
    REQUIRE(load_into(&network, attack) == Status::ok);
    const float first = output_for(network, 1);
    REQUIRE(load_into(&network, attack) == Status::ok);
    CHECK(output_for(network, 1) == first);
    const Network copy = network;
    CHECK(output_for(copy, 1) == first);
  }

  TEST_CASE("L16: two networks of one model do not disturb each other, side by side or at once") {
    for (const SmallModel& model : every_operator()) {
      if (model.name != "lstm_f32 stateful") continue;
      Attack attack(model.layer.file());
      GuardedPages other_memory(4096);
      Network first, second;
      REQUIRE(load_into(&first, attack) == Status::ok);
      REQUIRE(load(attack.view(), reference_kernels(), other_memory.place(attack.total_bytes()), &second,
                   Digest::decline) == Status::ok);
      const float alone = output_for(first, 1), later = output_for(first, 1);
      CHECK(alone != later);
      CHECK(output_for(second, 1) == alone);
      first.reset_state();
      CHECK(output_for(second, 1) == later);
      CHECK(output_for(first, 1) == alone);
      first.reset_state(), second.reset_state();
      const auto many = [](const Network& network, float* last) {
        for (float& element : network.input<float>(0)) element = 0.5f;
        for (int i = 0; i < 2000; ++i) (void)network.run();
        *last = network.output<float>(0)[0];
      };
      float one = 0, two = 1;
      std::thread thread(many, std::cref(first), &one);
      many(second, &two);
      thread.join();
      CHECK(one == two);
      CHECK(attack.is_sound());
    }
  }

  TEST_CASE("L16: elements asked for as another type, or of a port that does not exist, are none") {
    for (const SmallModel& model : every_operator()) {
      CAPTURE(model.name);
      Attack attack(model.layer.file());
      Network network;
      REQUIRE(load_into(&network, attack) == Status::ok);
      const auto ask = [&](auto element) {
        using T = decltype(element);
        CHECK(network.input<T>(0).empty() == (network.input_type(0) != DataTypeOf<T>::value));
        CHECK(network.output<T>(0).empty() == (network.output_type(0) != DataTypeOf<T>::value));
        for (const unsigned index : {network.inputs(), network.inputs() + 1, ~0u})
          CHECK(network.input<T>(index).empty());
        for (const unsigned index : {network.outputs(), network.outputs() + 1, ~0u})
          CHECK(network.output<T>(index).empty());
      };
      ask(float{}), ask(double{}), ask(std::int64_t{}), ask(std::int32_t{}), ask(std::int16_t{}), ask(std::int8_t{}),
          ask(std::uint8_t{}), ask(bool{}), ask(String{});
      for (const unsigned index : {4u, 100u, ~0u})
        CHECK((network.input_bytes(index).empty() && network.output_bytes(index).empty()));
    }
  }

  TEST_CASE("L16: the C functions give errors for null, and nothing for a network that was never loaded") {
    Attack attack(fully_connected().file());
    const void* model = attack.view().data();
    const std::size_t bytes = attack.view().size(), total = attack.total_bytes();
    void* memory = attack.memory().data();
    nacre_network network{};
    nacre_memory needs{};
    CHECK(nacre_memory_needs(nullptr, bytes, &needs) == NACRE_NULL_ARGUMENT);
    CHECK(nacre_memory_needs(model, bytes, nullptr) == NACRE_NULL_ARGUMENT);
    CHECK(nacre_load(nullptr, bytes, nacre_all_kernels(), memory, total, 0, &network) == NACRE_NULL_ARGUMENT);
    CHECK(nacre_load(model, bytes, nacre_all_kernels(), nullptr, total, 0, &network) == NACRE_NULL_ARGUMENT);
    CHECK(nacre_load(model, bytes, nacre_all_kernels(), memory, total, 0, nullptr) == NACRE_NULL_ARGUMENT);
    CHECK(nacre_load(model, bytes, {nullptr, 3}, memory, total, 0, &network) == NACRE_NULL_ARGUMENT);
    CHECK(nacre_load(model, bytes, nacre_all_kernels(), memory, total - 1, 0, &network) == NACRE_MEMORY_TOO_SMALL);
    const nacre_block blocks[] = {{memory, total}};
    CHECK(nacre_block_needs(model, bytes, 0, nullptr) == NACRE_NULL_ARGUMENT);
    CHECK(nacre_block_needs(nullptr, bytes, 0, &needs) == NACRE_NULL_ARGUMENT);
    CHECK(nacre_load_blocks(model, bytes, nacre_all_kernels(), nullptr, 1, 0, &network) == NACRE_NULL_ARGUMENT);
    CHECK(nacre_load_blocks(model, bytes, nacre_all_kernels(), blocks, 1, 0, nullptr) == NACRE_NULL_ARGUMENT);
    CHECK(nacre_load_within(model, bytes, nacre_all_kernels(), nullptr, total, 0, 1, &network) == NACRE_NULL_ARGUMENT);
    CHECK(nacre_load_within(model, bytes, nacre_all_kernels(), memory, total, 0, 1, nullptr) == NACRE_NULL_ARGUMENT);
    nacre_place place{};
    CHECK(nacre_find_fault(model, bytes, nacre_all_kernels(), nullptr, total, 0, &place) == NACRE_NULL_ARGUMENT);
    CHECK(nacre_find_fault(model, bytes, nacre_all_kernels(), memory, total, 0, nullptr) == NACRE_NULL_ARGUMENT);
    CHECK(nacre_run(nullptr) == NACRE_NULL_ARGUMENT);
    CHECK(nacre_self_test(model, bytes, nullptr) == NACRE_NULL_ARGUMENT);
    CHECK(nacre_run(&network) == NACRE_NOT_LOADED);
    CHECK(nacre_check_inputs(nullptr, nullptr, nullptr) == NACRE_NULL_ARGUMENT);
    CHECK(nacre_check_inputs(&network, nullptr, nullptr) == NACRE_NOT_LOADED);
    CHECK(nacre_input_flags(nullptr, 0) == 0);
    CHECK(nacre_input_flags(&network, 0) == 0);
    CHECK(nacre_self_test(model, bytes, &network) == NACRE_NOT_LOADED);
    CHECK(nacre_input(&network, 0).data == nullptr);
    CHECK(nacre_output(&network, 0).data == nullptr);
    CHECK(nacre_input(nullptr, 0).data == nullptr);
    CHECK(nacre_output(nullptr, 0).data == nullptr);
    nacre_reset_state(nullptr);
    nacre_reset_state(&network);
    REQUIRE(nacre_load(model, bytes, nacre_all_kernels(), memory, total, 0, &network) == NACRE_OK);
    CHECK(nacre_run(&network) == NACRE_OK);
    CHECK(nacre_input(&network, 1).data == nullptr);
    CHECK(nacre_output(&network, ~0u).data == nullptr);
    CHECK(nacre_self_test(model, bytes, &network) == NACRE_GOLDEN_MISSING);
  }
}

}  // namespace
}  // namespace nacre::test
