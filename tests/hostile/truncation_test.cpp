#include <doctest/doctest.h>

#include "nacre/description.hpp"
#include "tests/support/attack.hpp"
#include "tests/support/every_operator.hpp"

namespace nacre::test {
namespace {

TEST_SUITE("hostile model files") {
  TEST_CASE("L1: a model of any operator cut short at any byte is refused, never read past") {
    for (const SmallModel& model : every_operator()) {
      CAPTURE(model.name);
      const std::vector<std::byte> whole = model.layer.file();
      Attack attack(whole);
      REQUIRE(attack.run() == Status::ok);
      unsigned accepted = 0;
      for (std::size_t size = 0; size < whole.size(); ++size) {
        attack.replace({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)});
        MemoryNeeds needs;
        Description description;
        accepted += attack.run() == Status::ok;
        accepted += attack.run(Digest::check) == Status::ok;
        accepted += memory_needs(attack.view(), &needs) == Status::ok;
        accepted += Description::open(attack.view(), &description) == Status::ok;
      }
      CHECK(accepted == 0);
    }
  }
}

}  // namespace
}  // namespace nacre::test
