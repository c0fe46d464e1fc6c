#include <doctest/doctest.h>

#include "tests/support/fixture_layers.hpp"
#include "tools/keras/classes.hpp"

namespace nacre::tools::test {
namespace {

TEST_SUITE("keras") {
  TEST_CASE("every Keras layer that converts is in a fixture with the library's predictions") {
    const std::set<std::string> covered = fixture_layers();
    for (const std::string& layer : keras_class_names()) {
      CAPTURE(layer);
      CHECK(covered.count(layer) == 1);
    }
  }
}

}  // namespace
}  // namespace nacre::tools::test
