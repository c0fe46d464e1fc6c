#include "tools/rows/open_choices.hpp"

#include <doctest/doctest.h>

#include "tests/support/files.hpp"
#include "tests/support/models.hpp"
#include "tests/support/program.hpp"
#include "tools/evaluate/evaluate.hpp"
#include "tools/graph/moves.hpp"

namespace nacre::tools::test {
namespace open_choices_test {

/// The targets of the two smallest of four numbers, added up.
Graph sum_of_nearest(const std::vector<double>& targets, std::optional<Choice> choice) {
  Graph graph;
  const ValueId x = graph.add_input("x", {DataType::float64, {1, 4}});
  parameters::Neighbors table;
  table.k = 2;
  graph.add(table, {x, graph.add_constant(Array::of(ElementType::float64, {1, 1}, std::vector{0.0}),
                                          DataType::float64)});
  graph.nodes.back().choice = std::move(choice);
  const ValueId found = graph.nodes.back().outputs[1];
  const ValueId read = add_lookup(graph, graph.add_constant({4}, targets), found, "targets");
  graph.add_output("y", read);
  return graph;
}

std::optional<std::string> judged(const std::vector<double>& targets, std::optional<Choice> choice,
                                  std::vector<double> distances) {
  const Graph graph = sum_of_nearest(targets, std::move(choice));
  const Tensor64 x{{DataType::float64, {1, 4}}, Numbers(std::move(distances)), {}};
  return find_open_choice(graph, evaluate(graph, {x}), 1);
}

TEST_SUITE("open choices") {
  TEST_CASE("a row is open where equally far rows have different targets, and both are named") {
    const Choice open{Choice::Ties::open, 0, 0, 0, {10, 11, 12, 13}};
    const auto why = judged({1, 2, 3, 4}, open, {5, 1, 5, 9});
    REQUIRE(why);
    CHECK(why->find("the training rows 10 and 12 are equally far") != std::string::npos);
    CHECK(!judged({1, 2, 1, 4}, open, {5, 1, 5, 9}));
    CHECK(!judged({1, 2, 3, 4}, open, {5, 1, 6, 9}));
    CHECK(!judged({1, 2, 3, 4}, std::nullopt, {5, 1, 5, 9}));
    CHECK(!judged({1, 2, 3, 4}, Choice{}, {5, 1, 5, 9}));
  }

  TEST_CASE("targets that differ by less than the tolerance of answers leave nothing open") {
    CHECK(!judged({1000, 2, 1000.0001, 4}, Choice{Choice::Ties::open}, {5, 1, 5, 9}));
  }

  TEST_CASE("rows of recorded models that the library may answer otherwise are refused, and predicted if allowed") {
    for (const char* name : {"tenths_1.8.0", "tenths_1.1.3", "whole_1.8.0", "whole_1.1.3", "imputer_1.8.0",
                             "imputer_1.1.3", "radius_1.8.0", "radius_1.1.3", "text_1.8.0", "text_1.1.3"}) {
      CAPTURE(name);
      const TemporaryFolder folder;
      const std::string saved = fixture(std::string("neighbors/") + name), model = folder.file("model.nacre");
      REQUIRE(nacre({"convert", saved + ".pkl", "-o", model}).status == 0);
      CHECK(nacre({"run", model, "--input", saved + ".in.npy"}).err == "");
      const Outcome refused = nacre({"run", model, "--input", saved + ".open.npy"});
      CHECK(refused.status == 1);
      CHECK(refused.err.find("row 0: the training row") != std::string::npos);
      CHECK(refused.err.find("the answer with it; train it with algorithm=") != std::string::npos);
      const Outcome allowed = nacre({"run", model, "--input", saved + ".open.npy", "--allow-rounding"});
      CHECK(allowed.status == 0);
      CHECK(allowed.err.find("(12 of 12 rows may differ from the library)") != std::string::npos);
    }
  }

  TEST_CASE("golden rows are held to the same") {
    const TemporaryFolder folder;
    const std::string saved = fixture("neighbors/tenths_1.8.0"), model = folder.file("model.nacre");
    CHECK(nacre({"convert", saved + ".pkl", "-o", model, "--golden", saved + ".open.npy"}).err.find("equally far") !=
          std::string::npos);
    CHECK(nacre({"convert", saved + ".pkl", "-o", model, "--golden", saved + ".in.npy"}).status == 0);
  }

  TEST_CASE("a search in a tree and a search of few whole numbers leave nothing open") {
    for (const char* name : {"tenths_tree_1.8.0", "tenths_powers_1.8.0", "whole_as_float_1.8.0", "centroid_1.8.0"}) {
      CAPTURE(name);
      const TemporaryFolder folder;
      const std::string saved = fixture(std::string("neighbors/") + name), model = folder.file("model.nacre");
      REQUIRE(nacre({"convert", saved + ".pkl", "-o", model}).status == 0);
      CHECK(nacre({"run", model, "--input", saved + ".in.npy"}).err == "");
    }
  }
}

}  // namespace open_choices_test
}  // namespace nacre::tools::test
