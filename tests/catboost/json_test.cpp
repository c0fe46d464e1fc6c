#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "tools/catboost/graph.hpp"
#include "tools/common/refusal.hpp"

TEST_SUITE("the JSON form of CatBoost") {
  TEST_CASE("an index that is no integer is refused, however large it is") {
    for (const nlohmann::json& index : {nlohmann::json(1e308), nlohmann::json(0.5), nlohmann::json("0")}) {
      const nlohmann::json document = {{"features_info", {{"float_features", {{{"flat_feature_index", index}}}}}}};
      CHECK_THROWS_WITH_AS(nacre::tools::read_catboost_json(document.dump()),
                           doctest::Contains("no integer as flat_feature_index"), nacre::tools::Refusal);
    }
  }
}
