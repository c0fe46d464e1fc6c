#include "tools/keras/masks.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "tools/common/refusal.hpp"
#include "tools/keras/model.hpp"

namespace nacre::tools::test {
namespace keras_masks_test {

using Json = nlohmann::json;

Json at(const std::string& layer) {
  return {{"class_name", "__keras_tensor__"}, {"config", {{"keras_history", {layer, 0, 0}}}}};
}

Json layer(const std::string& class_name, const std::string& name, const Json& inputs, Json config = Json::object(),
           Json kwargs = Json::object()) {
  config["name"] = name, config["trainable"] = true;
  return {{"class_name", class_name},
          {"config", config},
          {"inbound_nodes", Json::array({{{"args", inputs}, {"kwargs", std::move(kwargs)}}})}};
}

Json heads(const std::string& name, const std::string& x) {
  return layer("MultiHeadAttention", name, Json::array({at(x), at(x)}),
               {{"num_heads", 1}, {"key_dim", 2}, {"use_bias", false}});
}

/// Attention has the weights that it needs.
KerasWeights weights(const Json& model, const KerasVersion&) {
  KerasWeights result;
  for (const Json& one : model["config"]["layers"])
    if (one["class_name"] == "MultiHeadAttention")
      for (int i = 0; i < 4; ++i) {
        const Dimensions shape = i == 3 ? Dimensions{1, 2, 4} : Dimensions{4, 1, 2};
        result.inner[one["config"]["name"]].own.push_back(Array::from(shape, std::vector<double>(8, 0.5)));
      }
  return result;
}

/// A model of an input [3, 4], a Masking m of it, and these layers.
Graph imported(Json layers, const std::string& output, const std::string& version = "3.15.1") {
  Json all = {{{"class_name", "InputLayer"},
               {"config", {{"name", "x"}, {"batch_shape", {nullptr, 3, 4}}}},
               {"inbound_nodes", Json::array()}},
              layer("Masking", "m", Json::array({at("x")}), {{"mask_value", 0.0}})};
  all.insert(all.end(), layers.begin(), layers.end());
  const Json model = {{"class_name", "Functional"},
                      {"config",
                       {{"layers", all}, {"input_layers", {{"x", 0, 0}}}, {"output_layers", {{output, 0, 0}}}}}};
  return import_keras(model, version, weights);
}

TEST_SUITE("keras/masks") {
  TEST_CASE("attention of Keras 3 takes the mask of a tensor that layers behind it read") {
    const Json sum = layer("Add", "sum", Json::array({Json::array({at("m"), at("seen")})}));
    CHECK_NOTHROW(imported(Json::array({heads("seen", "m"), sum}), "sum"));
  }

  TEST_CASE("a mask that two layers want, of which neither waits for the other, is refused") {
    const Json other = layer("Dropout", "other", Json::array({at("m")}), {{"rate", 0.5}});
    const Json sum = layer("Add", "sum", Json::array({Json::array({at("other"), at("seen")})}));
    for (const Json& layers : {Json::array({other, heads("seen", "m"), sum}),
                               Json::array({heads("seen", "m"), other, sum})})
      CHECK_THROWS_WITH_AS(imported(layers, "sum"), doctest::Contains("the one that Keras calls first"), Refusal);
  }

  TEST_CASE("layers that have nothing to do with masks may read the tensor too") {
    const Json other = layer("Permute", "other", Json::array({at("m")}), {{"dims", {1, 2}}});
    const Json sum = layer("Add", "sum", Json::array({Json::array({at("other"), at("seen")})}));
    CHECK_NOTHROW(imported(Json::array({other, heads("seen", "m"), sum}), "sum"));
  }

  TEST_CASE("any tensor may be a mask, which keeps where it is not 0") {
    const Json mean =
        layer("GlobalAveragePooling1D", "mean", Json::array({at("x")}), Json::object(), {{"mask", at("flags")}});
    const Json flags = layer("Reshape", "flags", Json::array({at("first")}), {{"target_shape", Json::array({3})}});
    const Json first =
        layer("GlobalMaxPooling1D", "first", Json::array({at("x")}), {{"data_format", "channels_first"}});
    CHECK_NOTHROW(imported(Json::array({first, flags, mean}), "mean"));
  }

  TEST_CASE("a mask of another shape than steps is refused where a layer skips steps") {
    const Json mean =
        layer("GlobalAveragePooling1D", "mean", Json::array({at("x")}), Json::object(), {{"mask", at("x")}});
    CHECK_THROWS_WITH_AS(imported(Json::array({mean}), "mean"), doctest::Contains("cannot follow"), Refusal);
  }
}

}  // namespace keras_masks_test
}  // namespace nacre::tools::test
