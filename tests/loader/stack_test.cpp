#include <doctest/doctest.h>

#include <algorithm>

#include "loader/stack_bounds.hpp"
#include "nacre/nacre.h"
#include "tests/support/every_operator.hpp"
#include "tests/support/plans.hpp"
#include "tests/support/seal.hpp"
#include "tests/support/stack.hpp"
#include "tests/support/trial.hpp"

// What docs/trust.md promises of the stack, measured with every operator's smallest model.

namespace nacre::stack_test {
namespace {

// On devices the promise; elsewhere, where sanitizers may watch, that there is a bound.
#if defined(__linux__)
constexpr bool kIsDevice = false;
#else
constexpr bool kIsDevice = sizeof(void*) == 4;
#endif
#if defined(__ARM_FEATURE_MVE)
constexpr stack::Bounds kDevice = stack::kCortexM55;
#elif defined(__ARM_ARCH_6M__)
constexpr stack::Bounds kDevice = stack::kCortexM0;
#elif defined(__arm__) && !defined(__ARM_FP)
constexpr stack::Bounds kDevice = stack::kCortexM3;
#else
constexpr stack::Bounds kDevice = stack::kCortexM4;
#endif
constexpr stack::Bounds kBounds = kIsDevice ? kDevice : stack::Bounds{16384, 16384, 16384};
constexpr std::size_t kLoopBytes = kIsDevice ? stack::kOfLoop : 4096, kFusedBytes = kIsDevice ? stack::kOfFused : 4096,
                      kSearchBytes = kIsDevice ? stack::kOfSearch : 4096;

/// What a layer takes beyond other layers: one of fused layers, or one that looks for neighbours or terms.
std::size_t own_bytes(Operator op) {
  if (op == Operator::rows) return kFusedBytes;
  const bool searches = op == Operator::neighbors || op == Operator::count_terms || op == Operator::hash_terms;
  return searches ? kSearchBytes : 0;
}

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
            }) <= kBounds.nacre_load);
      nacre_place place;
      CHECK(test::stack_bytes([&] {
              (void)nacre_find_fault(file, bytes.size(), nacre_all_kernels(), memory, sizeof memory, 1, &place);
            }) <= kBounds.nacre_load);
      CHECK(test::stack_bytes([&] { status = load({file, bytes.size()}, reference_kernels(), memory, &network); }) <=
            kBounds.load);
      REQUIRE(status == Status::ok);
      test::fill_inputs(network, 0);
      CHECK(test::stack_bytes([&] { (void)network.run(); }) <= kBounds.run + own_bytes(network.kernel(0).name.op));
    }
  }

  TEST_CASE("loops around a layer take no more stack than is promised, and loading them no more than without") {
    const auto add_conv = [](test::ModelParts& parts, std::uint32_t x, std::uint32_t y) {
      parts.memories.emplace_back(schema::MemoryKind::weights, std::uint8_t{0}, 128u);
      parts.sections.push_back(
          {static_cast<std::uint16_t>(schema::SectionKind::weights), std::vector<std::uint8_t>(128)});
      const std::uint32_t kernel = parts.add_tensor(DataType::float32, 1, 0, {1, 1, 1, 1}),
                          bias = parts.add_tensor(DataType::float32, 1, 64, {1});
      parts.add_layer(parameters::Conv2D{}, {x, kernel, bias}, {y});
    };
    for (unsigned depth = 0; depth <= 4; ++depth) {
      CAPTURE(depth);
      const std::vector<std::byte> bytes = test::nested_scans(depth, 4, add_conv).file();
      const test::LoadedModel loaded(bytes);
      REQUIRE(loaded.status == Status::ok);
      CHECK(test::stack_bytes([&] { (void)loaded.network.run(); }) <= kBounds.run + depth * kLoopBytes);
      alignas(64) static std::byte file[4096], memory[4096];
      REQUIRE(bytes.size() <= sizeof file);
      std::copy(bytes.begin(), bytes.end(), file);
      Network network;
      CHECK(test::stack_bytes([&] {
              (void)load({file, bytes.size()}, reference_kernels(), memory, &network, Digest::decline);
            }) <= kBounds.load);
      CHECK(network.layers() == depth + 1);
    }
  }
}

}  // namespace
}  // namespace nacre::stack_test
