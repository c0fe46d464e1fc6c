#include <doctest/doctest.h>

#include "tools/common/refusal.hpp"
#include "tools/keras/model.hpp"

namespace nacre::tools::test {
namespace keras_windows_test {

using Json = nlohmann::json;

/// The shape that a Sequential model of one layer gives of an image; its kernel has ones in this shape.
Dimensions shape_of(const std::string& class_name, const Dimensions& image, const Dimensions& kernel, Json config,
                    const std::string& version = "3.15.1") {
  config.update({{"name", "layer"}, {"batch_input_shape", image}, {"use_bias", false}});
  config["batch_input_shape"][0] = nullptr;
  const Json model = {{"class_name", "Sequential"},
                      {"config", {{"layers", {{{"class_name", class_name}, {"config", config}}}}}}};
  const Graph graph = import_keras(model, version, [&](const Json&, const KerasVersion&) {
    KerasWeights all;
    const auto size = static_cast<std::size_t>(TensorType{DataType::float32, kernel}.size());
    all.inner["layer"].own = {Array::float32(kernel, std::vector<double>(size, 1.0))};
    return all;
  });
  return graph.shape(graph.outputs[0].value);
}

Dimensions transposed(Json config, std::int64_t kernel) {
  return shape_of("Conv2DTranspose", {1, 5, 4, 3}, {kernel, kernel, 2, 3}, std::move(config));
}

TEST_SUITE("keras/windows") {
  TEST_CASE("a transposed convolution is as large as Keras says") {
    CHECK(transposed({{"strides", 2}}, 3) == Dimensions{1, 11, 9, 2});
    CHECK(transposed({{"strides", 3}}, 2) == Dimensions{1, 15, 12, 2});
    CHECK(transposed({{"strides", 3}, {"output_padding", 2}}, 2) == Dimensions{1, 16, 13, 2});
    CHECK(transposed({{"strides", 2}, {"padding", "same"}}, 3) == Dimensions{1, 10, 8, 2});
    CHECK(transposed({{"strides", 2}, {"padding", "same"}, {"output_padding", 0}}, 3) == Dimensions{1, 9, 7, 2});
    CHECK(transposed({{"dilation_rate", 3}}, 2) == Dimensions{1, 8, 7, 2});
  }

  TEST_CASE("an output padding is refused where TensorFlow gives no answer") {
    CHECK_THROWS_WITH_AS(transposed({{"strides", 2}, {"padding", "same"}, {"output_padding", 0}}, 2),
                         doctest::Contains("output padding of 0"), Refusal);
    CHECK_THROWS_WITH_AS(transposed({{"padding", "same"}, {"output_padding", 0}, {"dilation_rate", 3}}, 2),
                         doctest::Contains("output padding of 0"), Refusal);
  }

  TEST_CASE("a padding that a transposed convolution has not, a stride of 0 and weights of another rank are refused") {
    CHECK_THROWS_WITH_AS(transposed({{"padding", "causal"}}, 2), doctest::Contains("padding causal"), Refusal);
    CHECK_THROWS_WITH_AS(transposed({{"strides", 0}}, 2), doctest::Contains("stride or dilation of 0"), Refusal);
    CHECK_THROWS_WITH_AS(shape_of("Conv2DTranspose", {1, 5, 4, 3}, {2, 2, 3}, Json::object()),
                         doctest::Contains("another shape"), Refusal);
    CHECK_THROWS_WITH_AS(shape_of("MaxPooling3D", {1, 5, 4, 3}, {1}, Json::object()), doctest::Contains("dimensions"),
                         Refusal);
  }

  TEST_CASE("Conv3DTranspose dilates since Keras 3") {
    const auto dilated = [](const std::string& version) {
      return shape_of("Conv3DTranspose", {1, 3, 3, 3, 1}, {2, 2, 2, 1, 1}, {{"dilation_rate", {2, 2, 2}}}, version);
    };
    CHECK(dilated("2.2.4") == Dimensions{1, 4, 4, 4, 1});
    CHECK(dilated("3.15.1") == Dimensions{1, 5, 5, 5, 1});
  }
}

}  // namespace keras_windows_test
}  // namespace nacre::tools::test
