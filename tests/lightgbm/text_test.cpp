#include <doctest/doctest.h>

#include <cmath>

#include "tests/support/models.hpp"
#include "tests/support/parts.hpp"
#include "tools/common/refusal.hpp"
#include "tools/evaluate/evaluate.hpp"
#include "tools/lightgbm/graph.hpp"

namespace nacre::tools {
namespace {

/// x0 <= 0.5 ? 10 : 20, after `changes` of lines: what a line begins with, and what stands there instead.
std::string text(const std::vector<std::pair<std::string, std::string>>& changes = {}) {
  std::string result =
      "tree\nversion=v4\nnum_class=1\nnum_tree_per_iteration=1\nmax_feature_idx=1\nobjective=regression\n"
      "feature_names=a b\n\nTree=0\nnum_leaves=2\nnum_cat=0\nsplit_feature=0\nthreshold=0.5\ndecision_type=2\n"
      "left_child=-1\nright_child=-2\nleaf_value=10 20\nis_linear=0\nshrinkage=1\n\n\nend of trees\n\n"
      "pandas_categorical:null\n";
  for (const auto& [begin, line] : changes) {
    const std::size_t at = result.find("\n" + begin) + 1;
    result.replace(at, result.find('\n', at) - at, line);
  }
  return result;
}

double answer(const std::string& model, double x) {
  const Graph graph = lightgbm_graph(read_lightgbm_text(model));
  return evaluate(graph, {{{DataType::float32, {1, 2}}, {x, 0}, {}}})[graph.outputs[0].value].values.at(0);
}

TEST_SUITE("LightGBM's text") {
  TEST_CASE("a value equal to a threshold goes left, in float64") {
    CHECK(answer(text(), 0.5) == 10);
    CHECK(answer(text({{"threshold", "threshold=0.49999999999999994"}}), 0.5) == 20);
  }

  TEST_CASE("a missing value is 0, or goes the default way, as training met it") {
    CHECK(answer(text(), NAN) == 10);                                    // none: 0 <= 0.5
    CHECK(answer(text({{"threshold", "threshold=-1"}}), NAN) == 20);     // none: 0 > -1
    CHECK(answer(text({{"decision_type", "decision_type=8"}}), NAN) == 20);   // NaN, right
    CHECK(answer(text({{"decision_type", "decision_type=10"}}), NAN) == 10);  // NaN, left
    for (const double zero : {0.0, 1e-35, -1e-36, static_cast<double>(NAN)}) {
      CHECK(answer(text({{"decision_type", "decision_type=4"}}), zero) == 20);  // zero, right
      CHECK(answer(text({{"decision_type", "decision_type=6"}, {"threshold", "threshold=-1"}}), zero) == 10);
    }
    CHECK(answer(text({{"decision_type", "decision_type=4"}}), 0.1) == 10);
  }

  TEST_CASE("numbers of at most 1e-35 in magnitude are 0 before they are compared") {
    constexpr double kZero = 1e-35f;
    for (const double zero : {-kZero, -1e-36, 0.0, kZero}) {
      CAPTURE(zero);
      CHECK(answer(text({{"threshold", "threshold=-1.0000000180025095e-35"}}), zero) == 20);
      CHECK(answer(text({{"threshold", "threshold=1e-40"}}), zero) == 10);
    }
    CHECK(answer(text({{"threshold", "threshold=-1.0000000180025095e-35"}}), -1.1e-35) == 10);
    CHECK(answer(text({{"threshold", "threshold=1e-40"}}), 1.1e-35) == 20);
  }

  TEST_CASE("codes in a set go left, all else right") {
    const std::string sets = text({{"decision_type", "decision_type=1\ncat_boundaries=0 2\ncat_threshold=5 1"},
                                   {"threshold", "threshold=0"},
                                   {"num_cat", "num_cat=1"}});
    for (const double in : {0.0, 2.0, 2.9, -0.5, 32.0}) CHECK(answer(sets, in) == 10);
    for (const double out : {1.0, 3.0, 33.0, 64.0, -1.0, 1e12, static_cast<double>(INFINITY), static_cast<double>(NAN)})
      CHECK(answer(sets, out) == 20);
  }

  TEST_CASE("a linear leaf gives its constant where it needs what is missing") {
    const std::string linear = text({{"is_linear", "is_linear=1\nleaf_const=1 2\nnum_features=2 0\n"
                                                   "leaf_features=0 1  \nleaf_coeff=4 8  "}});
    const auto of = [&](double a, double b) {
      const Graph graph = lightgbm_graph(read_lightgbm_text(linear));
      return evaluate(graph, {{{DataType::float32, {1, 2}}, {a, b}, {}}})[graph.outputs[0].value].values.at(0);
    };
    CHECK(of(0.25, 2) == 18);
    CHECK(of(0.25, NAN) == 10);
    CHECK(of(1, NAN) == 2);
  }

  TEST_CASE("a refusal draws an objective that is not known beside features and trees that are") {
    const auto drawn = [](const std::string& model) {
      return test::drawn([&] { (void)lightgbm_graph(read_lightgbm_text(model)); });
    };
    CHECK(drawn(text({{"objective", "objective=mine"}})) ==
          test::Lines{"✓ 2 features", "✓ 1 trees", "✗ objective mine",
                      "   has the objective mine, which is not known",
                      "   → train it with an objective of LightGBM 2 to 4"});
    const test::Lines both =
        drawn(text({{"objective", "objective=mine"}, {"pandas_categorical", "pandas_categorical:[[\"a\"]]"}}));
    REQUIRE(both.size() == 7);
    CHECK(both[0] == "✗ 2 features");
  }

  TEST_CASE("lines may end as on Windows") {
    std::string windows;
    for (const char c : text()) windows += c == '\n' ? std::string("\r\n") : std::string(1, c);
    CHECK(answer(windows, 0) == 10);
  }

  TEST_CASE("trees that are none are refused") {
    std::string model;
    SUBCASE("a child is its parent") { model = text({{"left_child", "left_child=0"}}); }
    SUBCASE("a split that does not exist") { model = text({{"left_child", "left_child=1"}}); }
    SUBCASE("a leaf that does not exist") { model = text({{"left_child", "left_child=-3"}}); }
    SUBCASE("a feature that does not exist") { model = text({{"split_feature", "split_feature=2"}}); }
    SUBCASE("a feature below zero") { model = text({{"split_feature", "split_feature=-1"}}); }
    SUBCASE("too few leaves") { model = text({{"leaf_value", "leaf_value=10"}}); }
    SUBCASE("too few thresholds") { model = text({{"threshold", "threshold="}}); }
    SUBCASE("a set that does not exist") { model = text({{"decision_type", "decision_type=1"}}); }
    SUBCASE("a set beyond its words") {
      model = text({{"decision_type", "decision_type=1\ncat_boundaries=0 9\ncat_threshold=1"},
                    {"threshold", "threshold=0"}});
    }
    SUBCASE("a number that is none") { model = text({{"threshold", "threshold=0,5"}}); }
    SUBCASE("a leaf without number") { model = text({{"leaf_value", "leaf_value=nan 1"}}); }
    SUBCASE("no trees in a round") { model = text({{"num_tree_per_iteration", "num_tree_per_iteration=0"}}); }
    SUBCASE("too many features") { model = text({{"max_feature_idx", "max_feature_idx=99999999999"}}); }
    SUBCASE("an unknown objective") { model = text({{"objective", "objective=unknown"}}); }
    SUBCASE("another file") { model = "forest\n"; }
    CHECK_THROWS_AS((void)answer(model, 0), Refusal);
  }
}

}  // namespace
}  // namespace nacre::tools
