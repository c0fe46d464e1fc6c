#include "tools/precision/widen.hpp"

#include <algorithm>

#include "tests/support/graphs.hpp"
#include "tools/trees/forest.hpp"

namespace nacre::tools::test {
namespace {

const Node& named(const Graph& graph, const std::string& name) {
  return *std::find_if(graph.nodes.begin(), graph.nodes.end(), [&](const Node& node) { return node.name == name; });
}

DataType type_after(const Graph& graph, const std::string& name) {
  return graph.type(named(graph, name).outputs[0]).type;
}

/// One tree that asks about the first column.
ValueId tree_on(Graph& graph, ValueId x) {
  Forest forest(graph.type(x).last(), 1, 1);
  const TreeNodes question{{1, -1, -1}, {2, -1, -1}, {0, 0, 0}, {0.5, 0, 0}, {}};
  forest.add(question, 0, [](std::size_t node) { return std::vector<double>{node == 2 ? 1.0 : 0.0}; });
  return forest.finish(graph, x, 1, "trees");
}

/// x -> first -> second -> softmax, and the scores of the second are an output too.
struct Chain {
  Graph graph;
  ValueId x, first, second, shares;

  Chain() {
    x = graph.add_input("x", {DataType::float32, {1, 2}});
    first = add_fully_connected(graph, x, {1, 2, 3, 4}, {0, 1}, "first");
    second = add_fully_connected(graph, first, {1, 2, 3, 4}, {0, 1}, "second");
    shares = graph.add(parameters::Softmax{}, {second}, "shares");
    graph.add_output("shares", shares);
    graph.add_output("scores", second);
  }
};

TEST_SUITE("widen") {
  TEST_CASE("a layer in float64 has inputs and constants of float64; what follows reads float32") {
    const Chain chain;
    const Graph wide = widen(chain.graph, leading_to(chain.graph, "first"));
    CHECK(operators_of(wide) == std::vector{Operator::fully_connected, Operator::cast, Operator::fully_connected,
                                            Operator::softmax});
    CHECK(wide.type(chain.x).type == DataType::float64);
    for (const ValueId input : named(wide, "first").inputs) CHECK(wide.type(input).type == DataType::float64);
    for (const ValueId input : named(wide, "second").inputs) CHECK(wide.type(input).type == DataType::float32);
    CHECK(type_after(wide, "first") == DataType::float64);
    CHECK(type_after(wide, "second") == DataType::float32);
    CHECK(widened_bytes(chain.graph, wide) == 6 * 4);
    CHECK(wide.values[chain.graph.nodes[0].inputs[1]].type.type == DataType::float32);  // others may share it
  }

  TEST_CASE("all that leads to a layer is float64, and an output of it stays so") {
    const Chain chain;
    const Graph wide = widen(chain.graph, leading_to(chain.graph, "second"));
    CHECK(operators_of(wide) == std::vector{Operator::fully_connected, Operator::fully_connected, Operator::cast,
                                            Operator::softmax});
    CHECK(wide.type(wide.outputs[0].value).type == DataType::float32);
    CHECK(wide.type(wide.outputs[1].value) == TensorType{DataType::float64, {1, 2}});
  }

  TEST_CASE("softmax is float64 where it is asked for, and reads what has been rounded where it is not") {
    const Chain chain;
    CHECK(can_widen(chain.graph, named(chain.graph, "shares")));
    CHECK(type_after(widen(chain.graph, leading_to(chain.graph, "shares")), "shares") == DataType::float64);
    CHECK(type_after(widen(chain.graph, leading_to(chain.graph, "second")), "shares") == DataType::float32);
  }

  TEST_CASE("what adds up shares and compares them is float64 from the shares on, and the scores stay float32") {
    Chain chain;
    Graph& graph = chain.graph;
    parameters::Activation sigmoid;
    sigmoid.function = ActivationFunction::sigmoid;
    const ValueId others = graph.add(sigmoid, {chain.first}, "others");
    const ValueId sum = graph.add(parameters::Binary{}, {chain.shares, others}, "sum");
    const ValueId spread = add_fully_connected(graph, sum, {1, 0, 0, 1}, {0, 0}, "spread");
    graph.add_output("label", graph.add(parameters::ArgMax{}, {spread}, "label"));
    const Graph wide = widen(graph, from_shares_to(graph, "label"));
    CHECK(wide.type(chain.x).type == DataType::float32);
    for (const char* name : {"first", "second"}) CHECK(type_after(wide, name) == DataType::float32);
    for (const char* name : {"shares", "others", "sum", "spread"}) CHECK(type_after(wide, name) == DataType::float64);
  }

  TEST_CASE("shares that trees give are float64 sums of what they ask about float32") {
    Graph graph;
    const ValueId x = graph.add_input("x", {DataType::float32, {1, 2}});
    const ValueId both = graph.add(parameters::Binary{}, {tree_on(graph, x), tree_on(graph, x)}, "sum");
    graph.add_output("label", graph.add(parameters::ArgMax{}, {both}, "label"));
    const Graph wide = widen(graph, from_shares_to(graph, "label"));
    const Node& trees = named(wide, "trees");
    CHECK(wide.type(trees.inputs[0]).type == DataType::float32);
    CHECK(wide.type(trees.inputs[4]).type == DataType::float64);
    CHECK(wide.type(trees.outputs[0]).type == DataType::float64);
    CHECK(trees.as<parameters::TreeEnsemble>().function == TreeSum::plain);
  }

  TEST_CASE("scores that are compared as they are stay float32") {
    Chain chain;
    chain.graph.add_output("label", chain.graph.add(parameters::ArgMax{}, {chain.second}, "label"));
    CHECK(type_after(widen(chain.graph, from_shares_to(chain.graph, "label")), "second") == DataType::float32);
  }

  TEST_CASE("what leads to softmax behind a reshape is float64 too") {
    Chain chain;
    const ValueId flat = add_reshape(chain.graph, chain.shares, {2}, "flat");
    const Layers layers = leading_to(chain.graph, std::vector{flat});
    CHECK(layers.size() == leading_to(chain.graph, "shares").size() + 1);
  }

  TEST_CASE("what trees answer is float32, and so is all that reads nothing else") {
    Graph graph;
    const ValueId x = graph.add_input("x", {DataType::float32, {1, 2}});
    const ValueId votes = tree_on(graph, x);
    const ValueId mean = add_affine(graph, votes, {0}, {2}, {0}, "mean");
    graph.add_output("y", mean);
    CHECK(leading_to(graph, std::vector{mean}).empty());
  }

  TEST_CASE("labels are decided in float64, and reshapes keep it") {
    Graph graph;
    const ValueId x = graph.add_input("x", {DataType::float32, {1, 2}});
    const ValueId scores = add_fully_connected(graph, x, {1, 2, 3, 4}, {0, 0}, "scores");
    graph.add_output("index", graph.add(parameters::ArgMax{}, {scores}, "index"));
    graph.add_output("scores", add_reshape(graph, scores, {2, 1}, "column"));
    const Graph wide = widen(graph, leading_to(graph, "scores"));
    CHECK(operators_of(wide) == std::vector{Operator::fully_connected, Operator::arg_max, Operator::reshape});
    CHECK(type_after(wide, "column") == DataType::float64);
    CHECK(type_after(wide, "index") == DataType::int32);
  }

  TEST_CASE("scores that are scaled for a label alone stay float64, those that are an answer do not") {
    for (const bool is_answer : {false, true}) {
      Graph graph;
      const ValueId x = graph.add_input("x", {DataType::float32, {1, 2}});
      const ValueId score = add_fully_connected(graph, x, {1e-200, 1e-200}, {0}, "score");
      const auto map = [&](MapFunction function, ValueId of, double number, const char* name) {
        Program program;
        program.then(function, DataType::float32,
                     {{Operand::Kind::input, 0}, program.literal(number, DataType::float32)});
        return graph.add_map(std::move(program), {of}, name);
      };
      const ValueId scaled = map(MapFunction::multiply, score, -1, "scaled");
      graph.add_output("label", map(MapFunction::greater, scaled, 0, "label"));
      if (is_answer) graph.add_output("scaled", scaled);
      const Graph wide = widen(graph, leading_to(graph, "score"));
      CHECK(type_after(wide, "scaled") == (is_answer ? DataType::float32 : DataType::float64));
    }
  }

  TEST_CASE("before trees all layers are float64 or none, and the trees read float32") {
    Graph graph;
    const ValueId x = graph.add_input("x", {DataType::float32, {1, 2}});
    const ValueId scaled = add_affine(graph, x, {1}, {2}, {0}, "scaler");
    const ValueId turned = add_fully_connected(graph, scaled, {1, 2, 3, 4}, {0, 0}, "turn");
    graph.add_output("y", tree_on(graph, turned));
    const Layers layers = leading_to(graph, "scaler");
    CHECK(layers == leading_to(graph, "turn"));
    CHECK(operators_of(widen(graph, layers)) == std::vector{Operator::affine, Operator::fully_connected, Operator::cast,
                                                            Operator::tree_ensemble});
    CHECK(readers_of_rounded_inputs(widen(graph, layers)).empty());
  }

  TEST_CASE("who reads an input of float64 as float32 is found, also behind layers that move") {
    Chain chain;
    const ValueId other = add_fully_connected(chain.graph, add_reshape(chain.graph, chain.x, {2}, "flat"), {1, 2}, {0},
                                              "other");
    chain.graph.add_output("other", chain.graph.add(parameters::Softmax{}, {other}, "last"));
    const Layers layers = leading_to(chain.graph, "first");
    CHECK(readers_of_rounded_inputs(widen(chain.graph, layers)) == std::vector{other});
    const ValueId odd = chain.graph.add(parameters::Normalize{}, {chain.x}, "odd");
    chain.graph.add_output("odd", odd);
    CHECK(readers_of_rounded_inputs(widen(chain.graph, layers)) == std::vector{other, odd});
  }

  TEST_CASE("a doubt about float32 is gone with it") {
    Chain chain;
    chain.graph.doubts = {{"first", "a", "b"}, {"second", "c", "d"}};
    const Graph wide = widen(chain.graph, leading_to(chain.graph, "first"));
    REQUIRE(wide.doubts.size() == 1);
    CHECK(wide.doubts[0].layer == "second");
  }
}

}  // namespace
}  // namespace nacre::tools::test
