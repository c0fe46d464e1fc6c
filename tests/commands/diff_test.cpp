#include <doctest/doctest.h>

#include "tests/support/files.hpp"
#include "tests/support/models.hpp"
#include "tests/support/pickles.hpp"
#include "tests/support/program.hpp"

namespace nacre::tools::test {
namespace {

struct Folder {
  TemporaryFolder folder;

  std::string save(const std::string& name, const std::string& pickle) const {
    return write_file(folder.file(name), pickle + ".");
  }
  std::string convert(const std::string& name, std::vector<std::string> arguments) const {
    const std::string file = folder.file(name);
    arguments.insert(arguments.begin(), "convert");
    arguments.insert(arguments.end(), {"-o", file});
    REQUIRE(nacre(arguments).status == 0);
    return file;
  }
};

TEST_SUITE("nacre diff") {
  TEST_CASE("a saved model and the Nacre file made of it are the same, whichever comes first") {
    const Folder folder;
    for (const char* name : {"skops/pipeline.skops", "skops/forest.skops", "skops/net.skops", "skops/columns.skops"}) {
      const std::string saved = fixture(name), file = folder.convert("m.nacre", {saved});
      CHECK(nacre({"diff", saved, file}).status == 0);
      const Outcome outcome = nacre({"diff", file, saved});
      CHECK(outcome.err == "");
      CHECK(outcome.out.find("same structure") == 0);
    }
  }
  TEST_CASE("a file with some of the outputs, or packed for a target, is compared with the same conversion") {
    const Folder folder;
    const std::string saved = fixture("skops/forest.skops");
    CHECK(nacre({"diff", folder.convert("m.nacre", {saved, "--outputs", "predict_proba"}), saved}).status == 0);
    const std::string net = fixture("residual_int8.tflite");
    CHECK(nacre({"diff", net, folder.convert("n.nacre", {net, "--target", "cortex-m4"})}).status == 0);
  }
  TEST_CASE("the first weight that differs is named, and how many do") {
    const Folder folder;
    const std::string a = folder.save("a.pkl", pickled_regression({100, 10, 1}, 0));
    const std::string b = folder.save("b.pkl", pickled_regression({100, 10.5, 1.25}, 0));
    const Outcome outcome = nacre({"diff", a, b});
    CHECK(outcome.status == 1);
    CHECK(outcome.err.find("a.pkl: layer LinearRegression, input 1, element 1: 10 against 10.5 (2 of 4 weights differ, "
                           "by up to 0.5)") != std::string::npos);
    CHECK(nacre({"diff", a, b, "--tolerance", "0.5"}).status == 0);
    CHECK(nacre({"diff", a, b, "--tolerance", "0.4"}).status == 1);
    CHECK(nacre({"diff", folder.convert("a.nacre", {a}), b}).status == 1);
  }
  TEST_CASE("saved models are compared in float64, with digits that the device does not have") {
    const Folder folder;
    const std::string a = folder.save("a.pkl", pickled_regression({1}, 0));
    const std::string b = folder.save("b.pkl", pickled_regression({1.000000000000001}, 0));
    CHECK(nacre({"diff", a, b}).status == 1);
    CHECK(nacre({"diff", a, a}).status == 0);
  }
  TEST_CASE("an option that changes what a layer computes is named") {
    const Folder folder;
    const std::string a = folder.save("a.pkl", pickled_scaler({1, 2}, {3, 4}));
    const std::string b = folder.save("b.pkl", pickled_regression({3, 4}, 0));
    const Outcome outcome = nacre({"diff", a, b});
    CHECK(outcome.status == 1);
    CHECK(outcome.err.find("affine against fully_connected") != std::string::npos);
  }
  TEST_CASE("features and labels count, as they choose columns and name answers") {
    const Folder folder;
    const std::string a = folder.save("a.pkl", pickled_regression({1, 2}, 0, {"height", "weight"}));
    const std::string b = folder.save("b.pkl", pickled_regression({1, 2}, 0, {"weight", "height"}));
    const Outcome outcome = nacre({"diff", a, b});
    CHECK(outcome.status == 1);
    CHECK(outcome.err.find("feature 0 is \"height\" against \"weight\"") != std::string::npos);
    CHECK(nacre({"diff", folder.convert("a.nacre", {a}), folder.convert("b.nacre", {b})}).status == 1);
  }
  TEST_CASE("two files are needed, and one that is no model is refused as everywhere") {
    CHECK(nacre({"diff", fixture("residual_int8.tflite")}).status == 2);
    CHECK(nacre({"diff", fixture("residual_int8.tflite"), fixture("expect.json")}).status == 1);
  }
  TEST_CASE("a file that is not there is named") {
    const TemporaryFolder folder;
    const std::string none = folder.file("none.pkl");
    CHECK(nacre({"diff", fixture("linear.joblib"), none}).err.find("nacre: " + none + ": cannot read the file") == 0);
  }
}

}  // namespace
}  // namespace nacre::tools::test
