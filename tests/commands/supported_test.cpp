#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/support/files.hpp"
#include "tests/support/program.hpp"

namespace nacre::tools::test {
namespace {

TEST_SUITE("nacre list") {
  TEST_CASE("docs/what-converts.md is what it prints") {
    CHECK_MESSAGE(nacre({"list"}).out == read_file(NACRE_SOURCE_DIR "/docs/what-converts.md"),
                  "write it anew: nacre list > docs/what-converts.md");
  }

  TEST_CASE("programs read it as JSON") {
    const auto list = nlohmann::json::parse(nacre({"list", "--json"}).out);
    const auto has = [](const nlohmann::json& words, const char* word) {
      return std::find(words.begin(), words.end(), word) != words.end();
    };
    CHECK(has(list["sklearn"]["predict"], "LogisticRegression"));
    CHECK(has(list["sklearn"]["transform"], "StandardScaler"));
    CHECK_FALSE(has(list["sklearn"]["predict"], "StandardScaler"));
    CHECK(has(list["keras"]["layers"], "Dense"));
    CHECK(has(list["keras"]["activations"], "relu6"));
    CHECK(list["tflite"]["CONV_2D"] == "float32, int8");
    CHECK(list["tflite"]["RESHAPE"] == "any");
  }
}

}  // namespace
}  // namespace nacre::tools::test
