#include <doctest/doctest.h>

#include <cmath>
#include <cstring>

#include "tests/support/models.hpp"
#include "tools/catboost/graph.hpp"
#include "tools/common/refusal.hpp"
#include "tools/evaluate/evaluate.hpp"

namespace nacre::tools {
namespace {

using nlohmann::json;

/// x0 > 1 and x1 > 2 are bits 0 and 1 of the leaf: 10, 20, 30, 40, on top of a half.
json square() {
  const auto split = [](int feature, double border) {
    return json{{"float_feature_index", feature}, {"border", border}, {"split_type", "FloatFeature"}};
  };
  const auto feature = [](int index, const char* missing) {
    return json{{"flat_feature_index", index}, {"feature_index", index}, {"nan_value_treatment", missing}};
  };
  return {{"features_info", {{"float_features", {feature(0, "AsTrue"), feature(1, "AsFalse")}}}},
          {"oblivious_trees", {{{"splits", {split(0, 1), split(1, 2)}}, {"leaf_values", {10, 20, 30, 40}}}}},
          {"scale_and_bias", {1, {0.5}}},
          {"model_info", {{"params", {{"loss_function", {{"type", "RMSE"}}}}}}}};
}

double answer(const json& document, double a, double b) {
  const Graph graph = catboost_graph(read_catboost_json(document.dump()));
  return evaluate(graph, {{{DataType::float32, {1, 2}}, {a, b}, {}}})[graph.outputs[0].value].values.at(0);
}

TEST_SUITE("models of CatBoost") {
  TEST_CASE("split i decides bit i of the leaf, and a value equal to a border sets none") {
    CHECK(answer(square(), 1, 2) == 10.5);
    CHECK(answer(square(), 1.5, 2) == 20.5);
    CHECK(answer(square(), 1, 2.5) == 30.5);
    CHECK(answer(square(), 1.5, 2.5) == 40.5);
  }

  TEST_CASE("a missing value is greater than all borders, or than none") {
    CHECK(answer(square(), NAN, 2) == 20.5);
    CHECK(answer(square(), 1, NAN) == 10.5);
  }

  TEST_CASE("other trees are read as they branch") {
    json document = square();
    const json split = document["oblivious_trees"][0]["splits"][0];
    document.erase("oblivious_trees");
    document["trees"] = {{{"split", split}, {"left", {{"value", 1}}}, {"right", {{"value", {2}}}}}};
    CHECK(answer(document, 1, 0) == 1.5);
    CHECK(answer(document, 2, 0) == 2.5);
  }

  TEST_CASE("what is no model, or asks for what is hashed, is refused") {
    json document = square();
    SUBCASE("a feature that does not exist") { document["oblivious_trees"][0]["splits"][0]["float_feature_index"] = 2; }
    SUBCASE("too few leaves") { document["oblivious_trees"][0]["leaf_values"].erase(3); }
    SUBCASE("no trees") { document.erase("oblivious_trees"); }
    SUBCASE("too deep") {
      for (int i = 0; i < 20; ++i)
        document["oblivious_trees"][0]["splits"].push_back(document["oblivious_trees"][0]["splits"][0]);
    }
    SUBCASE("a column that is none") { document["features_info"]["float_features"][0]["flat_feature_index"] = -1; }
    SUBCASE("an unknown loss") { document["model_info"]["params"]["loss_function"]["type"] = "Mine"; }
    SUBCASE("biases of other outputs") { document["scale_and_bias"] = {1, {0.5, 0.5, 0.5}}; }
    SUBCASE("a split on hashes") { document["oblivious_trees"][0]["splits"][0]["split_type"] = "OnlineCtr"; }
    SUBCASE("categories") { document["features_info"]["categorical_features"] = json::array(); }
    CHECK_THROWS_AS((void)answer(document, 0, 0), Refusal);
  }

  TEST_CASE("a .cbm that is cut short or longer than it says is refused") {
    const Buffer file = Buffer::map_file(test::fixture("boosters/text.cbm"));
    REQUIRE(read_catboost_binary(file.bytes()).trees.size() == 3);
    for (std::size_t size = 0; size < file.size(); size += 1 + size / 16)
      CHECK_THROWS_AS((void)read_catboost_binary(file.bytes().first(size)), Refusal);
    std::vector<std::byte> longer(file.bytes().begin(), file.bytes().end());
    longer.resize(longer.size() + 8);
    CHECK_THROWS_AS((void)catboost_graph(read_catboost_binary(longer)), Refusal);
  }
}

}  // namespace
}  // namespace nacre::tools
