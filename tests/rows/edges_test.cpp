#include "tools/rows/edges.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "tools/evaluate/evaluate.hpp"
#include "tools/trees/forest.hpp"

namespace nacre::tools::test {
namespace edges_test {

/// Whether the last bits of a third of each of two numbers decide about a tree that asks whether the second is at most
/// `threshold`, or about one that asks the row itself.
bool is_near(const std::vector<double>& row, double threshold, bool behind_a_step, bool is_float32 = false) {
  Graph graph;
  ValueId x = graph.add_input("x", {DataType::float32, {1, 2}});
  if (behind_a_step) x = add_fully_connected(graph, x, {1.0 / 3, 0, 0, 1.0 / 3}, {0, 0}, "thirds");
  Forest forest(2, 1, 1, TreeArithmetic::float64);
  forest.add({{1, -1, -1}, {2, -1, -1}, {1, 0, 0}, {threshold, 0, 0}, {}}, 0,
             [](std::size_t node) { return std::vector<double>{static_cast<double>(node)}; });
  graph.add_output("y", forest.finish(graph, x, 1, "trees"));
  const Edges edges(graph);
  CHECK(edges.any() == behind_a_step);
  return edges.any() &&
         edges.are_near(evaluate(graph, {{graph.type(graph.inputs[0].value), row, {}, {}}}), is_float32);
}

TEST_SUITE("rows/edges") {
  TEST_CASE("a number that a step computes is on an edge if its last bits decide, to either side") {
    const double third = 0.1 * (1.0 / 3);
    CHECK(is_near({5, 0.1}, third, true));
    CHECK(is_near({5, 0.1}, std::nextafter(third, 0.0), true));
    CHECK(is_near({5, 0.1}, third + 1e-9, true));  // a third is a float32 in the file
    CHECK(!is_near({5, 0.1}, third + 1e-8, true));
    CHECK(!is_near({5, 0.1}, third - 1e-8, true));
    CHECK(is_near({5, 0.1}, third - 1e-8, true, true));  // a library's float32, beside 5/3
    CHECK(!is_near({5, 0.1}, third - 1e-5, true, true));
  }

  TEST_CASE("a difference is as uncertain as what it is made of") {
    for (const double size : {1.0, 1e19}) {
      Graph graph;
      const ValueId x = graph.add_input("x", {DataType::float32, {1, 1}});
      Program program;
      program.instructions.push_back({MapFunction::subtract, DataType::float32, DataType::float32,
                                      {{Operand::Kind::input, 0}, {Operand::Kind::input, 1}}});
      const auto apart = [&](double center) {
        const ValueId from = add_scaler(graph, x, {{ScalerStep::Kind::subtract, {center}}}, "from");
        parameters::Activation square;
        square.function = ActivationFunction::square;
        return graph.add(square, {from}, "square");
      };
      const ValueId y = graph.add_map(std::move(program), {apart(3), apart(5.1)}, "difference");
      Forest forest(1, 1, 1, TreeArithmetic::float64);
      forest.add({{1, -1, -1}, {2, -1, -1}, {0, 0, 0}, {0, 0, 0}, {}}, 0,
                 [](std::size_t node) { return std::vector<double>{static_cast<double>(node)}; });
      graph.add_output("y", forest.finish(graph, y, 1, "trees"));
      const Edges edges(graph);
      REQUIRE(edges.any());
      CHECK(edges.are_near(evaluate(graph, {{graph.type(x), {size}, {}, {}}}), false) == (size > 1));
    }
  }

  TEST_CASE("what trees ask of a row itself is not computed, nor are sums and products of whole numbers rounded") {
    CHECK(!is_near({5, 0.1}, 0.1, false));
    CHECK(is_near({5, 6}, 6 * (1.0 / 3), true));  // 2, of thirds
    for (const auto& [row, near] : {std::pair(std::vector{5.0, 6.0}, false), std::pair(std::vector{5.5, 6.0}, true)}) {
      Graph graph;
      const ValueId x = graph.add_input("x", {DataType::float32, {1, 2}});
      parameters::Binary product;
      product.function = BinaryFunction::multiply;
      const ValueId y = graph.add(product, {x, graph.add_constant({2}, {3.0, 7.0})}, "product");
      Forest forest(2, 1, 1, TreeArithmetic::float64);
      forest.add({{1, -1, -1}, {2, -1, -1}, {0, 0, 0}, {3 * row[0], 0, 0}, {}}, 0,
                 [](std::size_t node) { return std::vector<double>{static_cast<double>(node)}; });
      graph.add_output("y", forest.finish(graph, y, 1, "trees"));
      const Edges edges(graph);
      CHECK(edges.are_near(evaluate(graph, {{graph.type(x), row, {}, {}}}), false) == near);
    }
  }
}

}  // namespace edges_test
}  // namespace nacre::tools::test
