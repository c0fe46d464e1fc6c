#include <doctest/doctest.h>

#include "tests/variants/tree_layers.hpp"

// Processors have walks of their own through packed trees; here the reference is held against the description.

namespace nacre::test {
namespace packed_walks_test {

TEST_SUITE("kernel variants") {
  TEST_CASE("packed trees of any levels and steps give the leaves that the description leads to") {
    visit_random_trees([](const RandomTrees& trees) {
      CAPTURE(trees.levels);
      CAPTURE(trees.steps);
      CAPTURE(trees.asked);
      CHECK(trees.model().run<float>() == std::vector<float>{static_cast<float>(trees.sum())});
    });
  }
}

}  // namespace packed_walks_test
}  // namespace nacre::test
