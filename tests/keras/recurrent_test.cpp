#include <doctest/doctest.h>

#include "tools/common/refusal.hpp"
#include "tools/keras/model.hpp"

namespace nacre::tools::test {
namespace {

using Json = nlohmann::json;

/// A layer with the parts of its configuration that the reader needs.
Json recurrent(const std::string& class_name, Json config = Json::object()) {
  config["name"] = class_name;
  return {{"class_name", class_name}, {"config", config}};
}
Json stack_of(const std::vector<Json>& cells) {
  return recurrent("RNN", {{"cell", recurrent("StackedRNNCells", {{"cells", cells}})}});
}

/// Imports a Sequential model of one layer, for 4 steps of 3 numbers; `weights` are the layer's.
Graph imported(Json only, const KerasWeights& weights = {}) {
  only["config"]["batch_input_shape"] = {nullptr, 4, 3};
  const Json model = {{"class_name", "Sequential"}, {"config", {{"layers", {only}}}}};
  return import_keras(model, "3.15.1", [&](const Json&, const KerasVersion&) {
    KerasWeights all;
    all.inner[only["config"]["name"]] = weights;
    return all;
  });
}

TEST_SUITE("keras/recurrent") {
  TEST_CASE("a cell of one's own is refused, whatever its name") {
    Json own = recurrent("GRUCell");
    own["module"] = "my_cells";
    own["registered_name"] = "GRUCell";
    for (const Json& model : {recurrent("RNN", {{"cell", own}}), stack_of({recurrent("LSTMCell"), own}),
                              recurrent("Bidirectional", {{"layer", recurrent("RNN", {{"cell", own}})}})})
      CHECK_THROWS_WITH_AS(imported(model), doctest::Contains("GRUCell is a custom layer"), Refusal);
  }

  TEST_CASE("a quantised cell is refused, and a class that is no cell") {
    const Json quantised = recurrent("GRUCell", {{"dtype", "int8_from_float32"}});
    CHECK_THROWS_WITH_AS(imported(recurrent("RNN", {{"cell", quantised}})), doctest::Contains("quantised"), Refusal);
    CHECK_THROWS_WITH_AS(imported(recurrent("RNN", {{"cell", recurrent("Dense")}})), doctest::Contains("class Dense"),
                         Refusal);
    CHECK_THROWS_WITH_AS(imported(recurrent("GRUCell")), doctest::Contains("outside of an RNN"), Refusal);
  }
}

}  // namespace
}  // namespace nacre::tools::test
