#include "tools/rows/ties.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "tests/support/files.hpp"
#include "tests/support/models.hpp"
#include "tests/support/program.hpp"
#include "tools/evaluate/evaluate.hpp"
#include "tools/rows/averages.hpp"
#include "tools/trees/forest.hpp"

namespace nacre::tools::test {
namespace ties_test {

TEST_SUITE("rows/ties") {
  TEST_CASE("a row whose classes share the votes of a forest is refused, and predicted if allowed") {
    const TemporaryFolder folder;
    const std::string saved = fixture("decimal/tied_forest"), model = folder.file("model.nacre");
    REQUIRE(nacre({"convert", saved + ".pkl", "-o", model}).status == 0);
    CHECK(nacre({"run", model, "--input", saved + ".in.npy"}).err == "");
    const Outcome refused = nacre({"run", model, "--input", saved + ".open.npy"});
    CHECK(refused.status == 1);
    CHECK(refused.err.find("row 0: the classes ") != std::string::npos);
    CHECK(refused.err.find("the last bit of its sums; add --allow-rounding") != std::string::npos);
    CHECK(nacre({"run", model, "--input", saved + ".open.npy", "--allow-rounding"}).status == 0);
  }

  TEST_CASE("shares of leaves that add up to half of the votes, but in the library's sums, are refused") {
    const TemporaryFolder folder;
    const std::string saved = fixture("decimal/tied_whole"), model = folder.file("model.nacre");
    REQUIRE(nacre({"convert", saved + ".pkl", "-o", model}).status == 0);
    const Outcome refused = nacre({"run", model, "--input", saved + ".open.npy"});
    CHECK(refused.status == 1);
    CHECK(refused.err.find("row 0: the classes 0 and 1, counted from 0, have the same share of votes") !=
          std::string::npos);
  }

  TEST_CASE("a tie that the library's own sums decide as the device does is none") {
    // Thirds and fifths, whose sums in float64 are equal or not, tree by tree.
    const auto agrees = [](const std::vector<std::vector<double>>& leaves, std::size_t first, std::size_t other) {
      Graph graph;
      const ValueId x = graph.add_input("x", {DataType::float32, {1, 1}});
      Forest forest(1, leaves[0].size(), static_cast<double>(leaves.size()));
      for (const std::vector<double>& leaf : leaves)
        forest.add({{-1}, {-1}, {0}, {0}, {}}, 0, [&](std::size_t) { return leaf; });
      const ValueId shares = forest.finish(graph, x, static_cast<std::int64_t>(leaves[0].size()), "trees");
      graph.add_output("predict_proba", shares);
      graph.add_output("predict", graph.add(parameters::ArgMax{}, {shares}, "largest"));
      Ties ties(graph);
      REQUIRE(ties.any());
      const auto values = evaluate(graph, {{graph.type(x), std::vector<double>{0}, {}, {}}});
      return ties.library_agrees({0, first, other, false}, graph, values);
    };
    const double a = 1.0 / 3, b = 2.0 / 3, c = 0.1, d = 0.2, e = 0.3;
    REQUIRE(c + d > e);  // in float64
    CHECK(agrees({{a, b}, {b, a}, {0.5, 0.5}}, 0, 1));
    CHECK(agrees({{c, e, 0.6}, {d, 0, 0.8}, {0.7, 0.3, 0}}, 2, 0));
    CHECK(!agrees({{a, b}, {4.0 / 7, 3.0 / 7}, {0.5, 0.5}, {b, a}, {0.5, 0.5}, {3.0 / 7, 4.0 / 7}}, 0, 1));  // 3 : 3
    CHECK(!agrees({{e, c, 0.6}, {0, d, 0.8}, {0.7, 0.7, 0}}, 0, 1));
    CHECK(!agrees({{std::sqrt(0.1), 1 - std::sqrt(0.1)}, {1, 0}}, 0, 1));  // of no counts
  }

  TEST_CASE("votes of whole trees are half of them in the library too, and a threshold compares no classes") {
    for (const char* name : {"decimal/tied_votes", "decimal/tied_threshold"}) {
      CAPTURE(name);
      const TemporaryFolder folder;
      const std::string saved = fixture(name), model = folder.file("model.nacre");
      REQUIRE(nacre({"convert", saved + ".pkl", "-o", model}).status == 0);
      CHECK(nacre({"run", model, "--input", saved + ".in.npy"}).err == "");
    }
  }

  TEST_CASE("a row of which sure members of a bag say different things is refused") {
    const TemporaryFolder folder;
    const std::string saved = fixture("options_sklearn/"), model = folder.file("model.nacre");
    REQUIRE(nacre({"convert", saved + "shares_1.3.2.pkl.gz", "--select", "8", "-o", model}).status == 0);
    const Outcome refused = nacre({"run", model, "--input", saved + "beyond.npy", "--answer", "predict"});
    CHECK(refused.status == 1);
    CHECK(refused.err.find("the classes 0 and 1, counted from 0, have the same mean but for a last bit; ") !=
          std::string::npos);
  }

  TEST_CASE("a row whose classes have the same mean in float64 is refused, but for votes that are whole numbers") {
    const auto tie_of = [](double sure, const std::vector<double>& row) {
      Graph graph;
      const ValueId x = graph.add_input("x", {DataType::float64, {1, 2}});
      std::vector<ValueId> members;
      for (const std::vector<double>& bias : {std::vector{sure, 1 - sure}, std::vector{1 - sure, sure}})
        members.push_back(add_fully_connected(graph, x, {1, 0, 0, 1}, bias, "member" + std::to_string(bias[0])));
      Program mean;
      mean.then(MapFunction::add, DataType::float64, {{Operand::Kind::input, 0}, {Operand::Kind::input, 1}});
      const ValueId shares = graph.add_map(std::move(mean), members, "mean");
      graph.add_output("label", graph.add(parameters::ArgMax{}, {shares}, "largest"));
      const Averages averages(graph);
      REQUIRE(averages.any());
      return averages.find(evaluate(graph, {{graph.type(x), row, {}, {}}}));
    };
    CHECK(tie_of(0.9999, {0, 0}) == std::pair<std::size_t, std::size_t>(0, 1));
    CHECK(tie_of(0.9999, {1e-16, 0}));
    CHECK(!tie_of(0.9999, {1e-12, 0}));
    CHECK(!tie_of(1, {0, 0}));
  }

  TEST_CASE("a row about whose class members of AdaBoost are equally sure is refused") {
    for (const char* name : {"open/samme_r_2", "open/samme_r_3"}) {
      CAPTURE(name);
      const TemporaryFolder folder;
      const std::string saved = fixture(name), model = folder.file("model.nacre");
      REQUIRE(nacre({"convert", saved + ".pkl", "-o", model}).status == 0);
      CHECK(nacre({"run", model, "--input", saved + ".in.npy"}).err == "");
      const Outcome refused = nacre({"run", model, "--input", saved + ".open.npy"});
      CHECK(refused.status == 1);
      CHECK(refused.err.find("have the same mean but for a last bit") != std::string::npos);
    }
  }

  TEST_CASE("two classes tie whose scores cancel but for the last bit of what is added up, as in SAMME.R") {
    const auto ties = [](const std::vector<double>& first, const std::vector<double>& second) {
      Graph graph;
      const ValueId x = graph.add_input("x", {DataType::float64, {1, 1}});
      std::vector<ValueId> members;
      for (const std::vector<double>& scores : {first, second})
        members.push_back(
            add_fully_connected(graph, x, {0, 0}, scores, "member" + std::to_string(members.size())));
      Program sum;
      sum.then(MapFunction::add, DataType::float64, {{Operand::Kind::input, 0}, {Operand::Kind::input, 1}});
      const ValueId scores = graph.add_map(std::move(sum), members, "sum");
      const ValueId decision = add_fully_connected(graph, scores, {-1, 1}, {0}, "decision");
      Program label;
      label.then(MapFunction::greater, DataType::float64,
                 {{Operand::Kind::input, 0}, label.literal(0, DataType::float64)});
      graph.add_output("label", graph.add_map(std::move(label), {decision}, "label"));
      const Averages averages(graph);
      REQUIRE(averages.any());
      return averages.find(evaluate(graph, {{graph.type(x), std::vector<double>{0}, {}, {}}})).has_value();
    };
    CHECK(ties({0.3, -0.3}, {-0.3, 0.3}));
    CHECK(ties({0.3, -0.3}, {-0.3 + 0x1p-54, 0.3 - 0x1p-54}));
    CHECK(!ties({0.3, -0.3}, {-0.3 + 1e-12, 0.3 - 1e-12}));
  }
}

}  // namespace ties_test
}  // namespace nacre::tools::test
