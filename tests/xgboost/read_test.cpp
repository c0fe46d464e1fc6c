#include "tools/xgboost/read.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "tests/support/models.hpp"
#include "tests/support/parts.hpp"
#include "tools/common/refusal.hpp"
#include "tools/evaluate/evaluate.hpp"
#include "tools/xgboost/graph.hpp"
#include "tools/xgboost/objective.hpp"

namespace nacre::tools {
namespace {

using nlohmann::json;

/// x0 < 1 ? 10 : 20, on top of 1.
json stump() {
  const json tree = {{"left_children", {1, -1, -1}},     {"right_children", {2, -1, -1}},
                     {"split_indices", {0, 0, 0}},       {"split_conditions", {1.0, 10.0, 20.0}},
                     {"default_left", {1, 0, 0}},        {"split_type", {0, 0, 0}},
                     {"categories", json::array()},      {"categories_nodes", json::array()},
                     {"categories_sizes", json::array()}, {"categories_segments", json::array()},
                     {"tree_param", {{"size_leaf_vector", "1"}, {"num_nodes", "3"}}}};
  const json booster = {{"name", "gbtree"},
                        {"model", {{"gbtree_model_param", {{"num_trees", "1"}, {"num_parallel_tree", "1"}}},
                                   {"tree_info", {0}},
                                   {"trees", {tree}}}}};
  const json learner = {
      {"learner_model_param", {{"base_score", "1E0"}, {"num_class", "0"}, {"num_feature", "2"}, {"num_target", "1"}}},
      {"objective", {{"name", "reg:squarederror"}}},
      {"gradient_booster", booster}};
  return {{"version", {2, 1, 4}}, {"learner", learner}};
}

json& tree_of(json& document) { return document["learner"]["gradient_booster"]["model"]["trees"][0]; }

double answer(const json& document, double x) {
  const Graph graph = xgboost_graph(read_xgboost_document(document));
  return evaluate(graph, {{{DataType::float32, {1, 2}}, {x, 0}, {}}})[graph.outputs[0].value].values.at(0);
}

void check_refused(const json& document, const char* text) {
  CHECK_THROWS_WITH_AS(xgboost_graph(read_xgboost_document(document)), doctest::Contains(text), Refusal);
}

TEST_SUITE("boosters of XGBoost") {
  TEST_CASE("a value equal to a condition goes right, a missing one where its node says") {
    CHECK(answer(stump(), 1) == 21);
    CHECK(answer(stump(), std::nextafter(1.0f, 0.0f)) == 11);
    CHECK(answer(stump(), NAN) == 11);
  }

  TEST_CASE("what is in a set goes right, an unknown code or a negative number left") {
    json document = stump();
    json& tree = tree_of(document);
    tree["split_type"][0] = 1, tree["categories"] = {2, 33}, tree["categories_nodes"] = {0};
    tree["categories_sizes"] = {2}, tree["categories_segments"] = {0};
    for (const double in : {2.0, 2.75, 33.0}) CHECK(answer(document, in) == 21);
    for (const double out : {0.0, 1.0, 3.0, 34.0, 1e9, -0.5}) CHECK(answer(document, out) == 11);
    tree["default_left"][0] = 0;
    CHECK(answer(document, NAN) == 21);
    SUBCASE("one that the node does not have") { tree["categories_nodes"] = {1}; }
    SUBCASE("beyond the codes") { tree["categories_sizes"] = {3}; }
    SUBCASE("before them") { tree["categories_segments"] = {-1}; }
    SUBCASE("of a node that is none") { tree["categories_nodes"] = {3}; }
    SUBCASE("a code below zero") { tree["categories"] = {-1, 2}; }
    SUBCASE("a code beyond float32") { tree["categories"] = {1 << 24, 2}; }
    check_refused(document, "categor");
  }

  TEST_CASE("dart's weights count in both places where releases keep them") {
    json document = stump();
    json& booster = document["learner"]["gradient_booster"];
    booster["model"]["weight_drop"] = {0.5};
    CHECK(answer(document, 0) == 6);
    booster["model"].erase("weight_drop");
    document["learner"]["gradient_booster"] = {{"name", "dart"}, {"gbtree", booster}, {"weight_drop", {0.25}}};
    CHECK(answer(document, 0) == 3.5);
  }

  TEST_CASE("trees that are none are refused") {
    json document = stump();
    json& tree = tree_of(document);
    SUBCASE("a child is its parent") { tree["left_children"][0] = 0; }
    SUBCASE("a child beyond the nodes") { tree["right_children"][0] = 3; }
    SUBCASE("a child below zero") { tree["right_children"][0] = -2; }
    SUBCASE("a feature that does not exist") { tree["split_indices"][0] = 2; }
    SUBCASE("arrays of different lengths") { tree["default_left"].erase(0); }
    SUBCASE("no nodes") {
      for (const char* name : {"left_children", "right_children", "split_indices", "split_conditions", "default_left"})
        tree[name] = json::array();
    }
    SUBCASE("vectors that the leaves lack") {
      tree["tree_param"]["size_leaf_vector"] = "2", tree["base_weights"] = {1, 2};
      document["learner"]["learner_model_param"]["num_target"] = "2";
    }
    SUBCASE("an output that does not exist") { document["learner"]["gradient_booster"]["model"]["tree_info"] = {1}; }
    check_refused(document, "");
  }

  TEST_CASE("documents without the parts of a model are refused by name") {
    json document = stump();
    SUBCASE("no learner") { document.erase("learner"); }
    SUBCASE("a list for an object") { document["learner"] = json::array(); }
    SUBCASE("no objective") { document["learner"].erase("objective"); }
    SUBCASE("trees that are text") { document["learner"]["gradient_booster"]["model"]["trees"] = "none"; }
    SUBCASE("a base score that is none") { document["learner"]["learner_model_param"]["base_score"] = "half"; }
    SUBCASE("features without number") { document["learner"]["learner_model_param"]["num_feature"] = 1e300; }
    SUBCASE("too many features") { document["learner"]["learner_model_param"]["num_feature"] = "99999999999"; }
    SUBCASE("too many classes") { document["learner"]["learner_model_param"]["num_class"] = "2000000000"; }
    SUBCASE("an unknown objective") { document["learner"]["objective"]["name"] = "reg:unknown"; }
    SUBCASE("an unknown booster") { document["learner"]["gradient_booster"]["name"] = "gbforest"; }
    check_refused(document, "");
  }

  TEST_CASE("a refusal draws a booster beside its objective, and has both where both are unknown") {
    json document = stump();
    json& learner = document["learner"];
    const auto drawn = [&] { return test::drawn([&] { (void)xgboost_graph(read_xgboost_document(document)); }); };
    learner["objective"]["name"] = "reg:mine";
    CHECK(drawn() == test::Lines{"✓ booster gbtree: 1 trees", "✗ objective reg:mine",
                                 "   has the objective reg:mine, which is not known",
                                 "   → train it with an objective of XGBoost 0.90 to 3.4"});
    learner["gradient_booster"] = {{"name", "gbforest"}};
    CHECK(drawn()[0] == "✗ booster gbforest: 0 trees");
    CHECK(drawn().size() == 6);
  }

  TEST_CASE("a label is 1 where the sigmoid of its margin is above one half in float32, and not before") {
    const float last = xgboost_label_threshold(XgboostLink::logistic);
    const auto sigmoid = [](float x) { return 1.0f / (1.0f + static_cast<float>(std::exp(-static_cast<double>(x)))); };
    CHECK(sigmoid(last) == 0.5f);
    CHECK(sigmoid(std::nextafter(last, 1.0f)) > 0.5f);
  }

  TEST_CASE("NaN is read where JSON has no word for it") {
    json document = stump();
    std::string text = document.dump();
    text.replace(text.find("[1.0,10.0,20.0]"), 15, "[NaN,10.0,20.0]");
    const XgboostModel model = read_xgboost_json(text);
    CHECK(std::isnan(model.trees.at(0).condition.at(0)));
  }

  TEST_CASE("the binary form, cut short at any byte, is refused") {
    const Buffer file = Buffer::map_file(test::fixture("boosters/poisson_090.model"));
    REQUIRE(read_xgboost_binary(file.bytes()).trees.size() == 3);
    std::size_t read = 0;
    for (std::size_t size = 0; size < file.size(); ++size) try {
        (void)read_xgboost_binary(file.bytes().first(size));
        ++read;
      } catch (const Refusal&) {
      }
    CHECK(read < 64);  // what training notes behind the trees may be missing
  }
}

}  // namespace
}  // namespace nacre::tools
