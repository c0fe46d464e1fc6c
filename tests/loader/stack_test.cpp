#include <doctest/doctest.h>

#include <algorithm>

#include "nacre/nacre.h"
#include "tests/support/every_operator.hpp"
#include "tests/support/seal.hpp"
#include "tests/support/stack.hpp"
#include "tests/support/trial.hpp"

// What docs/trust.md promises of the stack, measured with every operator's smallest model.

namespace nacre::stack_test {
namespace {

// On a Cortex-M4 the promise; elsewhere, where sanitizers may watch, that there is a bound.
constexpr bool kIsDevice = sizeof(void*) == 4;
constexpr std::size_t kLoadBytes = kIsDevice ? 1024 : 16384, kCLoadBytes = kIsDevice ? 1280 : 16384,
                      kRunBytes = kIsDevice ? 448 : 16384;

TEST_SUITE("stack") {
  TEST_CASE("loading and running take no more stack than is promised, whatever the model") {
    alignas(64) static std::byte file[16384], memory[16384];
    for (const test::SmallModel& model : test::every_operator()) {
      CAPTURE(model.name);
      const std::vector<std::byte> bytes = model.layer.file();
      REQUIRE(bytes.size() <= sizeof file);
      std::copy(bytes.begin(), bytes.end(), file);
      test::seal({file, bytes.size()});
      nacre_network in_c;
      Network network;
      Status status = Status::not_loaded;
      CHECK(test::stack_bytes([&] {
              (void)nacre_load(file, bytes.size(), nacre_all_kernels(), memory, sizeof memory, 1, &in_c);
            }) <= kCLoadBytes);
      nacre_place place;
      CHECK(test::stack_bytes([&] {
              (void)nacre_find_fault(file, bytes.size(), nacre_all_kernels(), memory, sizeof memory, 1, &place);
            }) <= kCLoadBytes);
      CHECK(test::stack_bytes([&] { status = load({file, bytes.size()}, reference_kernels(), memory, &network); }) <=
            kLoadBytes);
      REQUIRE(status == Status::ok);
      test::fill_inputs(network, 0);
      CHECK(test::stack_bytes([&] { (void)network.run(); }) <= kRunBytes);
    }
  }
}

}  // namespace
}  // namespace nacre::stack_test
