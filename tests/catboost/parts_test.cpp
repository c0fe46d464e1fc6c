#include <doctest/doctest.h>

#include "tests/support/parts.hpp"
#include "tools/catboost/graph.hpp"

namespace nacre::tools {
namespace {

using nlohmann::json;
using test::Lines;

json model() {
  const json split = {{"float_feature_index", 0}, {"border", 1}, {"split_type", "FloatFeature"}};
  return {{"features_info", {{"float_features", {{{"flat_feature_index", 0}, {"feature_index", 0}}}}}},
          {"oblivious_trees", {{{"splits", {split}}, {"leaf_values", {10, 20}}}}},
          {"scale_and_bias", {1, {0.5}}},
          {"model_info", {{"params", {{"loss_function", {{"type", "RMSE"}}}}}}}};
}

Lines drawn(const json& document) {
  return test::drawn([&] { (void)catboost_graph(read_catboost_json(document.dump())); });
}

TEST_SUITE("the parts of a refused CatBoost model") {
  TEST_CASE("a loss that is not known stands beside columns and trees that are") {
    json document = model();
    document["model_info"]["params"]["loss_function"]["type"] = "Mine";
    CHECK(drawn(document) == Lines{"✓ 1 columns of numbers", "✓ 1 trees", "✗ loss Mine",
                                   "   has the loss Mine, which is not known",
                                   "   → train it with a loss of CatBoost 1.2"});
  }

  TEST_CASE("columns that CatBoost hashes are named, and trees that ask for them are judged by nobody") {
    json document = model();
    document["features_info"]["categorical_features"] = {
        {{"feature_id", "city"}, {"feature_index", 0}, {"flat_feature_index", 1}},
        {{"feature_id", "job"}, {"feature_index", 1}, {"flat_feature_index", 2}}};
    document["oblivious_trees"][0]["splits"][0]["split_type"] = "OnlineCtr";
    const Lines lines = drawn(document);
    REQUIRE(lines.size() == 6);
    CHECK(lines[0] == "✓ 1 columns of numbers");
    CHECK(lines[1] == "✗ 2 columns of categories (city, job)");
    CHECK(lines[4] == "– 1 trees");
    CHECK(lines[5] == "✓ loss RMSE");
  }
}

}  // namespace
}  // namespace nacre::tools
