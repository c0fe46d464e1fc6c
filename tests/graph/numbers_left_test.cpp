#include "tools/graph/numbers_left.hpp"

#include <doctest/doctest.h>

#include <limits>

namespace nacre::tools::test {
namespace numbers_left_test {

/// A logarithm, and what becomes of it before an estimator that refuses NaN and infinity.
struct Chain {
  Graph graph;
  ValueId x = graph.add_input("x", {DataType::float32, {1, 2}}), logarithm;

  Chain() {
    parameters::Activation table;
    table.function = ActivationFunction::log;
    logarithm = graph.add(table, {x}, "log");
  }
  void refuse(ValueId read) {
    graph.values[read].refuses_missing = graph.values[read].refuses_infinite = true;
    hand_back_refused_values(graph);
  }
  bool missing() const { return graph.values[logarithm].refuses_missing; }
  bool infinite() const { return graph.values[logarithm].refuses_infinite; }
};

TEST_SUITE("numbers that are left") {
  TEST_CASE("what an estimator refuses is refused of the layers that made it, past scalers, sums and products") {
    Chain chain;
    const ValueId scaled = add_affine(chain.graph, chain.logarithm, {1, 1}, {2, 2}, {0, 0}, "scaler");
    chain.refuse(add_fully_connected(chain.graph, scaled, {1, 0, 0, 1}, {0, 0}, "projection"));
    CHECK(chain.missing());
    CHECK(chain.infinite());
    CHECK(chain.graph.values[chain.x].refuses_missing);  // of NaN comes NaN
    CHECK(!chain.graph.values[chain.x].refuses_infinite);  // of infinity something else may come
  }

  TEST_CASE("limits bring infinity back among the numbers, and NaN they do not") {
    Chain chain;
    parameters::Affine limits;
    limits.minimum = -10;
    limits.maximum = std::numeric_limits<float>::infinity();
    chain.refuse(add_affine(chain.graph, chain.logarithm, {0}, {1}, {0}, "clip", limits));
    CHECK(chain.missing());
    CHECK(!chain.infinite());
  }

  TEST_CASE("a choice between two numbers may leave NaN aside") {
    Chain chain;
    Program program;
    program.then(MapFunction::maximum, DataType::float32, {{Operand::Kind::input, 0}, {Operand::Kind::input, 1}});
    chain.refuse(chain.graph.add_map(std::move(program), {chain.logarithm, chain.x}, "larger"));
    CHECK(!chain.missing());
    CHECK(!chain.infinite());
  }

  TEST_CASE("logarithms, quotients and literals that are NaN may leave the numbers, sums do not") {
    Chain chain;
    CHECK(may_leave_numbers(chain.graph.nodes.back()));
    Program program;
    program.then(MapFunction::add, DataType::float32,
                 {{Operand::Kind::input, 0}, program.literal(1, DataType::float32)});
    chain.graph.add_map(program, {chain.x}, "sum");
    CHECK(!may_leave_numbers(chain.graph.nodes.back()));
    program.then(MapFunction::divide, DataType::float32,
                 {program.literal(1, DataType::float32), {Operand::Kind::output}});
    chain.graph.add_map(program, {chain.x}, "quotient");
    CHECK(may_leave_numbers(chain.graph.nodes.back()));
  }
}

}  // namespace numbers_left_test
}  // namespace nacre::tools::test
