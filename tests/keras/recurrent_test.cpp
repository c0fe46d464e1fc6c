#include <doctest/doctest.h>

#include "tools/common/refusal.hpp"
#include "tools/keras/model.hpp"

namespace nacre::tools::test {
namespace {

using Json = nlohmann::json;

/// A layer with the parts of its configuration that the reader needs.
Json recurrent(const std::string& class_name, Json config = Json::object()) {
  config["name"] = class_name;
  return {{"class_name", class_name}, {"config", config}};
}
Json stack_of(const std::vector<Json>& cells) {
  return recurrent("RNN", {{"cell", recurrent("StackedRNNCells", {{"cells", cells}})}});
}

Array zeros(const Dimensions& shape) {
  return Array::float32(shape, std::vector<double>(static_cast<std::size_t>(TensorType{{}, shape}.size()), 0.0));
}

/// Imports a Sequential model of one layer, for 4 steps of 3 numbers; `weights` are the layer's.
Graph imported(Json only, const KerasWeights& weights = {}, const std::string& version = "3.15.1") {
  only["config"]["batch_input_shape"] = {nullptr, 4, 3};
  const Json model = {{"class_name", "Sequential"}, {"config", {{"layers", {only}}}}};
  return import_keras(model, version, [&](const Json&, const KerasVersion&) {
    KerasWeights all;
    all.inner[only["config"]["name"]] = weights;
    return all;
  });
}

TEST_SUITE("keras/recurrent") {
  TEST_CASE("a cell of one's own is refused, whatever its name") {
    Json own = recurrent("GRUCell");
    own["module"] = "my_cells";
    own["registered_name"] = "GRUCell";
    for (const Json& model : {recurrent("RNN", {{"cell", own}}), stack_of({recurrent("LSTMCell"), own}),
                              recurrent("Bidirectional", {{"layer", recurrent("RNN", {{"cell", own}})}})})
      CHECK_THROWS_WITH_AS(imported(model), doctest::Contains("GRUCell is a custom layer"), Refusal);
  }

  TEST_CASE("a quantised cell is refused, and a class that is no cell") {
    const Json quantised = recurrent("GRUCell", {{"dtype", "int8_from_float32"}});
    CHECK_THROWS_WITH_AS(imported(recurrent("RNN", {{"cell", quantised}})), doctest::Contains("quantised"), Refusal);
    CHECK_THROWS_WITH_AS(imported(recurrent("RNN", {{"cell", recurrent("Dense")}})), doctest::Contains("class Dense"),
                         Refusal);
    CHECK_THROWS_WITH_AS(imported(recurrent("GRUCell")), doctest::Contains("outside of an RNN"), Refusal);
  }

  TEST_CASE("weights must have the width of all gates, and the units that are stated") {
    for (const std::string name : {"LSTM", "GRU", "SimpleRNN"}) {
      const std::int64_t gates = name == "LSTM" ? 4 : name == "GRU" ? 3 : 1;
      const auto with = [&](std::int64_t width) {
        return KerasWeights{{zeros({3, width}), zeros({2, width}), zeros({width})}, {}};
      };
      CHECK_NOTHROW(imported(recurrent(name), with(2 * gates)));
      CHECK_THROWS_WITH_AS(imported(recurrent(name), with(2 * gates + 2)), doctest::Contains("columns"), Refusal);
      CHECK_THROWS_WITH_AS(imported(recurrent(name, {{"units", 3}}), with(2 * gates)), doctest::Contains("says 3"),
                           Refusal);
    }
  }

  TEST_CASE("what releases compute differently of steps that a mask skips is refused") {
    const auto masked = [](Json only, const std::string& version) {
      Json masking = recurrent("Masking");
      masking["config"]["batch_input_shape"] = {nullptr, 4, 3};
      const Json model = {{"class_name", "Sequential"}, {"config", {{"layers", {masking, only}}}}};
      return import_keras(model, version, [&](const Json&, const KerasVersion&) {
        KerasWeights all, own;
        own.own = {zeros({3, 2}), zeros({2, 2}), zeros({2})};
        all.inner[only["config"]["name"]] = own;
        all.inner[only["config"]["name"]].inner = {{"forward_layer", own}, {"backward_layer", own}};
        return all;
      });
    };
    CHECK_NOTHROW(masked(recurrent("SimpleRNN"), "3.15.1"));
    CHECK_THROWS_WITH_AS(masked(recurrent("SimpleRNN", {{"stateful", true}}), "3.15.1"), doctest::Contains("stateful"),
                         Refusal);
    const Json both = recurrent("Bidirectional", {{"layer", recurrent("SimpleRNN")}});
    CHECK_NOTHROW(masked(both, "2.15.0"));
    CHECK_THROWS_WITH_AS(masked(both, "2.2.4-tf"), doctest::Contains("TensorFlow 1.13"), Refusal);
    const Json unrolled = {{"unroll", true}, {"go_backwards", true}, {"zero_output_for_mask", true}};
    CHECK_THROWS_WITH_AS(masked(recurrent("SimpleRNN", unrolled), "3.15.1"), doctest::Contains("unrolled"), Refusal);
  }

  TEST_CASE("a layer that runs backward has the weights of its own class") {
    const Json both = recurrent("Bidirectional", {{"layer", recurrent("SimpleRNN")},
                                                  {"backward_layer", recurrent("GRU", {{"go_backwards", true}})}});
    const auto with = [&](std::int64_t width) {
      KerasWeights all;
      all.inner["forward_layer"].own = {zeros({3, 2}), zeros({2, 2}), zeros({2})};
      all.inner["backward_layer"].own = {zeros({3, width}), zeros({2, width}), zeros({width})};
      return all;
    };
    CHECK_NOTHROW(imported(both, with(6)));
    CHECK_THROWS_WITH_AS(imported(both, with(2)), doctest::Contains("columns"), Refusal);
  }

  TEST_CASE("states that are kept do not count where others are given, which Keras 2 does not always do") {
    for (const std::string version : {"3.15.1", "2.15.0"}) {
      const Json config = {{"stateful", true}, {"name", "SimpleRNN"}};
      Json layers = Json::array();
      for (const auto& [name, shape] : {std::pair<const char*, Json>{"x", {nullptr, 4, 3}}, {"h", {nullptr, 2}}})
        layers.push_back({{"class_name", "InputLayer"}, {"config", {{"batch_input_shape", shape}}}, {"name", name},
                          {"inbound_nodes", Json::array()}});
      const Json x = {"x", 0, 0, Json::object()}, h = {"h", 0, 0, Json::object()};
      layers.push_back({{"class_name", "SimpleRNN"}, {"config", config}, {"name", "SimpleRNN"},
                        {"inbound_nodes", {{x, h}}}});
      const Json model = {{"class_name", "Functional"},
                          {"config", {{"layers", layers}, {"input_layers", {{"x", 0, 0}, {"h", 0, 0}}},
                                      {"output_layers", {{"SimpleRNN", 0, 0}}}}}};
      const auto import = [&] {
        return import_keras(model, version, [&](const Json&, const KerasVersion&) {
          KerasWeights all;
          all.inner["SimpleRNN"].own = {zeros({3, 2}), zeros({2, 2}), zeros({2})};
          return all;
        });
      };
      if (version == "2.15.0") CHECK_THROWS_WITH_AS(import(), doctest::Contains("initial states"), Refusal);
      else CHECK_FALSE(import().nodes.at(0).as<parameters::Scan>().stateful);
    }
  }

  TEST_CASE("a layer that keeps its states is refused where it is called twice, since its calls share them") {
    Json twice = recurrent("SimpleRNN", {{"stateful", true}, {"return_sequences", true}});
    const Json inner = {{"class_name", "Sequential"}, {"config", {{"name", "inner"}, {"layers", {twice}}}}};
    twice["config"]["batch_input_shape"] = {nullptr, 4, 2};
    KerasWeights weights;
    weights.own = {zeros({2, 2}), zeros({2, 2}), zeros({2})};
    Json x = Json::parse(R"(["x", 0, 0, {}])"), once = Json::parse(R"(["SimpleRNN", 0, 0, {}])");
    Json input = {{"class_name", "InputLayer"}, {"config", {{"batch_input_shape", {nullptr, 4, 2}}}}, {"name", "x"},
                  {"inbound_nodes", Json::array()}};
    twice["name"] = "SimpleRNN";
    twice["inbound_nodes"] = {Json::array({x}), Json::array({once})};
    const Json model = {{"class_name", "Functional"},
                        {"config", {{"layers", {input, twice}}, {"input_layers", {{"x", 0, 0}}},
                                    {"output_layers", {{"SimpleRNN", 1, 0}}}}}};
    CHECK_THROWS_WITH_AS(import_keras(model, "3.15.1",
                                      [&](const Json&, const KerasVersion&) {
                                        KerasWeights all;
                                        all.inner["SimpleRNN"] = weights;
                                        return all;
                                      }),
                         doctest::Contains("called more than once"), Refusal);
  }
}

}  // namespace
}  // namespace nacre::tools::test
