#include <doctest/doctest.h>

#include <algorithm>

#include "tools/common/refusal.hpp"
#include "tools/keras/model.hpp"

namespace nacre::tools::test {
namespace keras_layers_test {

using Json = nlohmann::json;

KerasWeights without_weights(const Json&, const KerasVersion&) { return {}; }

/// Imports a Sequential model of one layer without weights, of an input of this shape behind the batch.
Graph imported(const std::string& class_name, const Json& shape, Json config, const std::string& version = "3.15.1") {
  Json batch = Json::array({nullptr});
  batch.insert(batch.end(), shape.begin(), shape.end());
  config.update({{"name", "layer"}, {"batch_input_shape", batch}});
  const Json model = {{"class_name", "Sequential"},
                      {"config", {{"layers", {{{"class_name", class_name}, {"config", config}}}}}}};
  return import_keras(model, version, without_weights);
}

Json tensor(const std::string& layer) {
  return {{"class_name", "__keras_tensor__"}, {"config", {{"keras_history", {layer, 0, 0}}}}};
}

/// A functional model of an input x [3, 4] and layers with these calls.
Json functional(const Json& layers, const std::string& output) {
  Json all = {{{"class_name", "InputLayer"},
               {"config", {{"name", "x"}, {"batch_shape", {nullptr, 3, 4}}}},
               {"inbound_nodes", Json::array()}}};
  all.insert(all.end(), layers.begin(), layers.end());
  return {{"class_name", "Functional"},
          {"config", {{"layers", all}, {"input_layers", {{"x", 0, 0}}}, {"output_layers", {{output, 0, 0}}}}}};
}

TEST_SUITE("keras/layers") {
  TEST_CASE("options that a layer cannot have are refused by their names") {
    const struct {
      const char *class_name, *shape, *config, *says;
    } cases[] = {
        {"CategoryEncoding", "[3]", R"({"num_tokens": 4, "sparse": true})", "sparse=True"},
        {"CategoryEncoding", "[3]", R"({"num_tokens": 4, "output_mode": "int"})", "output_mode int"},
        {"CategoryEncoding", "[3]", R"({"num_tokens": 70000})", "70000 categories"},
        {"CategoryEncoding", "[3]", R"({})", "0 categories"},
        {"CategoryEncoding", "[3, 2]", R"({"num_tokens": 4})", "an input that has not one axis"},
        {"Discretization", "[3]", R"({"num_bins": 4})", "lacks its bin_boundaries"},
        {"Discretization", "[3]", R"({"bin_boundaries": [2, 1]})", "do not ascend"},
        {"Discretization", "[3]", R"({"bin_boundaries": ["a"]})", "the boundary \"a\""},
        {"Discretization", "[3]", R"({"bin_boundaries": []})", "no boundaries"},
        {"CenterCrop", "[5, 4, 2]", R"({"height": 0, "width": 2})", "without elements"},
        {"AdaptiveMaxPooling1D", "[5, 2]", R"({"output_size": 0})", "makes 0 elements"},
        {"AdaptiveMaxPooling2D", "[5, 4, 2]", R"({"output_size": [2, 3, 4]})", "3 entries in output_size"},
        {"STFTSpectrogram", "[20, 1]", R"({"mode": "stft"})", "lacks weight 0"},
    };
    for (const auto& one : cases) {
      CAPTURE(one.class_name);
      CAPTURE(one.config);
      CHECK_THROWS_WITH_AS(imported(one.class_name, Json::parse(one.shape), Json::parse(one.config)),
                           doctest::Contains(one.says), Refusal);
    }
  }

  TEST_CASE("a pooling to as many elements as there are, and a crop of all, are the input") {
    for (const Graph& graph : {imported("AdaptiveMaxPooling1D", {7, 2}, {{"output_size", 7}}),
                               imported("AdaptiveAveragePooling1D", {7, 2}, {{"output_size", 7}}),
                               imported("RandomCrop", {5, 4, 2}, {{"height", 2}, {"width", 2}})})
      CHECK(graph.nodes.empty());
  }

  TEST_CASE("RandomCrop crops in training alone since Keras 3, and resizes before") {
    const Graph graph = imported("RandomCrop", {6, 4, 2}, {{"height", 2}, {"width", 2}}, "2.15.0");
    CHECK(graph.shape(graph.outputs[0].value) == Dimensions{1, 2, 2, 2});
  }

  TEST_CASE("each call of a layer has options of its own") {
    Json calls = Json::array();
    for (const bool is_causal : {true, false})
      calls.push_back({{"args", {Json::array({tensor("x"), tensor("x")})}},
                       {"kwargs", {{"use_causal_mask", is_causal}}}});
    const Json twice = {{"class_name", "Attention"}, {"config", {{"name", "seen"}}}, {"inbound_nodes", calls}};
    const Graph graph = import_keras(functional(Json::array({twice}), "seen"), "3.15.1", without_weights);
    CHECK(std::ranges::count(graph.nodes, Operator::softmax, &Node::op) == 2);
    CHECK(std::ranges::any_of(graph.nodes, [](const Node& node) { return node.name == "seen.seen"; }));
  }

  TEST_CASE("operations with integers beyond any axis are refused, and nothing of that size is made before") {
    const Json lines = Json::parse(R"([
      ["ExtractSequences", {"sequence_length": 2, "sequence_stride": 1}],
      ["ArraySplit", {"indices_or_sections": 2, "axis": 2}],
      ["Diagonal", {"offset": 1, "axis1": 1, "axis2": 2}],
      ["MultiHot", {"num_classes": 5}],
      ["ExtractSequences", {"sequence_length": 9223372036854775807, "sequence_stride": 1}],
      ["ArraySplit", {"indices_or_sections": 9223372036854775807, "axis": 1}],
      ["Diagonal", {"offset": -9223372036854775808, "axis1": 1, "axis2": 2}],
      ["Diagonal", {"offset": 18446744073709551615, "axis1": 1, "axis2": 2}],
      ["Linspace", {"num": 9223372036854775807}],
      ["MultiHot", {"num_classes": 9223372036854775807}],
      ["Rot90", {"k": 1, "axes": [9223372036854775807, 1]}]])");
    constexpr std::size_t kPossible = 4;
    for (std::size_t i = 0; i < lines.size(); ++i) {
      const Json& line = lines[i];
      CAPTURE(line.dump());
      const Json call = {{"args", {tensor("x")}}, {"kwargs", line[1]}};
      const Json layer = {{"class_name", line[0]},
                          {"module", "keras.src.ops.numpy"},
                          {"config", {{"name", "made"}}},
                          {"inbound_nodes", Json::array({call})}};
      const Json model = functional(Json::array({layer}), "made");
      if (i < kPossible) CHECK_NOTHROW(import_keras(model, "3.15.1", without_weights));
      else CHECK_THROWS_AS(import_keras(model, "3.15.1", without_weights), Refusal);
    }
  }
}

}  // namespace keras_layers_test
}  // namespace nacre::tools::test
