#include "tools/convert/precision.hpp"

#include <doctest/doctest.h>

#include "nacre/kernels.hpp"
#include "tests/support/models.hpp"
#include "tools/convert/convert.hpp"
#include "tools/session/model_file.hpp"
#include "tools/session/session.hpp"

namespace nacre::tools::test {
namespace {

ConvertOptions options_for(const std::string& model, Precision precision, const TemporaryFolder& folder) {
  ConvertOptions options;
  options.files = {fixture(model)};
  options.output = folder.file("model.nacre");
  options.precision = precision;
  return options;
}

/// x -> layer -> softmax, of a library.
Graph scores(const char* library) {
  Graph graph;
  const ValueId x = graph.add_input("x", {DataType::float32, {1, 2}});
  const ValueId y = add_fully_connected(graph, x, {1, 2, 3, 4}, {0, 1}, "layer");
  graph.add_output("scores", y);
  graph.sources.push_back({"", "", library, ""});
  return graph;
}

LostDigits lost(const Graph& graph) {
  return {Refusal("layer layer", "its terms cancel", "train it with a penalty"), {graph.outputs[0].value}};
}

TEST_SUITE("precision") {
  TEST_CASE("columns that follow from others are float64 from the input to the output, and the notes say so") {
    const TemporaryFolder folder;
    const ConvertOptions options = options_for("judge/regression_redundant.pkl", Precision::automatic, folder);
    const Conversion result = convert(options);
    REQUIRE(result.precision.size() == 2);
    CHECK(result.precision[0].starts_with("layer LinearRegression: float64, because its coefficients of up to 3"));
    CHECK(result.precision[1].starts_with("float64: input X, layers LinearRegression; 24 bytes of weights more"));
    const ModelFile model(options.output);
    const Session session(model.bytes(), reference_kernels());
    CHECK(session.network().input_type(0) == DataType::float64);
    CHECK(session.network().output_type(0) == DataType::float64);
  }

  TEST_CASE("float32 alone refuses them") {
    const TemporaryFolder folder;
    CHECK_THROWS_WITH_AS(convert(options_for("judge/regression_redundant.pkl", Precision::float32, folder)),
                         doctest::Contains("layer LinearRegression: its coefficients of up to"), Refusal);
  }

  TEST_CASE("a model that float32 can hold stays float32, unless float64 is asked for") {
    const TemporaryFolder folder;
    CHECK(convert(options_for("judge/redundant_penalty.pkl", Precision::automatic, folder)).precision.empty());
    const Conversion wide = convert(options_for("judge/redundant_penalty.pkl", Precision::float64, folder));
    REQUIRE(wide.precision.size() == 1);
    CHECK(wide.precision[0].starts_with("float64: input X"));
  }

  TEST_CASE("layers that have no float64 are refused by name where all layers shall be float64") {
    Graph graph = scores("");
    const ValueId odd = graph.add(parameters::TopK{}, {graph.outputs[0].value}, "odd");
    graph.outputs[0].value = odd;
    CHECK_THROWS_WITH_AS(TypeChoice(graph, Precision::float64, false),
                         doctest::Contains("layer odd: top_k is not computed in float64"), Refusal);
  }

  TEST_CASE("a model without a layer that could be float64 is refused where all shall be") {
    Graph graph;
    const ValueId x = graph.add_input("x", {DataType::float32, {1, 2}});
    graph.add_output("y", graph.add(parameters::TopK{}, {x}, "largest"));
    CHECK_THROWS_WITH_AS(TypeChoice(graph, Precision::float64, false),
                         doctest::Contains("no layer that could compute in float64"), Refusal);
  }

  TEST_CASE("what the check finds becomes float64, once") {
    const Graph graph = scores("scikit-learn");
    TypeChoice types(graph, Precision::automatic, false);
    CHECK(types.notes().empty());
    CHECK(types.graph().type(graph.inputs[0].value).type == DataType::float32);
    CHECK(types.heed(lost(graph)));
    CHECK(types.graph().type(graph.inputs[0].value).type == DataType::float64);
    CHECK(types.notes()[0] == "layer layer: float64, because in float32 its terms cancel");
    CHECK_FALSE(types.heed(lost(graph)));
  }

  TEST_CASE("a library that computes in float32 has lost the digits itself") {
    const Graph graph = scores("Keras");
    TypeChoice types(graph, Precision::automatic, false);
    CHECK_FALSE(types.heed(lost(graph)));
  }

  TEST_CASE("float32 stays where an input would be rounded before another layer reads it") {
    Graph graph = scores("scikit-learn");
    graph.add_output("odd", graph.add(parameters::TopK{}, {graph.inputs[0].value}, "odd"));
    TypeChoice types(graph, Precision::automatic, false);
    CHECK_FALSE(types.heed(lost(graph)));
    CHECK(types.notes().empty());
  }

  TEST_CASE("a scaler is doubted where float32 has no steps between the rows of training") {
    Graph graph;
    const ValueId x = graph.add_input("X", {DataType::float32, {1, 2}}, {"seconds", "level"});
    using Kind = ScalerStep::Kind;
    add_scaler(graph, x, {{Kind::subtract, {5e8, 3}}, {Kind::divide, {1e6, 2}}}, "wide");
    CHECK(graph.doubts.empty());
    add_scaler(graph, x, {{Kind::subtract, {1.7e9, 3}}, {Kind::divide, {1000, 2}}}, "narrow");
    REQUIRE(graph.doubts.size() == 1);
    CHECK(graph.doubts[0].layer == "narrow");
    CHECK(graph.doubts[0].of_rows);
    CHECK(graph.doubts[0].what ==
          "column seconds lies about 1.7e+09 and varies by 1e+03, where float32 has steps of 1.3e+02");
  }
}

}  // namespace
}  // namespace nacre::tools::test
