#include "tests/support/every_operator.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <set>

#include "tests/support/guarded_pages.hpp"
#include "tests/support/trial.hpp"

// The models that the exhaustive tests attack are what they are said to be.

namespace nacre::test {
namespace {

/// The seed that the loader's fuzzer gets of a model.
std::string seed_of(const SmallModel& model) {
  std::string name = model.name;
  for (char& c : name) c = c == ' ' ? '_' : c;
  return std::string(NACRE_SOURCE_DIR) + "/tests/fuzz/corpus/load/" + name + ".nacre";
}

TEST_SUITE("small models") {
  TEST_CASE("there is one for every kernel, of every list") {
    for (const Kernels& list : {reference_kernels(), native_kernels()})
      for (const Kernel& kernel : list) {
        CAPTURE(&kernel - list.begin());
        CAPTURE(static_cast<int>(kernel.name.op));
        CAPTURE(static_cast<int>(kernel.name.activations));
        CAPTURE(kernel.name.function);
        unsigned models = 0;
        for (const SmallModel& model : every_operator()) models += model.asks_for(kernel.name);
        CHECK(models > 0);
      }
  }

  TEST_CASE("each loads, runs within its bounds, and gives output 0 all of its elements") {
    std::set<std::string> names;
    GuardedPages file_pages(4096), memory_pages(4096);
    for (const SmallModel& model : every_operator()) {
      CAPTURE(model.name);
      CHECK(names.insert(model.name).second);
      const std::vector<std::byte> bytes = model.layer.file();
      CHECK(bytes.size() < 2048);
      const Span<std::byte> file = file_pages.place(bytes);
      MemoryNeeds needs;
      REQUIRE(memory_needs({file.data(), file.size()}, &needs) == Status::ok);
      CHECK(needs.total_bytes < 512);
      Network network;
      REQUIRE(load({file.data(), file.size()}, reference_kernels(), memory_pages.place(needs.total_bytes), &network,
                   Digest::decline) == Status::ok);
      run_extremes(network);
      fill_inputs(network, 0);
      CHECK(network.run() == Status::ok);
      CHECK(network.output_bytes(0).size() > 0);
    }
  }

  TEST_CASE("each is a seed of the loader's fuzzer, byte by byte") {
    for (const SmallModel& model : every_operator()) {
      CAPTURE(model.name);
      std::ifstream file(seed_of(model), std::ios::binary);
      const std::string seed{std::istreambuf_iterator<char>(file), {}};
      const std::vector<std::byte> bytes = model.layer.file();
      const bool is_the_same = seed == std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
      CHECK_MESSAGE(is_the_same, "write them anew: nacre_tests --no-skip -tc='write the seeds*'");
    }
  }

  TEST_CASE("write the seeds of the loader's fuzzer" * doctest::skip()) {
    for (const SmallModel& model : every_operator()) {
      const std::vector<std::byte> bytes = model.layer.file();
      std::ofstream(seed_of(model), std::ios::binary)
          .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    }
  }
}

}  // namespace
}  // namespace nacre::test
