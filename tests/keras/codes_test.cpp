#include "tools/keras/codes.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "tools/common/refusal.hpp"

namespace nacre::tools::test {
namespace keras_codes_test {

using Json = nlohmann::json;

Json policy(const std::string& mode, const std::string& source = "float32") {
  return {{"dtype", {{"class_name", "QuantizedDTypePolicy"}, {"config", {{"mode", mode}, {"source_name", source}}}}}};
}

/// Checks a layer of this class and configuration.
void check(const std::string& class_name, const Json& config) {
  Graph graph;
  check_quantization(KerasLayer{graph, class_name, "layer", config, {}, KerasVersion::of("3.15.1")});
}

TEST_SUITE("keras/codes") {
  TEST_CASE("a policy says how a layer is quantised, as an object and by its name") {
    CHECK(keras_quantization_mode(policy("int4/128")) == "int4");
    CHECK(keras_quantization_mode({{"dtype", "int8_from_float32"}}) == "int8");
    CHECK(keras_quantization_mode({{"dtype", "float32"}}).empty());
    CHECK(keras_quantization_mode({{"dtype", {{"class_name", "DTypePolicy"}, {"config", {{"name", "float32"}}}}}})
              .empty());
    CHECK(keras_quantization_mode(Json::object()).empty());
  }

  TEST_CASE("groups of codes have a zero point and the number of their group each") {
    CHECK(weights_of_quantized_dense(policy("int8")) == 2);
    CHECK(weights_of_quantized_dense(policy("int4/-1")) == 2);
    CHECK(weights_of_quantized_dense(policy("int4/32")) == 4);
    CHECK(weights_of_quantized_dense(policy("awq/4/32")) == 5);
    Json untied = policy("int4/32");
    untied["tie_weights"] = false;
    CHECK(weights_of_quantized_embedding(untied) == 7);
  }

  TEST_CASE("what Nacre does not compute is refused by its name") {
    CHECK_NOTHROW(check("Dense", policy("int8")));
    CHECK_THROWS_WITH_AS(check("Conv2D", policy("int8")), doctest::Contains("quantised by Keras (int8)"), Refusal);
    CHECK_THROWS_WITH_AS(check("Embedding", policy("float8")), doctest::Contains("(float8)"), Refusal);
    CHECK_THROWS_WITH_AS(check("Dense", policy("int2")), doctest::Contains("(int2)"), Refusal);
    CHECK_THROWS_WITH_AS(check("Dense", policy("int8", "mixed_bfloat16")), doctest::Contains("mixed_bfloat16"),
                         Refusal);
    Json own = policy("int8");
    own["quantization_config"] = {{"config", {{"activation_quantizer", {{"class_name", "Mine"}}}}}};
    CHECK_THROWS_WITH_AS(check("Dense", own), doctest::Contains("Mine"), Refusal);
  }

  TEST_CASE("two codes of four bits share a byte, the first in its lower half") {
    Graph graph;
    const Json config = Json::object();
    const KerasLayer layer{graph, "Dense", "layer", config, {}, KerasVersion::of("3.15.1")};
    const Array bytes = Array::of(ElementType::int8, {2, 2}, std::vector<int>{0x7d, 0x02, 0x18 - 256 + 240, 0x00});
    const Array along_last = unpacked(layer, bytes, {2, 3}, 1, true);
    CHECK(along_last.to<int>() == std::vector<int>{-3, 7, 2, -8, 0, 0});
    const Array along_first = unpacked(layer, bytes, {3, 2}, 0, false);
    CHECK(along_first.to<int>() == std::vector<int>{13, 2, 7, 0, 8, 0});
    CHECK_THROWS_WITH_AS(unpacked(layer, bytes, {2, 5}, 1, true), doctest::Contains("another shape"), Refusal);
  }

  TEST_CASE("numbers are rounded to float8 and bfloat16 to nearest, of two to the even one") {
    CHECK(rounded_to_float8(0.0f) == 0.0f);
    CHECK(rounded_to_float8(1.0625f) == 1.0f);
    CHECK(rounded_to_float8(1.1875f) == 1.25f);
    CHECK(rounded_to_float8(-500.0f) == -448.0f);
    CHECK(rounded_to_float8(0.0009f) == 0.0f);
    CHECK(rounded_to_float8(0.001f) == std::ldexp(1.0f, -9));
    CHECK(rounded_to_bfloat16(1.00390625f) == 1.0f);
    CHECK(rounded_to_bfloat16(1.01171875f) == 1.015625f);
  }
}

}  // namespace keras_codes_test
}  // namespace nacre::tools::test
