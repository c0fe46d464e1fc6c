#include <doctest/doctest.h>

#include "tests/support/attack.hpp"
#include "tests/support/every_operator.hpp"

namespace nacre::test {
namespace {

/// What an attacker writes where a count, an offset or an index is read.
std::vector<std::uint32_t> hostile_words(std::uint32_t size) {
  return {0, 1, 2, size - 1, size, size + 1, 0x7f, 0x80, 0x7fffffff, 0x80000000, 0xfffffffc, 0xffffffff};
}

/// Calls `visit()` with every hostile word at byte `at` of the file.
template <typename Visit>
void with_hostile_words(Span<std::byte> file, std::size_t at, Visit visit) {
  std::uint32_t before;
  std::memcpy(&before, file.data() + at, sizeof before);
  for (const std::uint32_t word : hostile_words(static_cast<std::uint32_t>(file.size()))) {
    std::memcpy(file.data() + at, &word, sizeof word);
    visit();
  }
  std::memcpy(file.data() + at, &before, sizeof before);
}

TEST_SUITE("hostile model files") {
  TEST_CASE("L3: a hostile 32-bit number anywhere in a model of any operator is refused or stays within bounds") {
    for (const SmallModel& model : every_operator()) {
      CAPTURE(model.name);
      for (const Kernels& kernels : model.kernel_lists()) {
        Attack attack(model.layer.file(), kernels);
        unsigned refused = 0;
        for (std::size_t at = 0; at + 4 <= attack.file().size(); at += 4)
          with_hostile_words(attack.file(), at, [&] { refused += attack.run() != Status::ok; });
        CHECK(refused > 0);
        CHECK(attack.is_sound());
      }
    }
  }

  TEST_CASE("L3: any two hostile 32-bit numbers in the smallest model are refused or stay within bounds") {
    std::vector<std::byte> smallest(4096);
    for (const SmallModel& model : every_operator())
      if (const std::vector<std::byte> file = model.layer.file(); file.size() < smallest.size()) smallest = file;
    CHECK(smallest.size() < 600);
    Attack attack(smallest);
    REQUIRE(attack.run() == Status::ok);
    unsigned refused = 0;
    const std::size_t size = attack.file().size();
    for (std::size_t first = 0; first + 4 <= size; first += 4)
      with_hostile_words(attack.file(), first, [&] {
        for (std::size_t second = first + 4; second + 4 <= size; second += 4)
          with_hostile_words(attack.file(), second, [&] { refused += attack.run() != Status::ok; });
      });
    CHECK(refused > 0);
    CHECK(attack.is_sound());
  }
}

}  // namespace
}  // namespace nacre::test
