#include <doctest/doctest.h>

#include "tests/support/files.hpp"
#include "tests/support/models.hpp"
#include "tests/support/pickles.hpp"
#include "tools/read/read.hpp"

namespace nacre::tools::test {
namespace refused_values_test {

/// The input of a model in text, as though `release` had saved it.
Port input_of(const std::vector<std::string>& models) {
  const TemporaryFolder folder;
  std::vector<std::string> files;
  for (const std::string& model : models)
    files.push_back(write_file(folder.file(std::to_string(files.size()) + ".pkl"), model + "."));
  return read_model(files, {}, nullptr).inputs[0];
}

std::string imputer(const std::string& missing_values) {
  return pickled_object("sklearn.impute._base", "SimpleImputer",
                        {{"statistics_", pickled_numbers({1, 2})},
                         {"missing_values", missing_values},
                         {"strategy", "S'mean'\n"},
                         {"n_features_in_", "I2\n"},
                         {"_sklearn_version", "S'1.0'\n"}});
}

std::string scaler(const std::string& release) {
  return pickled_object("sklearn.preprocessing._data", "StandardScaler",
                        {{"mean_", pickled_numbers({1, 2})},
                         {"scale_", pickled_numbers({1, 2})},
                         {"n_features_in_", "I2\n"},
                         {"_sklearn_version", "S'" + release + "'\n"}});
}

Port forest(const std::string& release) {
  constexpr const char* kSavedBy = "1.6.1";
  std::string text = read_file(fixture("forest.pkl"));
  for (std::size_t at = text.find(kSavedBy); at != std::string::npos; at = text.find(kSavedBy, at + 1))
    text.replace(at, release.size(), release);
  const TemporaryFolder folder;
  return read_model({write_file(folder.file("forest.pkl"), text)}, {}, nullptr).inputs[0];
}

TEST_SUITE("values that scikit-learn refuses") {
  TEST_CASE("linear models raise for missing and for infinite values") {
    const Port input = input_of({pickled_regression({1, 2}, 0)});
    CHECK(input.refuses_missing);
    CHECK(input.refuses_infinite);
  }

  TEST_CASE("scalers let missing values pass since 0.20, infinite ones never") {
    CHECK(!input_of({scaler("0.20.4")}).refuses_missing);
    CHECK(input_of({scaler("0.19.2")}).refuses_missing);
    CHECK(input_of({scaler("1.9.1")}).refuses_infinite);
    CHECK(input_of({scaler("1.9.1"), pickled_regression({1, 2}, 0)}).refuses_missing);  // the model behind it raises
  }

  TEST_CASE("behind an imputer nothing is missing any more") {
    const Port input = input_of({imputer("Fnan\n"), pickled_regression({1, 2}, 0)});
    CHECK(!input.refuses_missing);
    CHECK(input.refuses_infinite);
    CHECK(input_of({imputer("F-1\n"), pickled_regression({1, 2}, 0)}).refuses_missing);  // it looks for another value
  }

  TEST_CASE("forests take missing values since 1.4") {
    CHECK(forest("1.3.2").refuses_missing);
    CHECK(!forest("1.4.0").refuses_missing);
    CHECK(forest("1.4.0").refuses_infinite);
  }

  TEST_CASE("nets take everything") {
    const Port input = read_model({fixture("two_inputs.keras")}, {}, nullptr).inputs[0];
    CHECK(!input.refuses_missing);
    CHECK(!input.refuses_infinite);
  }
}

}  // namespace refused_values_test
}  // namespace nacre::tools::test
