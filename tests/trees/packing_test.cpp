#include "tools/trees/packing.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "nacre/kernels.hpp"
#include "tests/support/random.hpp"
#include "tools/emit/emit.hpp"
#include "tools/plan/plan.hpp"
#include "tools/session/session.hpp"
#include "tools/trees/forest.hpp"

namespace nacre::tools {
namespace {

using test::Random;

/// Appends a random tree below here; every third question ends early.
void grow(TreeNodes& tree, Random& random, unsigned depth) {
  const std::size_t node = tree.left.size();
  const bool is_leaf = depth == 0 || random.integer(0, 2) == 0;
  for (auto* children : {&tree.left, &tree.right}) children->push_back(is_leaf ? -1 : 0);
  tree.feature.push_back(random.integer(0, 4)), tree.threshold.push_back(random.integer(-3, 3) * 0.5);
  tree.missing_left.push_back(static_cast<std::uint8_t>(random.integer(0, 1)));
  tree.zero_missing.push_back(static_cast<std::uint8_t>(random.integer(0, 3) == 0));
  if (is_leaf) return;
  tree.left[node] = static_cast<std::int64_t>(tree.left.size()), grow(tree, random, depth - 1);
  tree.right[node] = static_cast<std::int64_t>(tree.left.size()), grow(tree, random, depth - 1);
}

struct Kind {
  TreeArithmetic arithmetic;
  bool are_shares;
};

/// An ensemble of random trees that vote for one of `outputs`, or add to one of them.
Graph ensemble(std::uint32_t seed, const Kind& kind, std::int64_t outputs, unsigned depth) {
  Random random(seed);
  Graph graph;
  const ValueId x = graph.add_input("x", {DataType::float32, {1, 5}});
  const std::int64_t width = kind.are_shares ? outputs : 1;
  Forest forest(5, width, outputs, kind.arithmetic);
  for (int t = 0; t < 40; ++t) {
    TreeNodes tree;
    grow(tree, random, depth);
    if (random.integer(0, 1) == 0 || kind.arithmetic == TreeArithmetic::compensated) tree.zero_missing.clear();
    forest.add(tree, kind.are_shares ? 0 : t % outputs, [&](std::size_t) {
      if (!kind.are_shares) return std::vector<double>{random.real() * 1.1};
      std::vector<double> shares(static_cast<std::size_t>(width));
      const int whole = random.integer(1, 9), first = random.integer(0, whole);
      shares.front() = first / static_cast<double>(whole), shares.back() = 1 - shares.front();
      return shares;
    });
  }
  graph.add_output("y", forest.finish(graph, x, kind.are_shares ? 40 : 1, "trees"));
  return graph;
}

std::vector<std::byte> answer(const Graph& graph, const std::vector<std::vector<float>>& rows) {
  const ModelBytes file = emit(graph, plan(graph), {"test", "", "test"}, {});
  Session session({file.data(), file.size()}, reference_kernels(), Digest::decline);
  std::vector<std::byte> all;
  for (const std::vector<float>& row : rows) {
    std::copy(row.begin(), row.end(), session.network().input<float>(0).data());
    REQUIRE(session.network().run() == Status::ok);
    const Span<const std::byte> y = session.network().output_bytes(0);
    all.insert(all.end(), y.begin(), y.end());
  }
  return all;
}

/// Rows on thresholds, one float beside, missing, infinite, and zeros of both signs.
std::vector<std::vector<float>> rows_of(std::uint32_t seed) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  Random random(seed);
  std::vector<std::vector<float>> rows(50, std::vector<float>(5));
  for (auto& row : rows)
    for (float& x : row) {
      const float special[] = {NAN, -NAN, kInfinity, -kInfinity, 0.0f, -0.0f, 1e-36f, std::nextafter(0.5f, 1.0f)};
      const int kind = random.integer(0, 15);
      x = kind < 8 ? special[kind] : static_cast<float>(random.integer(-7, 7)) * 0.25f;
    }
  return rows;
}

/// Whether the ensembles of two graphs have the same constant as an input.
bool same_words(const Graph& a, const Graph& b, std::size_t input) {
  const auto words = [&](const Graph& graph) {
    return graph.values[graph.nodes[0].inputs[input]].constant->to<std::int64_t>();
  };
  return words(a) == words(b);
}

TEST_SUITE("packed trees") {
  TEST_CASE("they give the bits that the ensemble gives, and stand for the same nodes") {
    using enum TreeArithmetic;
    for (const TreeArithmetic arithmetic : {compensated, float32, float64_sums, float64})
      for (std::uint32_t seed = 1; seed <= 24; ++seed) {
        CAPTURE(static_cast<int>(arithmetic));
        CAPTURE(seed);
        const Graph before = ensemble(seed, {arithmetic, false}, seed % 3 + 1, seed % 12);
        Graph after = before;
        if (!pack_trees(after, after.nodes[0])) continue;
        CHECK(answer(after, rows_of(seed)) == answer(before, rows_of(seed)));
        Graph unpacked = after;
        unpacked.nodes[0] = unpack_trees(unpacked, after.nodes[0]);
        for (const std::size_t input : {2u, 3u}) CHECK(same_words(unpacked, before, input));
        CHECK(answer(unpacked, rows_of(seed)) == answer(before, rows_of(seed)));
      }
  }

  TEST_CASE("shares of classes add up as real numbers do, and nothing stays nothing") {
    for (std::uint32_t seed = 1; seed <= 24; ++seed) {
      CAPTURE(seed);
      const std::int64_t outputs = seed % 3 + 2;
      const Graph before = ensemble(seed, {TreeArithmetic::compensated, true}, outputs, 3 + seed % 6);
      Graph after = before;
      REQUIRE(pack_trees(after, after.nodes[0]));
      CHECK(after.nodes[0].as<parameters::PackedTrees>().function == TreeSum::shares);
      CHECK(after.nodes[0].as<parameters::PackedTrees>().rest == (outputs == 2));
      const std::vector<std::byte> wanted = answer(before, rows_of(seed)), got = answer(after, rows_of(seed));
      REQUIRE(wanted.size() == got.size());
      for (std::size_t i = 0; i < wanted.size(); i += 4) {
        float a, b;
        std::memcpy(&a, wanted.data() + i, 4), std::memcpy(&b, got.data() + i, 4);
        CHECK(std::abs(a - b) <= 0x1p-23f);
        CHECK((a == 0) == (b == 0));
      }
    }
  }

  TEST_CASE("sets of categories, and trees of which one is far deeper than most, stay as they are") {
    Graph graph;
    const ValueId x = graph.add_input("x", {DataType::float32, {1, 1}});
    Forest forest(1, 1, 1, TreeArithmetic::float32);
    TreeNodes chain;
    for (std::int64_t n = 0; n < 81; ++n) {
      const bool is_leaf = n % 2 == 1 || n == 80;
      chain.left.push_back(is_leaf ? -1 : n + 1), chain.right.push_back(is_leaf ? -1 : n + 2);
      chain.feature.push_back(0), chain.threshold.push_back(static_cast<double>(n));
    }
    const TreeNodes leaf{{-1}, {-1}, {0}, {0}, {}};
    forest.add(chain, 0, [](std::size_t) { return std::vector<double>{1}; });
    for (int i = 0; i < 200; ++i) forest.add(leaf, 0, [](std::size_t) { return std::vector<double>{1}; });
    graph.add_output("y", forest.finish(graph, x, 1, "trees"));
    CHECK_FALSE(pack_trees(graph, graph.nodes[0]));
    CHECK(graph.nodes[0].op() == Operator::tree_ensemble);
  }
}

}  // namespace
}  // namespace nacre::tools
