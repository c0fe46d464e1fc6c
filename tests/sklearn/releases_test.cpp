#include <doctest/doctest.h>

#include <cmath>
#include <fstream>

#include "tests/support/models.hpp"
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

/// Output `name` for one row of irises.
std::vector<double> predict(const Graph& graph, const std::string& name) {
  const auto values = evaluate(graph, {{{DataType::float32, {1, 4}}, {5.9, 3.0, 4.2, 1.5}, {}}});
  for (const Port& port : graph.outputs)
    if (port.name == name) return values[port.value].values;
  FAIL("no output " << name);
  return {};
}

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

TEST_SUITE("releases of scikit-learn") {
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
}

}  // namespace
}  // namespace nacre::tools::test
