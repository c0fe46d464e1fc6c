#include <doctest/doctest.h>

#include <cmath>
#include <fstream>
#include <limits>

#include "tests/support/models.hpp"
#include "tests/support/pickles.hpp"
#include "tools/evaluate/evaluate.hpp"
#include "tools/read/read.hpp"

// What a release meant by the attributes that it saved: fixtures whose stated release is another.

namespace nacre::tools::test {
namespace {

constexpr const char* kSavedBy = "1.6.1";

/// The fixture as though a release of the same length of name had saved it.
Graph read_as(const std::string& name, const std::string& release) {
  const Buffer file = Buffer::map_file(fixture(name));
  std::string text(reinterpret_cast<const char*>(file.data()), file.size());
  const std::size_t at = text.find(kSavedBy);
  REQUIRE(at != std::string::npos);
  text.replace(at, release.size(), release);
  const TemporaryFolder folder;
  std::ofstream(folder.file(name), std::ios::binary) << text;
  return read_model({folder.file(name)}, {}, nullptr);
}

const std::vector<double> kVersicolor{5.9, 3.0, 4.2, 1.5}, kSetosa{5.1, 3.5, 1.4, 0.2};

/// Output `name` for one row of irises.
std::vector<double> predict(const Graph& graph, const std::string& name, const std::vector<double>& row = kVersicolor) {
  const auto values = evaluate(graph, {{{DataType::float32, {1, 4}}, row, {}}});
  for (const Port& port : graph.outputs)
    if (port.name == name) return values[port.value].values;
  FAIL("no output " << name);
  return {};
}

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

/// A pickle as releases before 0.24 saved it, without the number of features.
Graph read_old(const std::string& pickle) {
  const TemporaryFolder folder;
  std::ofstream(folder.file("old.pkl"), std::ios::binary) << pickle << '.';
  return read_model({folder.file("old.pkl")}, {}, nullptr);
}

const std::string kNormalizer = pickled_object("sklearn.preprocessing.data", "Normalizer", {{"norm", "S'l1'\n"}});
const std::string kIdleScaler = pickled_object("sklearn.preprocessing.data", "RobustScaler",
                                               {{"with_centering", "I00\n"}, {"with_scaling", "I00\n"}});

TEST_SUITE("releases of scikit-learn") {
  TEST_CASE("a transformer that does not say its width takes that of the step behind it") {
    const std::string regression = pickled_object("sklearn.linear_model.base", "LinearRegression",
                                                  {{"coef_", pickled_numbers({1, 2, 3})}, {"intercept_", "F1\n"}});
    for (const std::string& transformer : {kNormalizer, kIdleScaler}) {
      const std::string steps = "(l(S'first'\n" + transformer + "ta(S'second'\n" + regression + "ta";
      const Graph graph = read_old(pickled_object("sklearn.pipeline", "Pipeline", {{"steps", steps}}));
      CHECK(graph.type(graph.inputs[0].value).last() == 3);
    }
  }

  TEST_CASE("a transformer that does not say its width follows any file") {
    const TemporaryFolder folder;
    const auto write = [&](const char* name, const std::string& pickle) {
      std::ofstream(folder.file(name), std::ios::binary) << pickle << '.';
      return folder.file(name);
    };
    const Graph graph = read_model(
        {write("scaler.pkl", pickled_scaler({1, 2}, {1, 1})), write("normalizer.pkl", kNormalizer)}, {}, nullptr);
    CHECK(graph.type(graph.outputs[0].value).last() == 2);
  }

  TEST_CASE("alone it takes the width that the user states, once") {
    const TemporaryFolder folder;
    std::ofstream(folder.file("normalizer.pkl"), std::ios::binary) << kNormalizer << '.';
    ReadOptions options;
    for (const char* shape : {"1,3", "X=1,3"}) {
      options.shapes = {shape};
      const Graph graph = read_model({folder.file("normalizer.pkl")}, options, nullptr);
      CHECK(graph.type(graph.inputs[0].value).last() == 3);
    }
    options.shapes = {"1,3", "1,4"};
    CHECK_THROWS_WITH(read_model({folder.file("normalizer.pkl")}, options, nullptr),
                      doctest::Contains("there is no input whose shape is open"));
  }

  TEST_CASE("alone it is refused, and not as one that was never fitted") {
    for (const std::string& transformer : {kNormalizer, kIdleScaler})
      CHECK_THROWS_WITH(read_old(transformer), doctest::Contains("does not say how many features it takes"));
    CHECK_THROWS_WITH(read_old(pickled_object("sklearn.preprocessing.data", "RobustScaler",
                                              {{"with_centering", "I01\n"}, {"with_scaling", "I00\n"}})),
                      doctest::Contains("is not fitted"));
  }

  TEST_CASE("linear discriminant analysis of several classes: one against the rest before 0.22, then softmax") {
    const auto scores = predict(read_as("discriminant.joblib", kSavedBy), "decision_function");
    REQUIRE(scores.size() == 3);
    double sigmoids = 0, exponentials = 0;
    for (const double score : scores) sigmoids += sigmoid(score), exponentials += std::exp(score);
    const auto before = predict(read_as("discriminant.joblib", "0.9.9"), "predict_proba");
    const auto since = predict(read_as("discriminant.joblib", kSavedBy), "predict_proba");
    for (std::size_t i = 0; i < 3; ++i) {
      CHECK(before[i] == doctest::Approx(sigmoid(scores[i]) / sigmoids));
      CHECK(since[i] == doctest::Approx(std::exp(scores[i]) / exponentials));
    }
  }

  TEST_CASE("multinomial regression of two classes: a sigmoid before 0.20, then the softmax of both signs") {
    const auto scores = predict(read_as("logistic_multinomial.joblib", kSavedBy), "decision_function");
    REQUIRE(scores.size() == 1);
    const auto before = predict(read_as("logistic_multinomial.joblib", "0.9.9"), "predict_proba");
    const auto since = predict(read_as("logistic_multinomial.joblib", kSavedBy), "predict_proba");
    CHECK(before[1] == doctest::Approx(sigmoid(scores[0])));
    CHECK(since[1] == doctest::Approx(sigmoid(2 * scores[0])));
  }

  TEST_CASE("boosting: a score of exactly zero is the first class before 1.4, then the second") {
    const auto label = [](const char* release) {
      const Graph graph = read_as("boosting_undecided.joblib", release);
      const auto values = evaluate(graph, {{{DataType::float32, {1, 1}}, {0.0}, {}}});
      REQUIRE(values[graph.outputs[2].value].values[0] == 0);  // decision_function
      return values[graph.outputs[0].value].values[0];
    };
    CHECK(label("1.3.2") == 0);
    CHECK(label("1.4.0") == 1);
  }

  TEST_CASE(
      "boosting that starts from a certain classifier: at least a float32 epsilon of doubt before 1.8, then a float64 "
      "one") {
    const double before =
        std::abs(predict(read_as("boosting_certain.joblib", "1.7.2"), "decision_function", kSetosa)[0]);
    const double since =
        std::abs(predict(read_as("boosting_certain.joblib", "1.8.0"), "decision_function", kSetosa)[0]);
    const double wider =
        std::log(std::numeric_limits<float>::epsilon()) - std::log(std::numeric_limits<double>::epsilon());
    CHECK(since - before == doctest::Approx(wider));
  }

  TEST_CASE("a ridge classifier of several labels names the strongest before 1.0, then each that holds") {
    CHECK(predict(read_as("labels_ridge.joblib", "0.9.9"), "predict").size() == 1);
    CHECK(predict(read_as("labels_ridge.joblib", "1.0.0"), "predict").size() == 2);
  }

  TEST_CASE("an imputer of constants drops columns without a statistic since 1.8 only") {
    const Graph before = read_as("imputer_constant.joblib", "1.7.2");
    CHECK(before.type(before.outputs[0].value).last() == 4);
    CHECK_THROWS_WITH(read_as("imputer_constant.joblib", "1.8.0"), doctest::Contains("drops every column"));
  }

  TEST_CASE("a parameter that no known release has is refused from a later one, and is the user's own before") {
    CHECK_NOTHROW(read_as("own_attribute.joblib", "1.9.1"));
    CHECK_THROWS_WITH(read_as("own_attribute.joblib", "2.0.0"),
                      doctest::Contains("StandardScaler has the parameter taste"));
  }
}

}  // namespace
}  // namespace nacre::tools::test
