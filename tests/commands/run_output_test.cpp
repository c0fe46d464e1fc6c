#include <doctest/doctest.h>

#include "tests/support/files.hpp"
#include "tests/support/models.hpp"
#include "tests/support/program.hpp"

// nacre run: where the answers go, which, and in what type.

namespace nacre::tools::test {
namespace {

/// A fixture as a Nacre file, and how its answers come.
struct Answers {
  TemporaryFolder folder;
  std::string model = folder.file("m.nacre"), input;

  Answers(const std::string& saved, const std::string& rows) : input(fixture(rows)) {
    REQUIRE(nacre({"convert", fixture(saved), "-o", model}).status == 0);
  }
  Outcome run(std::vector<std::string> options) const {
    options.insert(options.begin(), {"run", model, "--input", input});
    return nacre(options);
  }
  /// What a file of that name then holds.
  std::string written(const std::string& name, std::vector<std::string> options = {}) const {
    options.insert(options.end(), {"-o", folder.file(name)});
    CHECK(run(options).err == "");
    return read_file(folder.file(name));
  }
};

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

TEST_SUITE("nacre run: answers") {
  TEST_CASE("-o - writes the .csv file to standard output") {
    const Answers answers("pipeline.joblib", "pipeline.in.npy");
    CHECK(answers.run({"-o", "-"}).out == answers.written("y.csv"));
    CHECK(answers.run({"--output-file", "-"}).out == answers.written("y.csv"));
    CHECK(first_line(answers.run({"-o", "-", "--answer", "predict_proba"}).out) ==
          "predict_proba_setosa,predict_proba_versicolor,predict_proba_virginica");
    const Outcome full = run_program({"sh", "-c", "\"$0\" run \"$1\" --input \"$2\" -o - > /dev/full", nacre_program(),
                                      answers.model, answers.input});
    CHECK(full.status == 1);
    CHECK(full.err.find("standard output: cannot be written") != std::string::npos);
  }

  TEST_CASE("a name that does not tell the type of the file is refused before anything is read") {
    const TemporaryFolder folder;
    for (const char* name : {"y.txt", "y.json", "y", "y.npz"}) {
      CAPTURE(name);
      const Outcome outcome = nacre({"run", "none.nacre", "--input", "none.csv", "-o", folder.file(name)});
      CHECK(outcome.status == 2);
      CHECK(outcome.err.find("the name does not tell the type of the file; end it with .npy, .csv or .csv.gz") !=
            std::string::npos);
    }
    CHECK(folder.names().empty());
  }

  TEST_CASE("a .csv.gz file is the .csv file, packed, the same each time") {
    const Answers answers("pipeline.joblib", "pipeline.in.npy");
    const std::string packed = answers.written("y.csv.gz");
    CHECK(packed == answers.written("again.CSV.gz"));
    const Outcome unpacked = run_program({"gzip", "-dc", answers.folder.file("y.csv.gz")});
    CHECK(unpacked.out == answers.written("y.csv"));
  }

  TEST_CASE("all outputs stand side by side, in one file or in lines") {
    const Answers answers("pipeline.joblib", "pipeline.in.npy");
    const std::string csv = answers.written("y.csv", {"--all-outputs"});
    CHECK(first_line(csv) ==
          "predict,predict_proba_setosa,predict_proba_versicolor,predict_proba_virginica,decision_function_setosa,"
          "decision_function_versicolor,decision_function_virginica");
    CHECK(answers.run({"--all-outputs"}).out == csv.substr(csv.find('\n') + 1));
    CHECK(first_line(answers.written("y.csv")) == "predict");
    const std::string proba = answers.run({"--answer", "predict_proba"}).out;
    CHECK(csv.find("\nsetosa," + first_line(proba) + ",") != std::string::npos);
  }

  TEST_CASE("all outputs do not go to a .npy file, nor with a choice of one") {
    const Answers answers("pipeline.joblib", "pipeline.in.npy");
    const Outcome npy = answers.run({"--all-outputs", "-o", answers.folder.file("y.npy")});
    CHECK(npy.status == 2);
    CHECK(npy.err.find("--all-outputs: a .npy file holds one array; ") != std::string::npos);
    CHECK(answers.run({"--all-outputs", "--output", "predict"}).status == 2);
  }

  TEST_CASE("--answer and --output choose the same") {
    const Answers answers("pipeline.joblib", "pipeline.in.npy");
    CHECK(answers.run({"--answer", "predict_proba"}).out == answers.run({"--output", "predict_proba"}).out);
    CHECK(answers.run({"--answer", "none"}).err.find("the model has no output none; choose among: predict") !=
          std::string::npos);
  }

  TEST_CASE("--dequantize gives the reals that quantised integers stand for, and leaves reals alone") {
    const Answers quantised("leaky_int8.tflite", "leaky_int8.in.npy");
    const std::string stored = quantised.run({}).out, reals = quantised.run({"--dequantize"}).out;
    // output_0 has the scale 0.011737608350813389 and the zero point -115.
    const int first = std::stoi(stored);
    CHECK(std::stof(reals) == 0.011737608350813389f * static_cast<float>(first + 115));
    CHECK(quantised.written("y.npy", {"--dequantize"}).find("'<f4'") != std::string::npos);
    CHECK(quantised.written("z.npy").find("'|i1'") != std::string::npos);
    const Answers floats("linear.joblib", "linear.in.npy");
    CHECK(floats.run({"--dequantize"}).out == floats.run({}).out);
  }
}

}  // namespace
}  // namespace nacre::tools::test
