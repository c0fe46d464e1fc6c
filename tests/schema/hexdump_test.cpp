#include <doctest/doctest.h>

#include <cstdlib>
#include <memory>
#include <sstream>

#include "nacre/kernels.hpp"
#include "nacre/load.hpp"
#include "tests/support/smallest_model.hpp"
#include "tests/support/spec.hpp"

namespace nacre::test {
namespace {

/// The bytes of the hexdump in SPEC.md: lines "offset  bytes   what they are".
std::vector<std::byte> dumped() {
  const std::string text = spec_text();
  std::istringstream lines(text.substr(text.find("## The smallest model")));
  std::vector<std::byte> bytes;
  for (std::string line; std::getline(lines, line) && line.find("## Changing") != 0;) {
    if (line.size() < 12 || line.substr(0, 4) != "    " || line.substr(8, 2) != "  ") continue;
    CAPTURE(line);
    CHECK(std::stoul(line.substr(4, 4), nullptr, 16) == bytes.size());
    std::istringstream words(line.substr(10, 24));
    for (std::string word; words >> word;) bytes.push_back(static_cast<std::byte>(std::stoul(word, nullptr, 16)));
  }
  return bytes;
}

struct Block {
  explicit Block(std::size_t size)
      : bytes(static_cast<std::byte*>(std::aligned_alloc(64, (size + 63) / 64 * 64)), std::free) {}
  std::unique_ptr<std::byte, void (*)(void*)> bytes;
};

TEST_SUITE("the specification") {
  TEST_CASE("its hexdump is the smallest model, byte for byte") { CHECK(dumped() == smallest_file()); }

  TEST_CASE("the model of its hexdump loads, digests and all, and keeps the sign") {
    const std::vector<std::byte> dump = dumped();
    const Block file(dump.size()), memory(64);
    std::copy(dump.begin(), dump.end(), file.bytes.get());
    Network network;
    REQUIRE(load({file.bytes.get(), dump.size()}, reference_kernels(), {memory.bytes.get(), 64}, &network) ==
            Status::ok);
    network.input<float>(0)[0] = -2.5f;
    REQUIRE(network.run() == Status::ok);
    CHECK(network.output<float>(0)[0] == -1);
  }
}

}  // namespace
}  // namespace nacre::test
