#include "tools/keras/version.hpp"

#include <doctest/doctest.h>

namespace nacre::tools::test {

TEST_SUITE("keras/version") {
  TEST_CASE("a model that does not say which Keras saved it is of Keras 1") { CHECK(KerasVersion::of("").major == 1); }

  TEST_CASE("TensorFlow's Keras is told from the other one until they are one") {
    CHECK_FALSE(KerasVersion::of("2.2.4").is_tensorflows);
    CHECK(KerasVersion::of("2.2.4-tf").is_tensorflows);
    CHECK(KerasVersion::of("2.15.0").is_tensorflows);
    CHECK_FALSE(KerasVersion::of("1.2.2").is_tensorflows);
  }

  TEST_CASE("a file may tell no more than the release that it is not older than") {
    CHECK(KerasVersion::of("3.9+").may_be_before_and_since(3, 14));
    CHECK_FALSE(KerasVersion::of("3.9+").may_be_before_and_since(3, 6));
    CHECK_FALSE(KerasVersion::of("3.9.2").may_be_before_and_since(3, 14));
    CHECK_FALSE(KerasVersion::of("2.12+").may_be_before_and_since(3, 6));
  }

  TEST_CASE("releases are compared by their numbers") {
    CHECK(KerasVersion::of("3.15.1").is_since(3, 6));
    CHECK_FALSE(KerasVersion::of("3.5.0").is_since(3, 6));
    CHECK_FALSE(KerasVersion::of("2.15.0").is_since(3, 0));
    CHECK(KerasVersion::of("2.2.4-tf").is_since(2, 2, 3));
    CHECK_FALSE(KerasVersion::of("2.2.2").is_since(2, 2, 3));
    CHECK(KerasVersion::of("2.3.0").is_since(2, 2, 3));
  }
}

}  // namespace nacre::tools::test
