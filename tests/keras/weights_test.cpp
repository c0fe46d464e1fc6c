#include "tools/keras/weights.hpp"

#include <doctest/doctest.h>

namespace nacre::tools::test {
namespace {

using Json = nlohmann::json;

Array number(double value) { return Array::float32({1}, {value}); }

/// The configuration of layers by class and name.
Json layers(const std::vector<std::pair<std::string, std::string>>& named) {
  Json list = Json::array();
  for (const auto& [class_name, name] : named) list.push_back({{"class_name", class_name}, {"config", {{"name", name}}}});
  return list;
}

/// A nested model's weights as one group of an HDF5 model, numbered from 0.
KerasWeights nested(const std::vector<std::string>& names) {
  Hdf5File file;
  file.attributes["model_weights/outer"]["weight_names"] = Array({static_cast<std::int64_t>(names.size())}, names);
  for (std::size_t i = 0; i < names.size(); ++i) file.datasets["model_weights/outer/" + names[i]] = number(static_cast<double>(i));
  return KerasWeights::legacy(std::move(file), "model_weights").inside("outer");
}

std::vector<double> numbers(const std::vector<Array>& arrays) {
  std::vector<double> result;
  for (const Array& array : arrays) result.push_back(array.to<double>().at(0));
  return result;
}

TEST_SUITE("keras/weights") {
  TEST_CASE("a layer of an archive without variables counts among those of its class") {
    Hdf5File file;
    file.groups = {"layers", "layers/normalization", "layers/normalization_1", "layers/normalization_1/vars"};
    file.datasets["layers/normalization_1/vars/0"] = number(5);
    KerasWeights weights = KerasWeights::archive(std::move(file));
    weights.set_layers(layers({{"Normalization", "given"}, {"Normalization", "adapted"}}));
    CHECK(weights.of("given").empty());
    CHECK(numbers(weights.of("adapted")) == std::vector<double>{5});
  }

  TEST_CASE("a layer of an archive has the variables that bear its name, whatever its number") {
    Hdf5File file;
    for (const std::string group : {"dense", "dense_1"}) {
      file.datasets["layers/" + group + "/vars/0"] = number(group == "dense" ? 1 : 2);
      file.attributes["layers/" + group + "/vars"]["name"] = Array({}, std::vector<std::string>{group == "dense" ? "last" : "first"});
    }
    KerasWeights weights = KerasWeights::archive(std::move(file));
    weights.set_layers(layers({{"Dense", "first"}, {"Dense", "last"}}));
    CHECK(numbers(weights.of("first")) == std::vector<double>{2});
    CHECK(numbers(weights.of("last")) == std::vector<double>{1});
  }

  TEST_CASE("a nested model of Keras 3 tells layers of one name apart by their model") {
    KerasWeights outer = nested({"outer/dense/kernel", "inner/dense/kernel"});
    CHECK(numbers(outer.of("dense")) == std::vector<double>{0});
    CHECK(numbers(outer.inside("inner").of("dense")) == std::vector<double>{1});
  }

  TEST_CASE("a nested model of Keras 2 names its layers alone") {
    CHECK(numbers(nested({"dense_1/kernel:0", "dense/kernel:0", "dense/bias:0"}).of("dense")) == std::vector<double>{1, 2});
  }

  TEST_CASE("a nested model of Keras 1 joins the names of layers and weights") {
    KerasWeights weights = nested({"dense_W:0", "dense_1_W:0", "dense_1_b:0"});
    weights.set_layers(layers({{"Dense", "dense"}, {"Dense", "dense_1"}}));
    CHECK(numbers(weights.of("dense")) == std::vector<double>{0});
    CHECK(numbers(weights.of("dense_1")) == std::vector<double>{1, 2});
  }

  TEST_CASE("the two directions of a wrapper have half of its weights each") {
    Hdf5File file;
    file.attributes["model_weights/both"]["weight_names"] = Array({2}, std::vector<std::string>{"there", "back"});
    file.datasets["model_weights/both/there"] = number(1);
    file.datasets["model_weights/both/back"] = number(2);
    const KerasWeights weights = KerasWeights::legacy(std::move(file), "model_weights");
    CHECK(numbers(weights.of("both", "forward_layer")) == std::vector<double>{1});
    CHECK(numbers(weights.of("both", "backward_layer")) == std::vector<double>{2});
  }
}

}  // namespace
}  // namespace nacre::tools::test
