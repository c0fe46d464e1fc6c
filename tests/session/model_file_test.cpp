#include "tools/lower/lower.hpp"
#include "tools/session/model_file.hpp"

#include <doctest/doctest.h>

#include <cstddef>

#include "nacre/description.hpp"
#include "tests/support/models.hpp"
#include "tools/common/refusal.hpp"
#include "tools/emit/emit.hpp"
#include "tools/plan/plan.hpp"

namespace nacre::tools::test {
namespace {

TEST_SUITE("session/model_file") {
  TEST_CASE("inputs and outputs are known by name, outputs also by number") {
    const ModelFile model(converted({"pipeline.joblib"}));
    CHECK(model.find_output("predict_proba") == 1);
    CHECK(model.find_output("2") == 2);
    CHECK(model.output_name(2) == "decision_function");
    CHECK(model.find_input("X", 7) == 0);
    CHECK(model.find_input("Y", 7) == 7);
    CHECK_THROWS_WITH_AS(model.find_output("3"),
                         doctest::Contains("no output 3; choose among: predict, predict_proba, decision_function"),
                         Refusal);
    CHECK_THROWS_AS(model.find_output(""), Refusal);
  }

  TEST_CASE("inputs and outputs are also known by an alias, but not where it is the name of another") {
    Graph graph;
    const ValueId x = graph.add_input("a", {DataType::float32, {1, 2}}),
                  y = graph.add_input("b", {DataType::float32, {1, 2}});
    graph.inputs[0].alias = "b", graph.inputs[1].alias = "serving_default_b:0";
    parameters::Binary sum;
    graph.add_output("sum", graph.add(std::move(sum), {x, y}));
    graph.add_output("half", graph.add(parameters::Activation{}, {x}));
    graph.outputs[0].alias = "Identity_1:0", graph.outputs[1].alias = "sum";
    graph.sources.push_back({"", "", "", ""});
    lower(graph);
    const ModelBytes bytes = emit(graph, plan(graph), {"aliases", "", "the tests"}, {});
    const ModelFile model(aligned_copy({bytes.data(), bytes.size()}));
    CHECK(model.find_input("b", 7) == 1);
    CHECK(model.find_input("serving_default_b:0", 7) == 1);
    CHECK(model.find_input("Identity_1:0", 7) == 7);
    CHECK(model.find_output("Identity_1:0") == 0);
    CHECK(model.find_output("sum") == 0);
    Description description;
    REQUIRE(Description::open(model.view(), &description) == Status::ok);
    CHECK(description.find_input({"b", 1}) == 1);
    CHECK(description.find_input({"serving_default_b:0", 19}) == 1);
    CHECK(description.find_output({"Identity_1:0", 12}) == 0);
    CHECK(description.find_output({"Identity_2:0", 12}) == -1);
  }

  TEST_CASE("a model that was stripped of its description has numbers for names") {
    const Buffer whole = converted({"two_inputs.keras"});
    const ModelFile described(aligned_copy(whole.bytes()));
    const std::size_t end = described.section(schema::SectionKind::description)->offset();
    const ModelFile stripped(aligned_copy(whole.bytes().first(end)));
    CHECK(stripped.description() == nullptr);
    CHECK(stripped.input_names() == "0, 1");
    CHECK(described.input_names() == "a, b");
    CHECK(stripped.find_output("0") == 0);
  }

  TEST_CASE("a file that is none is refused with the part that is wrong") {
    const Buffer whole = converted({"linear.joblib"});
    CHECK_THROWS_WITH_AS(ModelFile(aligned_copy(whole.bytes().first(100))),
                         doctest::Contains("convert the model again"), Refusal);
  }

  TEST_CASE("a parameter that does not load is called by its name") {
    Graph graph;
    graph.add_output("y", graph.add(parameters::Copy{}, {graph.add_input("x", {DataType::float32, {1, 2}})}));
    lower(graph);
    const ModelBytes bytes = emit(graph, plan(graph), {"copy", "", "the tests"}, {});
    const auto at = [](unsigned field) { return Place{Part::operators, static_cast<std::uint16_t>(field), 0, 0}; };
    const std::span<const std::byte> model(bytes.data(), bytes.size());
    CHECK(describe(Status::bad_parameter, at(offsetof(parameters::Move, start)), model) ==
          "bad_parameter (operators, field start, element 0)");
    CHECK(describe(Status::bad_parameter, at(offsetof(parameters::Move, stride) + 4), model) ==
          "bad_parameter (operators, field stride, element 0)");
    CHECK(describe(Status::feature_unknown, at(offsetof(parameters::Move, reserved)), model) ==
          "feature_unknown (operators, field reserved, element 0)");
    CHECK(describe(Status::malformed, at(0), model) == "malformed (operators, field 0, element 0)");
  }
}

}  // namespace
}  // namespace nacre::tools::test
