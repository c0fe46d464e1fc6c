#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/support/files.hpp"
#include "tests/support/program.hpp"

namespace nacre::tools::test {
namespace {

TEST_SUITE("nacre supported") {
  TEST_CASE("docs/what-converts.md is what it prints") {
    CHECK_MESSAGE(nacre({"supported"}).out == read_file(NACRE_SOURCE_DIR "/docs/what-converts.md"),
                  "write it anew: nacre supported > docs/what-converts.md");
  }

  TEST_CASE("programs read it as JSON") {
    const auto list = nlohmann::json::parse(nacre({"supported", "--json"}).out);
    const auto has = [](const nlohmann::json& words, const char* word) {
      return std::find(words.begin(), words.end(), word) != words.end();
    };
    CHECK(has(list["sklearn"]["predict"], "LogisticRegression"));
    CHECK(has(list["sklearn"]["transform"], "StandardScaler"));
    CHECK_FALSE(has(list["sklearn"]["predict"], "StandardScaler"));
    CHECK(has(list["keras"]["layers"], "Dense"));
    CHECK(has(list["keras"]["activations"], "relu6"));
    CHECK(list["tflite"]["operators"]["CONV_2D"] == "float32, int8, int16");
    CHECK(list["tflite"]["operators"]["RESHAPE"] == "any");
  }

  TEST_CASE("a library, or one of its names, can be asked for alone") {
    const auto keras = nlohmann::json::parse(nacre({"supported", "keras", "--json"}).out);
    CHECK(keras.size() == 2);
    CHECK(keras["schema"] == "nacre-supported-1");
    CHECK(keras.contains("keras"));
    CHECK(nacre({"supported", "tflite", "RELU"}).out ==
          "tflite RELU: operators; files .tflite; computes with float32, int8, int16\n");
    const std::string svc = nacre({"supported", "sklearn", "SVC"}).out;
    CHECK(svc.find("sklearn SVC: predict; files pickle, joblib, skops; parameters C ") == 0);
    CHECK(nacre({"supported", "xgboost", "XGBRanker"}).status == 0);
    const Outcome unknown = nacre({"supported", "sklearn", "Dense"});
    CHECK(unknown.status == 1);
    CHECK(unknown.err.find("Dense does not convert") != std::string::npos);
    CHECK(nacre({"supported", "pytorch"}).status == 1);
    CHECK(nacre({"supported", "pytorch", "Linear"}).err.find("there is no library pytorch") != std::string::npos);
  }

  TEST_CASE("a name is found without its library, and whatever letters are large") {
    CHECK(nacre({"supported", "XGBClassifier"}).out.find("xgboost XGBClassifier: classes") == 0);
    CHECK(nacre({"supported", "sklearn", "svc"}).out == nacre({"supported", "sklearn", "SVC"}).out);
    const std::string dense = nacre({"supported", "dense"}).out;
    CHECK(dense.find("keras Dense: layers") == 0);
  }

  TEST_CASE("a name that is nearly right is guessed, and so are those that begin with it") {
    CHECK(nacre({"supported", "SVCC"}).err == "nacre: SVCC does not convert; did you mean SVC?\n");
    CHECK(nacre({"supported", "random_forest"}).err == "nacre: random_forest does not convert; give a model of those "
                                                       "that nacre supported lists\n");
    CHECK(nacre({"supported", "RandomForest"}).err.find("did you mean RandomForestClassifier or "
                                                        "RandomForestRegressor?") != std::string::npos);
    CHECK(nacre({"supported", "onnx", "Conv2d"}).status == 1);
  }
}

}  // namespace
}  // namespace nacre::tools::test
