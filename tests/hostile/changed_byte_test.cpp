#include <doctest/doctest.h>

#include "tests/support/attack.hpp"
#include "tests/support/every_operator.hpp"
#include "tests/support/seal.hpp"

// Every byte of a model of every operator, changed. Split by family so that the parts run side by side.

namespace nacre::test {
namespace {

/// Every value of every byte, on the way that any program takes.
void try_every_value(Family family) {
  for_each_in(family, [](const SmallModel& model) {
    CAPTURE(model.name);
    for (const Kernels& kernels : model.kernel_lists()) {
      Attack attack(model.layer.file(), kernels);
      REQUIRE(attack.run() == Status::ok);
      unsigned accepted = 0, refused = 0;
      for (std::byte& byte : attack.file()) {
        const std::byte before = byte;
        for (unsigned change = 1; change < 256; ++change) {
          byte = before ^ static_cast<std::byte>(change);
          ++(attack.run() == Status::ok ? accepted : refused);
        }
        byte = before;
      }
      CHECK(accepted > 0);  // digests, values of weights: so that runs were tried too
      CHECK(refused > accepted / 2);
      CHECK(attack.is_sound());  // nothing was written to the file
    }
  });
}

TEST_SUITE("hostile model files") {
  TEST_CASE("L2: with the digest declined, any value of any byte is refused or stays within bounds: matrices") {
    try_every_value(Family::matrix);
  }
  TEST_CASE("L2: with the digest declined, any value of any byte is refused or stays within bounds: windows") {
    try_every_value(Family::window);
  }
  TEST_CASE("L2: with the digest declined, any value of any byte is refused or stays within bounds: rows") {
    try_every_value(Family::row);
  }
  TEST_CASE("L2: with the digest declined, any value of any byte is refused or stays within bounds: activations") {
    try_every_value(Family::function);
  }
  TEST_CASE("L2: with the digest declined, any value of any byte is refused or stays within bounds: pairs of inputs") {
    try_every_value(Family::binary);
  }
  TEST_CASE("L2: with the digest declined, any value of any byte is refused or stays within bounds: movers") {
    try_every_value(Family::mover);
  }
  TEST_CASE("L2: with the digest declined, any value of any byte is refused or stays within bounds: labels") {
    try_every_value(Family::label);
  }
  TEST_CASE("L2: with the digest declined, any value of any byte is refused or stays within bounds: LSTMs and trees") {
    try_every_value(Family::sequence);
  }
  TEST_CASE("L2: with the digest declined, any value of any byte is refused or stays within bounds: integers") {
    try_every_value(Family::integer);
  }

  TEST_CASE("L2: with the digest checked, a changed bit of any byte of any operator's model is refused") {
    for (const SmallModel& model : every_operator()) {
      CAPTURE(model.name);
      std::vector<std::byte> sealed = model.layer.file();
      seal({sealed.data(), sealed.size()});
      Attack attack(std::move(sealed));
      REQUIRE(attack.run(Digest::check) == Status::ok);
      unsigned accepted = 0, at = 0;
      for (std::byte& byte : attack.file()) {
        const std::byte change = std::byte{1} << (at++ % 8);
        byte ^= change;
        accepted += attack.run(Digest::check) == Status::ok;
        byte ^= change;
      }
      CHECK(accepted == 0);
      CHECK(attack.is_sound());
    }
  }
}

}  // namespace
}  // namespace nacre::test
