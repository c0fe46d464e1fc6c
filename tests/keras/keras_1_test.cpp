#include "tools/keras/keras_1.hpp"

#include <doctest/doctest.h>

#include "tools/common/refusal.hpp"

namespace nacre::tools::test {
namespace {

using Json = nlohmann::json;

/// A layer of a Sequential model of Keras 1, in the words of Keras 2.
Json modernised(const char* class_name, Json config) {
  config["name"] = "layer";
  const Json model = {{"class_name", "Sequential"},
                      {"config", Json::array({{{"class_name", class_name}, {"config", config}}})}};
  return modernised_keras_1(model)["config"][0];
}

TEST_SUITE("keras/keras_1") {
  TEST_CASE("convolutions and pools keep their strides, padding and bias") {
    const Json layer = modernised(
        "Convolution2D", {{"subsample", {2, 1}}, {"border_mode", "same"}, {"bias", false}, {"dim_ordering", "tf"}});
    CHECK(layer["class_name"] == "Conv2D");
    CHECK(layer["config"]["strides"] == Json({2, 1}));
    CHECK(layer["config"]["padding"] == "same");
    CHECK(layer["config"]["use_bias"] == false);
    CHECK(layer["config"]["data_format"] == "channels_last");
    CHECK(modernised("MaxPooling1D", {{"pool_length", 3}, {"stride", 2}})["config"]["strides"] == 2);
  }

  TEST_CASE("padding of four numbers or by words becomes pairs") {
    const Json pairs = Json::parse("[[1, 2], [3, 4]]");
    CHECK(modernised("ZeroPadding2D", {{"padding", {1, 2, 3, 4}}})["config"]["padding"] == pairs);
    CHECK(modernised("ZeroPadding2D",
                     {{"padding",
                       {{"top_pad", 1}, {"bottom_pad", 2}, {"left_pad", 3}, {"right_pad", 4}}}})["config"]["padding"] ==
          pairs);
    CHECK(modernised("ZeroPadding1D", {{"padding", {{"left_pad", 1}, {"right_pad", 2}}}})["config"]["padding"] ==
          Json({1, 2}));
  }

  TEST_CASE("what Keras 1 leaves open is refused") {
    CHECK_THROWS_WITH_AS(modernised("Convolution2D", {{"dim_ordering", "th"}}), doctest::Contains("Theano"), Refusal);
    CHECK_THROWS_WITH_AS(modernised("BatchNormalization", {{"mode", 2}}), doctest::Contains("mode 2"), Refusal);
    CHECK_THROWS_WITH_AS(modernised("Merge", {{"mode", "cos"}}), doctest::Contains("cos"), Refusal);
  }

  TEST_CASE("the matrices of an LSTM's gates are joined as input, forget, cell, output") {
    std::vector<Array> weights;  // W, U, b of input, cell, forget, output: one unit, two inputs
    for (const double gate : {1.0, 3.0, 2.0, 4.0})
      for (const double part : {10.0, 20.0, 30.0})
        weights.push_back(
            part == 10 ? Array::float32({2, 1}, {part + gate, -part - gate})
                       : Array::float32(part == 20 ? std::vector<std::int64_t>{1, 1} : std::vector<std::int64_t>{1},
                                        {part + gate}));
    const std::vector<Array> joined = modernised_keras_1("LSTM", weights);
    REQUIRE(joined.size() == 3);
    CHECK(joined[0].shape() == std::vector<std::int64_t>{2, 4});
    CHECK(joined[0].to<double>() == std::vector<double>{11, 12, 13, 14, -11, -12, -13, -14});
    CHECK(joined[1].to<double>() == std::vector<double>{21, 22, 23, 24});
    CHECK(joined[2].to<double>() == std::vector<double>{31, 32, 33, 34});
  }
}

}  // namespace
}  // namespace nacre::tools::test
