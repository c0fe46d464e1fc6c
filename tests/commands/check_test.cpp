#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "tests/support/files.hpp"
#include "tests/support/models.hpp"
#include "tests/support/pickles.hpp"
#include "tests/support/program.hpp"

namespace nacre::tools::test {
namespace {

/// A model that gives 100 a + 10 b + c, and three rows, of which it makes 123, 456 and 789.
struct Checked {
  TemporaryFolder folder;
  std::string model = folder.file("digits.nacre");
  std::string rows = write_file(folder.file("x.csv"), "a,b,c\n1,2,3\n4,5,6\n7,8,9\n");

  Checked() {
    const std::string saved =
        write_file(folder.file("digits.pkl"), pickled_regression({100, 10, 1}, 0, {"a", "b", "c"}) + ".");
    REQUIRE(nacre({"convert", saved, "-o", model}).status == 0);
  }
  Outcome against(const std::string& csv, std::vector<std::string> more = {}) const {
    std::vector<std::string> arguments{"check", model, "--input", rows, "--expect",
                                       write_file(folder.file("y.csv"), csv)};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return nacre(arguments);
  }
};

TEST_SUITE("nacre check") {
  TEST_CASE("predictions within 1e-3 of the largest pass, and the largest error is shown with its row") {
    const Outcome outcome = Checked().against("predict\n123\n456.5\n789\n");
    CHECK(outcome.err == "");
    CHECK(outcome.status == 0);
    CHECK(outcome.out == "predict: 3 rows, largest error 0.5 (row 3, column 1), 0.789 allowed\n");
  }
  TEST_CASE("a larger error fails with exit status 1, and the message says where") {
    const Outcome outcome = Checked().against("predict\n123\n456\n790\n");
    CHECK(outcome.status == 1);
    CHECK(outcome.err.find("y.csv: row 4, column 1: the model is off by 1, and 0.79 is allowed") != std::string::npos);
  }
  TEST_CASE("--tolerance says what is allowed, and 0 asks for equality") {
    const Checked checked;
    CHECK(checked.against("predict\n123\n456\n790\n", {"--tolerance", "1"}).status == 0);
    CHECK(checked.against("predict\n123\n456\n789.001\n", {"--tolerance", "0"}).status == 1);
    CHECK(checked.against("predict\n123\n456\n789\n", {"--tolerance", "0"}).status == 0);
    CHECK(checked.against("predict\n123\n456\n789\n", {"--tolerance", "-1"}).status == 2);
  }
  TEST_CASE("a missing value is no prediction of a number") {
    CHECK(Checked().against("predict\n123\n\"\"\n789\n").status == 1);
  }
  TEST_CASE("predictions of other rows are refused before anything is compared") {
    const Outcome outcome = Checked().against("predict\n123\n456\n");
    CHECK(outcome.status == 1);
    CHECK(outcome.err.find("has 2 rows, and 3 were predicted") != std::string::npos);
    CHECK(Checked().against("a,b\n1,2\n3,4\n5,6\n").status == 1);
  }
  TEST_CASE("JSON holds the figures, and the reason where the check fails") {
    const auto passed = nlohmann::json::parse(Checked().against("predict\n123\n456.5\n789\n", {"--json"}).out);
    CHECK(passed["ok"] == true);
    CHECK(passed["largest_error"] == 0.5);
    CHECK(passed["row"] == 1);
    const auto failed = nlohmann::json::parse(Checked().against("predict\n0\n0\n0\n", {"--json"}).out);
    CHECK(failed["ok"] == false);
  }
  TEST_CASE("labels must be equal, numbers and text; the first row that differs is named") {
    const TemporaryFolder folder;
    const std::string model = folder.file("m.nacre"), answers = folder.file("y.csv");
    REQUIRE(nacre({"convert", fixture("skops/forest.skops"), "-o", model}).status == 0);
    const std::string rows = fixture("skops/forest.in.npy");
    CHECK(nacre({"check", model, "--input", rows, "--expect", fixture("skops/forest.predict.npy")}).status == 0);
    CHECK(nacre({"check", model, "--input", rows, "--output", "predict_proba", "--expect",
                 fixture("skops/forest.predict_proba.npy")}).status == 0);
    REQUIRE(nacre({"run", model, "--input", rows, "-o", answers}).status == 0);
    CHECK(nacre({"check", model, "--input", rows, "--expect", answers}).status == 0);
    std::string text = read_file(answers);
    text.replace(text.rfind("eins"), 4, "vier");
    const Outcome outcome =
        nacre({"check", model, "--input", rows, "--expect", write_file(folder.file("z.csv"), text)});
    CHECK(outcome.status == 1);
    CHECK(outcome.err.find("the model gives eins, and vier is expected (1 of 20 rows differ)") != std::string::npos);
  }

  TEST_CASE("a tolerance that is no number of 0 or more is wrong usage: beside a NaN every error would pass") {
    for (const char* tolerance : {"nan", "inf", "-1", "1e400", "much"}) {
      CAPTURE(tolerance);
      const Outcome outcome = Checked().against("predict\n0\n0\n0\n", {"--tolerance", tolerance});
      CHECK(outcome.status == 2);
      CHECK(outcome.err == std::string("nacre: check: --tolerance: ") + tolerance +
                               " is no tolerance; give 0 or more, as in 1e-5\n");
    }
  }
}

}  // namespace
}  // namespace nacre::tools::test
