#include <doctest/doctest.h>

#include "tests/support/every_operator.hpp"

// L7: what load() says of trees whose nodes, roots and targets it reads.

namespace nacre::test {
namespace {

using Words = std::vector<std::int32_t>;

constexpr std::int32_t kCategory = 1 << 29, kLeaf = -1;
constexpr unsigned kNodes = 1, kRoots = 2, kTargets = 3;

/// A tree that asks whether a category is in a set of so many words, which lies behind two leaves.
ModelBuilder tree_with_set(std::int32_t words) {
  Words nodes{kCategory, 3, 2, kLeaf, 0, 0, kLeaf, 0, 0, -1 - words, 0, 0};
  nodes.resize(nodes.size() + 3 * static_cast<std::size_t>(words), kLeaf);
  for (std::size_t third = 14; third < nodes.size(); third += 3) nodes[third] = 0;
  parameters::TreeEnsemble table;
  table.function = TreeSum::categories;
  ModelBuilder model(table);
  model.input<float>({1, 1}, {0}).constant({static_cast<std::uint32_t>(nodes.size() / 3), 3}, nodes);
  model.constant<std::int32_t>({1}, {0}).constant<std::int32_t>({1}, {0});
  model.constant<float>({1, 1}, {1}).constant<float>({1}, {0}).output<float>({1, 1});
  return model;
}

TEST_SUITE("hostile model files") {
  TEST_CASE("L7: a set has no more words than there are categories in float32") {
    constexpr std::int32_t kMostWords = 1 << 19;
    Place place;
    CHECK(tree_with_set(kMostWords).load_status() == Status::ok);
    CHECK(tree_with_set(kMostWords + 1).load_status(&place) == Status::bad_weights);
    CHECK(place.part == Part::weights);
    CHECK(place.field == kNodes);
  }

  TEST_CASE("L6: roots and targets of another type are refused, though both have it") {
    for (const DataType type : {DataType::float32, DataType::int16, DataType::int64}) {
      ModelBuilder model = small_layer("tree_ensemble_f32");
      for (const unsigned i : {kRoots, kTargets}) {
        model.argument(i).type = type;
        model.argument(i).bytes.resize(2 * element_bytes(type));
      }
      Place place;
      CHECK(model.load_status(&place) == Status::bad_arguments);
      CHECK(place.part == Part::arguments);
      CHECK(place.field == kRoots);
    }
  }
}

}  // namespace
}  // namespace nacre::test
