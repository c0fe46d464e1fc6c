#include <doctest/doctest.h>

#include "tests/support/files.hpp"
#include "tests/support/models.hpp"
#include "tests/support/program.hpp"

namespace nacre::tools::test {
namespace {

/// A fixture and what becomes of it on the way to another format and back.
struct Exported {
  TemporaryFolder folder;
  std::string model = folder.file("model.nacre"), back = folder.file("back.nacre");

  explicit Exported(const std::string& name) {
    REQUIRE(nacre({"convert", fixture(name), "-o", model}).status == 0);
  }
  std::string write(const std::string& ending) const {
    const std::string file = folder.file("out" + ending);
    const Outcome outcome = nacre({"export", model, "-o", file});
    CHECK(outcome.err == "");
    REQUIRE(outcome.status == 0);
    return file;
  }
  void read(const std::string& file) const {
    const Outcome outcome = nacre({"convert", file, "-o", back});
    CAPTURE(outcome.err);
    REQUIRE(outcome.status == 0);
  }
};

TEST_SUITE("nacre export") {
  TEST_CASE("a model that comes back from ONNX predicts what its library predicts") {
    for (const std::string name : {"conv_net", "embedding", "sequence", "channels_first", "shapes"}) {
      CAPTURE(name);
      const Exported exported(name + ".h5");
      exported.read(exported.write(".onnx"));
      const Outcome outcome = nacre({"check", exported.back, "--input", fixture(name + ".in.npy"), "--expect",
                                     fixture(name + ".out.npy")});
      CAPTURE(outcome.err);
      CHECK(outcome.status == 0);
    }
  }
  TEST_CASE("a net that comes back from Keras's files is the same model, and is exported to the same bytes again") {
    for (const std::string name : {"conv_net", "embedding"})
      for (const std::string ending : {".h5", ".keras"}) {
        CAPTURE(name);
        CAPTURE(ending);
        const Exported exported(name + ".h5");
        const std::string file = exported.write(ending), bytes = read_file(file);
        CHECK(nacre({"diff", exported.model, file}).status == 0);
        CHECK(nacre({"diff", fixture(name + ".h5"), file}).status == 0);
        exported.read(file);
        REQUIRE(nacre({"export", exported.back, "-o", file}).status == 0);
        CHECK(read_file(file) == bytes);
      }
  }
  TEST_CASE("every layer that has no counterpart is named, and nothing is written") {
    const Exported exported("lstm_int8.tflite");
    const std::string file = exported.folder.file("out.h5");
    const Outcome outcome = nacre({"export", exported.model, "-o", file});
    CHECK(outcome.status == 1);
    CHECK(outcome.err.find("model.nacre: input ") != std::string::npos);
    CHECK(read_file(file) == "");
  }
  TEST_CASE("the ending of the output names the format") {
    const Exported exported("linear.joblib");
    const Outcome outcome = nacre({"export", exported.model, "-o", exported.folder.file("out.pb")});
    CHECK(outcome.status == 2);
    CHECK(outcome.err.find("names no format; write to a file .onnx, .h5 or .keras") != std::string::npos);
  }
  TEST_CASE("labels, and trees that decide them, are exported") {
    for (const std::string name : {"pipeline", "mlp", "missing_forest", "boosting"}) {
      CAPTURE(name);
      (void)Exported(name + ".joblib").write(".onnx");
    }
  }
}

}  // namespace
}  // namespace nacre::tools::test
