#include "tools/keras/weights.hpp"

#include <doctest/doctest.h>

#include "tools/common/refusal.hpp"

namespace nacre::tools::test {
namespace {

using Json = nlohmann::json;

Array number(double value) { return Array::float32({1}, {value}); }

Json layer(const std::string& class_name, const std::string& name, Json config = Json::object()) {
  config["name"] = name;
  return {{"class_name", class_name}, {"config", config}};
}
Json model(const std::string& name, const std::vector<Json>& layers, bool trainable = true) {
  return layer("Sequential", name, {{"layers", layers}, {"trainable", trainable}});
}
/// Two weights that are trained, and two that are not.
Json normalization(const std::string& name, bool trainable = true) {
  return layer("BatchNormalization", name, {{"trainable", trainable}});
}
/// One weight.
Json table(const std::string& name, bool trainable = true) {
  return layer("Embedding", name, {{"trainable", trainable}});
}

std::vector<double> numbers(const KerasWeights& weights) {
  std::vector<double> result;
  for (const Array& array : weights.own) result.push_back(array.to<double>().at(0));
  return result;
}

/// The weights inside `outer`, of which an HDF5 model has `count`, numbered from 0.
KerasWeights paired(const Json& outer, std::size_t count, const std::string& version = "2.15.0") {
  Hdf5File file;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < count; ++i) {
    names.push_back("same/" + std::to_string(i));
    file.datasets["model_weights/outer/" + names[i]] = number(static_cast<double>(i));
  }
  file.attributes["model_weights/outer"]["weight_names"] = Array({static_cast<std::int64_t>(count)}, names);
  return legacy_weights(file, "model_weights", model("all", {outer}), KerasVersion::of(version)).of("outer");
}

using Numbers = std::vector<double>;

TEST_SUITE("keras/weights") {
  TEST_CASE("a nested model lists what is trained before what is not, each layer by layer") {
    const KerasWeights weights = paired(model("outer", {normalization("a"), table("b"), normalization("c")}), 9);
    CHECK(numbers(weights.of("a")) == Numbers{0, 1, 5, 6});
    CHECK(numbers(weights.of("b")) == Numbers{2});
    CHECK(numbers(weights.of("c")) == Numbers{3, 4, 7, 8});
  }

  TEST_CASE("a frozen layer of a nested model has all of its weights among those that are not trained") {
    const KerasWeights weights = paired(model("outer", {table("a", false), normalization("b"), table("c")}), 6);
    CHECK(numbers(weights.of("a")) == Numbers{3});
    CHECK(numbers(weights.of("b")) == Numbers{0, 1, 4, 5});
    CHECK(numbers(weights.of("c")) == Numbers{2});
  }

  TEST_CASE("a frozen model goes layer by layer since Keras 3, and before lists first what would be trained") {
    const Json outer = model("outer", {normalization("a"), table("b")}, false);
    CHECK(numbers(paired(outer, 5, "3.15.1").of("a")) == Numbers{0, 1, 2, 3});
    CHECK(numbers(paired(outer, 5, "2.15.0").of("a")) == Numbers{0, 1, 3, 4});
  }

  TEST_CASE("since Keras 3 the layers of a frozen model inside another say themselves whether they are trained") {
    const Json outer = model("outer", {model("inner", {table("a"), table("b", false)}, false), table("c")});
    CHECK(numbers(paired(outer, 3, "3.15.1").of("inner").of("a")) == Numbers{0});
    CHECK(numbers(paired(outer, 3, "3.15.1").of("inner").of("b")) == Numbers{2});
    CHECK(numbers(paired(outer, 3, "2.15.0").of("inner").of("a")) == Numbers{1});
  }

  TEST_CASE("layers of one name in two models inside have weights of their own") {
    const KerasWeights weights =
        paired(model("outer", {model("left", {table("same")}), model("right", {table("same")})}), 2);
    CHECK(numbers(weights.of("left").of("same")) == Numbers{0});
    CHECK(numbers(weights.of("right").of("same")) == Numbers{1});
  }

  TEST_CASE("the directions of a wrapper inside a model come one after the other") {
    const Json both = layer("Bidirectional", "both", {{"layer", layer("LSTM", "lstm", {{"use_bias", false}})}});
    const KerasWeights weights = paired(model("outer", {table("a"), both}), 5);
    CHECK(numbers(weights.of("both").of("forward_layer")) == Numbers{1, 2});
    CHECK(numbers(weights.of("both").of("backward_layer")) == Numbers{3, 4});
  }

  TEST_CASE("a nested model with more or fewer weights than its layers need is refused") {
    for (const std::size_t count : {1, 3})
      CHECK_THROWS_WITH_AS((void)paired(model("outer", {table("a"), table("b")}), count),
                           doctest::Contains("layers inside it need 2"), Refusal);
  }

  TEST_CASE("a frozen cell of a stack has its weights behind those that are trained") {
    const auto cell = [](const char* name, bool trainable) {
      return layer("GRUCell", name, {{"use_bias", false}, {"trainable", trainable}});
    };
    const Json stack = layer("StackedRNNCells", "stack", {{"cells", {cell("a", false), cell("b", true)}}});
    const KerasWeights weights = paired(layer("RNN", "outer", {{"cell", stack}}), 4);
    CHECK(numbers(weights.of("cell").of("0")) == Numbers{2, 3});
    CHECK(numbers(weights.of("cell").of("1")) == Numbers{0, 1});
  }

  TEST_CASE("stacked cells of an archive are counted by class, and may have one name") {
    Hdf5File file;
    file.groups = {"layers", "layers/rnn"};
    const std::vector<std::string> groups = {"gru_cell", "lstm_cell", "gru_cell_1"};
    for (std::size_t i = 0; i < groups.size(); ++i) {
      const std::string vars = "layers/rnn/cell/cells/" + groups[i] + "/vars";
      file.datasets[vars + "/0"] = number(static_cast<double>(i));
      file.attributes[vars]["name"] = Array({}, std::vector<std::string>{"same"});
    }
    const Json cells = {layer("GRUCell", "same"), layer("LSTMCell", "same"), layer("GRUCell", "same")};
    const Json stack = layer("StackedRNNCells", "stack", {{"cells", cells}});
    const KerasWeights weights = archive_weights(file, model("all", {layer("RNN", "rnn", {{"cell", stack}})}));
    for (std::size_t i = 0; i < groups.size(); ++i)
      CHECK(numbers(weights.of("rnn").of("cell").of(std::to_string(i))) == Numbers{static_cast<double>(i)});
  }

  TEST_CASE("a layer of an archive without variables counts among those of its class") {
    Hdf5File file;
    file.groups = {"layers", "layers/normalization", "layers/normalization_1", "layers/normalization_1/vars"};
    file.datasets["layers/normalization_1/vars/0"] = number(5);
    const KerasWeights weights =
        archive_weights(file, model("all", {layer("Normalization", "given"), layer("Normalization", "adapted")}));
    CHECK(weights.of("given").own.empty());
    CHECK(numbers(weights.of("adapted")) == Numbers{5});
  }

  TEST_CASE("a layer of an archive has the variables that bear its name, whatever its number") {
    Hdf5File file;
    file.groups = {"layers", "layers/dense", "layers/dense_1"};
    for (const std::string group : {"dense", "dense_1"}) {
      file.datasets["layers/" + group + "/vars/0"] = number(group == "dense" ? 1 : 2);
      file.attributes["layers/" + group + "/vars"]["name"] =
          Array({}, std::vector<std::string>{group == "dense" ? "last" : "first"});
    }
    const KerasWeights weights = archive_weights(file, model("all", {layer("Dense", "first"), layer("Dense", "last")}));
    CHECK(numbers(weights.of("first")) == Numbers{2});
    CHECK(numbers(weights.of("last")) == Numbers{1});
  }

  TEST_CASE("wrappers of an archive have the layers inside them below their attributes") {
    Hdf5File file;
    file.groups = {"layers", "layers/time_distributed"};
    file.datasets["layers/time_distributed/layer/backward_layer/cell/vars/0"] = number(3);
    const Json both = layer("Bidirectional", "both", {{"layer", layer("LSTM", "lstm")}});
    const KerasWeights weights =
        archive_weights(file, model("all", {layer("TimeDistributed", "steps", {{"layer", both}})}));
    CHECK(numbers(weights.of("steps").of("layer").of("backward_layer")) == Numbers{3});
  }
}

}  // namespace
}  // namespace nacre::tools::test
