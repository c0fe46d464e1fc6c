#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "runtime/kernels/tree_ensemble.hpp"
#include "tests/support/model_builder.hpp"
#include "tests/support/random.hpp"

namespace nacre::test {
namespace tree_ensemble_test {

std::int32_t bits(float threshold) {
  std::int32_t result;
  std::memcpy(&result, &threshold, sizeof result);
  return result;
}

/// Trees in the words of the file.
struct Forest {
  std::vector<std::int32_t> nodes, roots, targets;
  std::vector<float> leaves, base;
  std::uint32_t features = 1, width = 1;
  float divisor = 1;
  TreeSum function = TreeSum::compensated;

  void split(std::int32_t feature, float threshold, std::int32_t right) {
    nodes.insert(nodes.end(), {feature, bits(threshold), right});
  }
  void leaf(std::int32_t row) { nodes.insert(nodes.end(), {-1, 0, row}); }
  /// The codes of `words`, of which none is at most `above`.
  void set(float above, const std::vector<std::uint32_t>& words) {
    nodes.insert(nodes.end(), {-1 - static_cast<std::int32_t>(words.size()), bits(above), 0});
    for (const std::uint32_t word : words) nodes.insert(nodes.end(), {-1, static_cast<std::int32_t>(word), 0});
  }

  /// With leaves of float64 where `Leaf` is double.
  template <typename Leaf = float>
  ModelBuilder model(const std::vector<float>& x) const {
    parameters::TreeEnsemble table;
    table.divisor = divisor;
    table.function = function;
    const auto count = [](const auto& values) { return static_cast<std::uint32_t>(values.size()); };
    ModelBuilder model{std::move(table)};
    model.input({count(x) / features, features}, x)
        .constant({count(nodes) / 3, 3}, nodes)
        .constant({count(roots)}, roots)
        .constant({count(targets)}, targets);
    model.constant({count(leaves) / width, width}, std::vector<Leaf>(leaves.begin(), leaves.end()))
        .constant({count(base)}, std::vector<Leaf>(base.begin(), base.end()))
        .template output<Leaf>({count(x) / features, count(base)});
    return model;
  }
};

/// x0 <= 1 ? (x1 <= 2 ? leaf 0 : leaf 1) : leaf 2
Forest small() {
  Forest forest;
  forest.features = 2;
  forest.split(0, 1, 4), forest.split(1, 2, 3), forest.leaf(0), forest.leaf(1), forest.leaf(2);
  forest.roots = {0}, forest.targets = {0}, forest.leaves = {10, 20, 30}, forest.base = {0};
  return forest;
}

/// Appends a random complete tree of `depth` levels below here.
void grow(Forest* forest, Random* random, unsigned depth) {
  if (depth == 0) {
    for (std::uint32_t i = 0; i < forest->width; ++i) forest->leaves.push_back(random->real());
    return forest->leaf(static_cast<std::int32_t>(forest->leaves.size() / forest->width - 1));
  }
  const std::size_t at = forest->nodes.size();
  const std::int32_t feature = random->integer(0, static_cast<std::int32_t>(forest->features) - 1);
  forest->split(random->integer(0, 1) == 1 ? feature | kMissingLeft : feature, random->real(), 0);
  grow(forest, random, depth - 1);
  forest->nodes[at + 2] = static_cast<std::int32_t>(forest->nodes.size() / 3);
  grow(forest, random, depth - 1);
}

/// Row of leaves by recursion, from the words' definition.
std::int32_t leaf_of(const Forest& forest, std::int32_t node, const float* x) {
  const std::int32_t* n = forest.nodes.data() + 3 * node;
  if (n[0] == -1) return n[2];
  const bool missing_left = n[0] >= kMissingLeft;
  const float value = x[missing_left ? n[0] - kMissingLeft : n[0]];
  float threshold;
  std::memcpy(&threshold, n + 1, sizeof threshold);
  const bool left = std::isnan(value) ? missing_left : value <= threshold;
  return leaf_of(forest, left ? node + 1 : n[2], x);
}

TEST_SUITE("tree_ensemble") {
  TEST_CASE("a value equal to the threshold goes left, a missing one where its node says") {
    Forest forest = small();
    CHECK(forest.model({1, 2, 1, 2.5f, 1.5f, 0, NAN, 0}).run<float>() == std::vector<float>{10, 20, 30, 30});
    forest.nodes[0] |= kMissingLeft;
    CHECK(forest.model({NAN, 3, NAN, NAN}).run<float>() == std::vector<float>{20, 20});
    const float infinity = std::numeric_limits<float>::infinity();
    CHECK(forest.model({-infinity, infinity, infinity, 0}).run<float>() == std::vector<float>{20, 30});
  }

  TEST_CASE("a leaf adds to its target, on top of the base, and all is divided") {
    Forest forest = small();
    forest.base = {1, 2, 4}, forest.targets = {1}, forest.divisor = 2;
    CHECK(forest.model({0, 0}).run<float>() == std::vector<float>{0.5f, 6, 2});
  }

  TEST_CASE("random forests of few or many outputs give the sum of the leaves that recursion finds") {
    for (std::uint32_t seed = 1; seed <= 10; ++seed) {
      CAPTURE(seed);
      Random random(seed);
      Forest forest;
      const std::uint32_t most = seed % 2 == 0 ? 3 : 40;
      forest.features = random.size(1, 5), forest.width = random.size(most / 2, most), forest.divisor = 4;
      forest.base = random.reals(forest.width + random.size(0, most));
      for (int tree = 0; tree < 7; ++tree) {
        forest.roots.push_back(static_cast<std::int32_t>(forest.nodes.size() / 3));
        forest.targets.push_back(random.integer(0, static_cast<std::int32_t>(forest.base.size() - forest.width)));
        grow(&forest, &random, random.size(0, 4));
      }
      std::vector<float> x = random.reals(6 * forest.features);
      x[random.size(0, static_cast<std::uint32_t>(x.size()) - 1)] = NAN;
      const std::vector<float> y = forest.model(x).run<float>();
      REQUIRE(y.size() == 6 * forest.base.size());
      for (std::size_t row = 0; row < 6; ++row) {
        std::vector<double> sums(forest.base.begin(), forest.base.end());
        for (std::size_t t = 0; t < 7; ++t) {
          const auto leaf =
              static_cast<std::size_t>(leaf_of(forest, forest.roots[t], x.data() + row * forest.features));
          for (std::size_t j = 0; j < forest.width; ++j)
            sums[static_cast<std::size_t>(forest.targets[t]) + j] += forest.leaves[leaf * forest.width + j];
        }
        for (std::size_t o = 0; o < sums.size(); ++o) CHECK(std::abs(y[row * sums.size() + o] - sums[o] / 4) < 1e-6);
      }
    }
  }

  TEST_CASE("a thousand small trees are not lost beside a large base") {
    Forest forest;
    forest.leaf(0);
    forest.leaves = {0.5f}, forest.base = {16777216};
    forest.roots.assign(1000, 0), forest.targets.assign(1000, 0);
    CHECK(forest.model({0}).run<float>() == std::vector<float>{16777716});
  }

  TEST_CASE("a plain sum adds in the order of the trees, and rounds to the type of the leaves") {
    Forest forest;
    forest.function = TreeSum::plain;
    forest.leaf(0), forest.leaf(1), forest.leaf(2);
    forest.leaves = {1, -16777216, 0.25f}, forest.base = {16777216};
    forest.roots = {0, 1, 2}, forest.targets = {0, 0, 0};
    CHECK(forest.model({0}).run<float>() == std::vector<float>{0.25f});
    CHECK(forest.model<double>({0}).run<double>() == std::vector<double>{1.25});
    forest.roots = {1, 0, 2};
    CHECK(forest.model({0}).run<float>() == std::vector<float>{1.25f});
  }

  TEST_CASE("a set takes the whole part of a code, within its bounds, and a missing value goes where its node says") {
    Forest forest;
    forest.function = TreeSum::categories;
    forest.split(0 | kCategory, 0, 2);  // the set's place follows
    forest.leaf(0), forest.leaf(1);
    forest.nodes[1] = 3;
    forest.set(-1, {1u << 0 | 1u << 5, 1u << 31});
    forest.roots = {0}, forest.targets = {0}, forest.leaves = {1, 2}, forest.base = {0};
    const float infinity = std::numeric_limits<float>::infinity();
    const std::vector<float> x{0, -0.5f, -1, 5.75f, 6, 63.5f, 64, 1e30f, infinity, -infinity, NAN, 31, 32};
    CHECK(forest.model(x).run<float>() == std::vector<float>{1, 1, 2, 1, 2, 1, 2, 2, 2, 2, 2, 2, 2});
    CHECK(forest.model<double>(x).run<double>() == std::vector<double>{1, 1, 2, 1, 2, 1, 2, 2, 2, 2, 2, 2, 2});
    forest.nodes[0] |= kMissingLeft;
    forest.nodes[3 * 3 + 1] = bits(-std::numeric_limits<float>::denorm_min());
    CHECK(forest.model({-0.5f, -0.0f, NAN}).run<float>() == std::vector<float>{2, 1, 1});
  }

  TEST_CASE("zero is missing where the node says so") {
    Forest forest;
    forest.function = TreeSum::categories;
    forest.split(0 | kZeroIsMissing, -1, 2);
    forest.leaf(0), forest.leaf(1);
    forest.roots = {0}, forest.targets = {0}, forest.leaves = {1, 2}, forest.base = {0};
    const std::vector<float> x{-2, -0.5f, 0, 1e-35f, 1.1e-35f, NAN, 3};
    CHECK(forest.model(x).run<float>() == std::vector<float>{1, 2, 2, 2, 2, 2, 2});
    forest.nodes[0] |= kMissingLeft;
    CHECK(forest.model(x).run<float>() == std::vector<float>{1, 2, 1, 1, 2, 1, 2});
  }

  TEST_CASE("sets that lie outside of the nodes, or are none, are refused") {
    Forest forest;
    forest.function = TreeSum::categories;
    forest.split(0 | kCategory, 0, 2);
    forest.leaf(0), forest.leaf(1);
    forest.nodes[1] = 3;
    forest.set(-1, {1});
    forest.roots = {0}, forest.targets = {0}, forest.leaves = {1, 2}, forest.base = {0};
    REQUIRE(forest.model({0}).load_status() == Status::ok);
    SUBCASE("beyond the nodes") { forest.nodes[1] = 5; }
    SUBCASE("before them") { forest.nodes[1] = -1; }
    SUBCASE("a split") { forest.nodes[1] = 0; }
    SUBCASE("too long") { forest.nodes[9] = -3; }
    SUBCASE("longer than any") { forest.nodes[9] = std::numeric_limits<std::int32_t>::min(); }
    SUBCASE("in an ensemble of thresholds") { forest.function = TreeSum::plain; }
    CHECK(forest.model({0}).load_status() == Status::bad_weights);
  }

  TEST_CASE("nodes that would lead outside or round in circles are refused") {
    Forest forest = small();
    SUBCASE("a feature that x lacks") { forest.nodes[0] = 2; }
    SUBCASE("a feature that x lacks, missing left") { forest.nodes[0] = 2 | kMissingLeft; }
    SUBCASE("a right child that is its parent") { forest.nodes[2] = 0; }
    SUBCASE("a right child before its parent") { forest.nodes[5] = 0; }
    SUBCASE("a right child past the end") { forest.nodes[2] = 5; }
    SUBCASE("a negative right child") { forest.nodes[2] = -1; }
    SUBCASE("a last node without a left child") { forest.nodes[12] = 0, forest.nodes[14] = 4; }
    SUBCASE("a leaf past the leaves") { forest.nodes[8] = 3; }
    SUBCASE("a negative leaf") { forest.nodes[8] = -1; }
    SUBCASE("a root past the end") { forest.roots[0] = 5; }
    SUBCASE("a negative root") { forest.roots[0] = -1; }
    SUBCASE("a target past the outputs") { forest.targets[0] = 1; }
    SUBCASE("a negative target") { forest.targets[0] = -1; }
    SUBCASE("leaves wider than the outputs") {
      forest.width = 3, forest.nodes[8] = forest.nodes[11] = forest.nodes[14] = 0;
    }
    CHECK(forest.model({0, 0}).load_status() == Status::bad_weights);
  }

  TEST_CASE("an ensemble whose arguments do not fit is refused") {
    ModelBuilder model = small().model({0, 0});
    SUBCASE("rank of x") { model.argument(0).shape = {2}; }
    SUBCASE("width of a node") { model.argument(1).shape = {3, 5}; }
    SUBCASE("nodes that a run could change") { model.argument(1).memory = MemoryKind::activations; }
    SUBCASE("roots that a run could change") { model.argument(2).memory = MemoryKind::activations; }
    SUBCASE("targets that a run could change") { model.argument(3).memory = MemoryKind::activations; }
    SUBCASE("number of targets") { model.argument(3).shape = {2}; }
    SUBCASE("rank of the leaves") { model.argument(4).shape = {3}; }
    SUBCASE("type of the leaves") {
      model.argument(4).type = DataType::int32,
      model.rename = [](KernelName& name) { name.weights = DataType::float32; };
    }
    SUBCASE("length of the base") { model.argument(5).shape = {2}; }
    SUBCASE("rows of the output") { model.argument(6).shape = {2, 1}; }
    SUBCASE("type of the output") { model.argument(6).type = DataType::int32; }
    CHECK(model.load_status() == Status::bad_arguments);
  }

  TEST_CASE("an ensemble that divides by what is no positive number is refused") {
    for (const float divisor : {0.0f, -1.0f, NAN, std::numeric_limits<float>::infinity()}) {
      CAPTURE(divisor);
      Forest forest = small();
      forest.divisor = divisor;
      CHECK(forest.model({0, 0}).load_status() == Status::bad_parameter);
    }
  }
}

}  // namespace tree_ensemble_test
}  // namespace nacre::test
