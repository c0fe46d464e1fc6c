#include <doctest/doctest.h>

#include "tests/support/files.hpp"
#include "tests/support/pickles.hpp"
#include "tests/support/program.hpp"

namespace nacre::tools::test {
namespace missing_kinds_test {

/// An encoder of two columns: the categories of the first are these pickled items, the only one of the second is z.
std::string encoder(const std::string& first, const std::string& second) {
  return pickled_object("sklearn.preprocessing._encoders", "OneHotEncoder",
                        {{"categories_", "(l(l" + first + "a" + second + "aa(lVz\naa"},
                         {"handle_unknown", "S'ignore'\n"},
                         {"drop", "N"},
                         {"sparse_output", "I00\n"},
                         {"n_features_in_", "I2\n"},
                         {"_sklearn_version", "S'1.8.0'\n"}});
}

/// An imputer of two columns of texts, to which a missing one is b.
std::string imputer(const std::string& missing_values) {
  return pickled_object("sklearn.impute._base", "SimpleImputer",
                        {{"statistics_", pickled_text_array({"b", "b"})},
                         {"missing_values", missing_values},
                         {"strategy", "S'most_frequent'\n"},
                         {"n_features_in_", "I2\n"},
                         {"_sklearn_version", "S'1.8.0'\n"}});
}

std::string pipeline(const std::string& first, const std::string& second) {
  return pickled_object("sklearn.pipeline", "Pipeline",
                        {{"steps", "(l(Vfirst\n" + first + "ta(Vsecond\n" + second + "ta"},
                         {"_sklearn_version", "S'1.8.0'\n"}});
}

struct Case {
  TemporaryFolder folder;
  std::vector<std::string> convert{"convert"};

  explicit Case(const std::vector<std::string>& models) {
    for (const std::string& model : models)
      convert.push_back(write_file(folder.file(std::to_string(convert.size()) + ".pkl"), model + "."));
    convert.insert(convert.end(), {"-o", folder.file("m.nacre"), "--name", "m"});
  }
  /// What is printed, or why nothing is.
  std::string run(const std::string& csv) const {
    const Outcome converted = nacre(convert);
    if (converted.status != 0) return converted.err;
    const Outcome outcome = nacre({"run", folder.file("m.nacre"), "--input", write_file(folder.file("x.csv"), csv)});
    return outcome.status == 0 ? outcome.out : outcome.err;
  }
  bool refuses(const std::string& csv, const char* what) const { return run(csv).find(what) != std::string::npos; }
};

const std::string kNone = "N", kNaN = "Fnan\n", kEmpty = "V\n", kText = "Va\n", kB = "Vb\n", kNumber = "F1\n";

TEST_SUITE("None, NaN and an empty text, which scikit-learn tells apart") {
  TEST_CASE("a field with nothing in it is NaN: a category where training had NaN") {
    CHECK(Case({encoder(kText, kNaN)}).run("x,y\na,z\n,z\n") == "1,0,1\n0,1,1\n");
    CHECK(Case({encoder(kNumber, kNaN)}).run("x,y\n1,z\n,z\n") == "1,0,1\n0,1,1\n");
  }

  TEST_CASE("where training had None or an empty text, two quotes are that category, and nothing is refused") {
    CHECK(Case({encoder(kText, kNone)}).run("x,y\na,z\n\"\",z\n") == "1,0,1\n0,1,1\n");
    CHECK(Case({encoder(kEmpty, kText)}).run("x,y\na,z\n\"\",z\n") == "0,1,1\n1,0,1\n");
    CHECK(Case({encoder(kText, kNone)})
              .refuses("x,y\na,z\n,z\n", "row 3, column x: the text is missing, where training had None, which the "
                                          "library tells from NaN; write two quotes where None is meant"));
    CHECK(Case({encoder(kEmpty, kText)}).refuses("x,y\na,z\n,z\n", "where training had an empty text"));
  }

  TEST_CASE("a number that is missing is refused where training had None") {
    CHECK(Case({encoder(kNumber, kNone)}).run("x,y\n1,z\n") == "1,0,1\n");
    CHECK(Case({encoder(kNumber, kNone)})
              .refuses("x,y\n1,z\n,z\n", "row 3, column x: the number is missing, where training had None"));
  }

  TEST_CASE("an imputer fills in what training called missing, and refuses the others") {
    CHECK(Case({pipeline(imputer(kNaN), encoder(kText, kB))}).run("x,y\na,z\n,z\n") == "1,0,1\n0,1,1\n");
    CHECK(Case({pipeline(imputer(kNone), encoder(kText, kB))}).refuses("x,y\na,z\n,z\n", "where training had None"));
    CHECK(Case({pipeline(imputer(kEmpty), encoder(kText, kB))})
              .refuses("x,y\na,z\n,z\n", "where training had an empty text"));
  }

  TEST_CASE("diff tells models apart that mean different things by missing") {
    const Case none({encoder(kText, kNone)}), nan({encoder(kText, kNaN)});
    CHECK(none.run("x,y\na,z\n") == nan.run("x,y\na,z\n"));
    const Outcome outcome = nacre({"diff", none.folder.file("m.nacre"), nan.folder.file("m.nacre")});
    CHECK(outcome.status == 1);
    CHECK((outcome.out + outcome.err).find("missing values were others in training") != std::string::npos);
  }

  TEST_CASE("a model is refused in which two steps mean different things by missing") {
    CHECK(Case({pipeline(imputer(kNaN), encoder(kText, kNone))})
              .refuses("x,y\na,z\n", "takes None for a missing value in a column in which another step takes NaN"));
    CHECK(Case({pipeline(imputer(kNaN), encoder(kEmpty, kText))})
              .refuses("x,y\na,z\n", "takes an empty text for a missing value"));
  }
}

}  // namespace missing_kinds_test
}  // namespace nacre::tools::test
