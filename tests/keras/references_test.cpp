#include "tools/keras/references.hpp"

#include <doctest/doctest.h>

#include "tools/common/refusal.hpp"

namespace nacre::tools::test {
namespace {

using Json = nlohmann::json;

Json tensor(const std::string& layer) {
  return {{"class_name", "__keras_tensor__"}, {"config", {{"keras_history", {layer, 0, 0}}}}};
}

TEST_SUITE("keras/references") {
  TEST_CASE("a call of Keras 3 takes the tensors in its arguments, in order") {
    const Json node = {{"args", {{tensor("a"), tensor("b")}}},
                       {"kwargs", {{"training", false}, {"mask", {nullptr, nullptr}}}}};
    const std::vector<NamedTensor> inputs = call_inputs("add", node);
    REQUIRE(inputs.size() == 2);
    CHECK(inputs[0].tensor.layer == "a");
    CHECK(inputs[1].tensor.layer == "b");
  }

  TEST_CASE("a call with a dictionary names its tensors, in the words of Keras 3 and of Keras 2") {
    const Json third = {{"args", {{{"zeta", tensor("a")}, {"alpha", tensor("b")}}}}, {"kwargs", Json::object()}};
    const Json second = Json::parse(R"({"zeta": ["a", 0, 0, {}], "alpha": ["b", 0, 0, {}]})");
    for (const Json& node : {third, second})
      for (const NamedTensor& one : call_inputs("pair", node))
        CHECK(one.name == (one.tensor.layer == "a" ? "zeta" : "alpha"));
  }

  TEST_CASE("wrappers and models hold layers, and two directions may share one description") {
    const Json lstm = Json::parse(R"({"class_name": "LSTM", "config": {"name": "lstm"}})");
    const Json both = {{"class_name", "Bidirectional"}, {"config", {{"name", "both"}, {"layer", lstm}}}};
    const auto directions = inner_layers(both, 0);
    REQUIRE(directions.size() == 2);
    CHECK(directions[0].key == "forward_layer");
    CHECK(directions[1].object == directions[0].object);
    const Json model = {{"class_name", "Sequential"}, {"config", {{"layers", {both}}}}};
    CHECK(inner_layers(model, 0).at(0).key == "both");
    CHECK_THROWS_AS((void)inner_layers(model, 17), Refusal);
  }

  TEST_CASE("a call that stays in training is refused, in the words of Keras 3 and of Keras 2") {
    const Json third = {{"args", {tensor("a")}}, {"kwargs", {{"training", true}}}};
    const Json second = Json::parse(R"([["a", 0, 0, {"training": true}]])");
    for (const Json& node : {third, second})
      CHECK_THROWS_WITH_AS(call_inputs("dropout", node), doctest::Contains("training=True"), Refusal);
  }

  TEST_CASE("a call with another argument is refused by the argument's name") {
    const Json state = Json::parse(R"([["a", 0, 0, {"initial_state": [["b", 0, 1]]}]])");
    CHECK_THROWS_WITH_AS(call_inputs("lstm", state), doctest::Contains("initial_state"), Refusal);
    const Json scalar = {{"args", {tensor("a"), 2.0}}, {"kwargs", Json::object()}};
    CHECK_THROWS_WITH_AS(call_inputs("add", scalar), doctest::Contains("2.0"), Refusal);
  }

  TEST_CASE("a mask is no state, though both stand behind the sequence in calls of Keras 3") {
    const Json with_state = {{"args", {tensor("x"), tensor("h")}}, {"kwargs", Json::object()}};
    const Json with_mask = {{"args", {tensor("x"), nullptr, tensor("m")}}, {"kwargs", Json::object()}};
    const CallRules recurrent{.tensors = 2};
    CHECK(call_inputs("gru", with_state, recurrent).size() == 2);
    CHECK_THROWS_WITH_AS(call_inputs("gru", with_mask, recurrent), doctest::Contains("mask"), Refusal);
    CHECK_THROWS_WITH_AS(call_inputs("softmax", with_state), doctest::Contains("mask"), Refusal);
  }

  TEST_CASE("the mask that Keras 3 writes into a call comes behind its inputs, and is none") {
    const Json node = {{"args", {tensor("x")}}, {"kwargs", {{"mask", tensor("m")}, {"training", false}}}};
    const std::vector<NamedTensor> inputs = call_inputs("gru", node);
    REQUIRE(inputs.size() == 2);
    CHECK_FALSE(inputs[0].masks.has_value());
    CHECK(inputs[1].masks == 0);
    CHECK(inputs[1].tensor.layer == "m");
  }

  TEST_CASE("attention has masks by the names of its inputs, or in a list, which Keras 3 writes behind them") {
    const Json named = {{"args", {tensor("q"), tensor("v")}},
                        {"kwargs", {{"query_mask", tensor("m")}, {"value_mask", tensor("n")}, {"key", nullptr}}}};
    const CallRules attention{.tensors = kQueryValueAndKey};
    const std::vector<NamedTensor> inputs = call_inputs("heads", named, attention);
    REQUIRE(inputs.size() == 4);
    CHECK(inputs[2].masks == 0);
    CHECK(inputs[2].tensor.layer == "m");
    CHECK(inputs[3].masks == 1);
    CHECK_THROWS_WITH_AS(call_inputs("dense", named), doctest::Contains("mask"), Refusal);
    const Json listed = {{"args", {Json::array({tensor("q"), tensor("v")})}},
                         {"kwargs", {{"mask", Json::array({nullptr, tensor("n")})}}}};
    const std::vector<NamedTensor> two = call_inputs("attention", listed);
    REQUIRE(two.size() == 3);
    CHECK(two[2].masks == 1);
    const Json given = {{"args", {tensor("q"), tensor("v")}}, {"kwargs", {{"attention_mask", tensor("m")}}}};
    const auto paired = call_inputs("heads", given, attention);
    REQUIRE(paired.size() == 3);
    CHECK(paired[2].masks == kPairs);
  }

  TEST_CASE("Keras 2 names masks among the arguments behind the first tensor") {
    CallRules attention;
    attention.tensors = kQueryValueAndKey;
    const auto heads = call_inputs(
        "heads", Json::parse(R"([["q", 0, 0, {"value": ["v", 0, 0], "attention_mask": ["m", 0, 0]}]])"), attention);
    REQUIRE(heads.size() == 3);
    CHECK(heads[1].tensor.layer == "v");
    CHECK(heads[2].masks == kPairs);
    const auto lstm = call_inputs("lstm", Json::parse(R"([["x", 0, 0, {"mask": ["m", 0, 0]}]])"));
    REQUIRE(lstm.size() == 2);
    CHECK(lstm[1].masks == 0);
  }

  TEST_CASE("an option of a call is read in each form of a call, or refused where the layer does not read it") {
    const Json calls[] = {Json::parse(R"(["q", 0, 0, {"use_causal_mask": true}])"),
                          Json::parse(R"([["q", 0, 0, {"use_causal_mask": true}], ["v", 0, 0, {}]])"),
                          {{"args", {tensor("q")}}, {"kwargs", {{"use_causal_mask", true}}}}};
    const char* const options[] = {"use_causal_mask"};
    for (const Json& call : calls) {
      CAPTURE(call.dump());
      CHECK(call_option(call, "use_causal_mask") == true);
      CHECK(call_option(call, "return_attention_scores").is_null());
      CHECK_NOTHROW(call_inputs("heads", call, {.options = options}));
      CHECK_THROWS_WITH_AS(call_inputs("heads", call), doctest::Contains("use_causal_mask"), Refusal);
    }
  }

  TEST_CASE("outputs are named after the layers that make them, each name once") {
    const Json functional =
        Json::parse(R"({"config": {"output_layers": [["dense", 0, 0], ["lstm", 0, 0], ["lstm", 0, 1]]}})");
    CHECK(output_names(functional) == std::vector<std::string>{"dense", "lstm", "lstm_1"});
    const Json last = Json::parse(R"({"class_name": "Dense", "config": {"name": "scores", "activation": "gelu"}})");
    CHECK(
        output_names({{"config", {{"layers", {{{"class_name", "InputLayer"}, {"config", {{"name", "x"}}}}, last}}}}}) ==
        std::vector<std::string>{"scores"});
    CHECK(output_names({{"config", Json::array({last})}}) == std::vector<std::string>{"scores"});  // Keras 1 and 2.0
    const Json keyed =
        Json::parse(R"({"config": {"output_layers": {"price": ["dense", 0, 0], "mood": ["dense_1", 0, 0]}}})");
    CHECK(output_names(keyed) == std::vector<std::string>{"mood", "price"});
  }
}

}  // namespace
}  // namespace nacre::tools::test
