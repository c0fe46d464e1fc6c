#include <doctest/doctest.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "tests/support/files.hpp"
#include "tests/support/models.hpp"
#include "tests/support/pickles.hpp"
#include "tests/support/program.hpp"

namespace nacre::tools::test {
namespace {

using Json = nlohmann::json;
using Arguments = std::vector<std::string>;

/// Converts to `folder`/m.nacre and returns its path.
std::string convert_to(const TemporaryFolder& folder, Arguments arguments) {
  const std::string output = folder.file("m.nacre");
  arguments.insert(arguments.begin(), "convert");
  arguments.insert(arguments.end(), {"-o", output});
  const Outcome outcome = nacre(arguments);
  CHECK(outcome.err == "");
  REQUIRE(outcome.status == 0);
  return output;
}

/// Why the arguments are refused; nothing may be left behind.
std::string refusal_of(Arguments arguments) {
  const TemporaryFolder folder;
  arguments.insert(arguments.begin(), "convert");
  arguments.insert(arguments.end(), {"-o", folder.file("m.nacre")});
  const Outcome outcome = nacre(arguments);
  CHECK(outcome.status == 1);
  CHECK(folder.names().empty());
  return outcome.err;
}

std::string printed(const Arguments& arguments) {
  const Outcome outcome = nacre(arguments);
  CHECK(outcome.err == "");
  return outcome.out;
}

/// Whether anything opens a file while `action` runs.
template <typename Action>
bool is_opened(const std::string& file, Action action) {
  const int watch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  REQUIRE(inotify_add_watch(watch, file.c_str(), IN_OPEN) >= 0);
  action();
  alignas(inotify_event) char event[4096];
  const bool opened = read(watch, event, sizeof event) > 0;
  close(watch);
  return opened;
}

TEST_SUITE("nacre convert") {
  TEST_CASE("several files are a chain, and the report begins with what follows what") {
    const TemporaryFolder folder;
    const std::string scaler = write_file(folder.file("scaler.pkl"), pickled_scaler({1, 2}, {3, 4}) + "."),
                      line = write_file(folder.file("line.pkl"), pickled_regression({1, 1}, 0) + "."),
                      model = folder.file("m.nacre");
    CHECK(nacre({"convert", scaler, line, "-o", model}).out.find("chained: scaler.pkl → line.pkl\n") == 0);
    CHECK(nacre({"convert", line, "-o", model}).out.find("chained") == std::string::npos);
    const std::string parts = fixture("options_keras/keras_3_vectors");  // of one model
    CHECK(nacre({"convert", parts + ".json", parts + ".weights.h5", "-o", model}).out.find(model) == 0);
  }

  TEST_CASE("a machine's settings of OpenSSL and its time zone are not opened") {
    const TemporaryFolder folder;
    const std::string settings = write_file(folder.file("settings"), "config_diagnostics = 1\n");
    CHECK(is_opened(settings, [&] { (void)read_file(settings); }));
    setenv("OPENSSL_CONF", settings.c_str(), 1);
    setenv("TZ", (":" + settings).c_str(), 1);
    for (const char* model : {"pipeline.joblib", "skops/boosting.skops"}) {  // the latter is a zip archive, with dates
      CAPTURE(model);
      CHECK(!is_opened(settings, [&] { (void)convert_to(folder, {fixture(model)}); }));
    }
    unsetenv("TZ");
    unsetenv("OPENSSL_CONF");
  }

  TEST_CASE(
      "the same files give the same bytes, whatever the folder, the output's name, the locale and the time zone") {
    const TemporaryFolder folder, other;
    const std::string first = convert_to(folder, {fixture("pipeline.joblib")});
    const std::string copy = write_file(other.file("pipeline.joblib"), read_file(fixture("pipeline.joblib")));
    setenv("LC_ALL", "de_DE.UTF-8", 1);
    setenv("TZ", "Pacific/Kiritimati", 1);
    const Outcome again = run_program(
        {"sh", "-c", "cd \"$1\" && \"$0\" convert pipeline.joblib -o another.name", nacre_program(), other.file("")});
    unsetenv("LC_ALL");
    unsetenv("TZ");
    REQUIRE(again.status == 0);
    CHECK(read_file(first) == read_file(other.file("another.name")));
  }

  TEST_CASE("a model has the name and version it is given, or the name of its file") {
    const TemporaryFolder folder;
    CHECK(inspected(convert_to(folder, {fixture("linear.joblib")}))["name"] == "linear");
    const Json named =
        inspected(convert_to(folder, {fixture("linear.joblib"), "--name", "wake word", "--model-version", "1.2.3-β"}));
    CHECK(named["name"] == "wake word");
    CHECK(named["model_version"] == "1.2.3-β");
  }

  TEST_CASE("--outputs decides what a model carries: labels alone need no probabilities") {
    const TemporaryFolder folder;
    const Json labels = inspected(convert_to(folder, {"--outputs", "predict", fixture("pipeline.joblib")}));
    REQUIRE(labels["outputs"].size() == 1);
    CHECK(labels["outputs"][0]["name"] == "predict");
    for (const Json& layer : labels["layers"]) CHECK(layer["op"] != "softmax");
    const Json two = inspected(convert_to(folder, {fixture("pipeline.joblib"), "--outputs", "predict_proba,predict"}));
    REQUIRE(two["outputs"].size() == 2);
    CHECK(two["outputs"][0]["name"] == "predict_proba");
    CHECK(refusal_of({fixture("linear.joblib"), "--outputs", "logits"})
              .find("the model has no output logits; choose among: predict") != std::string::npos);
  }

  TEST_CASE("a report for a machine says what was left aside") {
    const TemporaryFolder folder;
    const std::string file = write_file(
        folder.file("both.pkl"),
        pickled_dict({{"scaler", pickled_scaler({1, 2, 3}, {3, 4, 5})}, {"model", pickled_regression({5, 6}, 7)}}) +
            ".");
    const Outcome outcome = nacre({"convert", file, "-o", folder.file("m.nacre"), "--json"});
    REQUIRE(outcome.status == 0);
    const Json report = Json::parse(outcome.out);
    CHECK(report["file"] == folder.file("m.nacre"));
    CHECK(report["file_bytes"] == std::filesystem::file_size(folder.file("m.nacre")));
    CHECK(report["check"]["largest_error"] <= report["check"]["bound"]);
    REQUIRE(report["warnings"].size() == 1);
    const std::string warning = report["warnings"][0];
    CHECK(warning.find("left aside scaler (sklearn.preprocessing._data.StandardScaler)") != std::string::npos);
    CHECK(warning.find("it gives other features than the model takes") != std::string::npos);
    CHECK(outcome.err == "nacre: warning: " + warning + "\n");
  }

  TEST_CASE("a scaler that fits before a model beside it is neither left aside nor put before it unasked") {
    const TemporaryFolder folder;
    const std::string file = write_file(
        folder.file("both.pkl"),
        pickled_dict({{"scaler", pickled_scaler({1, 2}, {2, 4})}, {"model", pickled_regression({5, 6}, 7)}}) + ".");
    const std::string refusal = refusal_of({file}), rows = write_file(folder.file("x.csv"), "a,b\n3,10\n");
    CHECK(refusal.find("holds scaler (sklearn.preprocessing._data.StandardScaler) beside model (") !=
          std::string::npos);
    CHECK(refusal.find("--select model for the model alone, or --select scaler,model") != std::string::npos);
    CHECK(printed({"run", convert_to(folder, {file, "--select", "model"}), "--input", rows}) ==
          "82\n");  // 5 · 3 + 6 · 10 + 7
    const std::string chain = convert_to(folder, {file, "--select", "scaler,model"});
    CHECK(printed({"run", chain, "--input", rows}) == "24\n");  // 5 (3 - 1) / 2 + 6 (10 - 2) / 4 + 7
    CHECK(inspected(chain)["source"]["file"] == "both.pkl");
    CHECK(printed({"run", convert_to(folder, {"--select", "scaler", file, file, "--select", "model"}), "--input",
                   rows}) == "24\n");
    CHECK(refusal_of({file, "--select", "scaler,modle"}).find("nothing under the key modle; choose among: scaler (") !=
          std::string::npos);
  }

  TEST_CASE("keys go down into containers, and one that is nowhere is refused") {
    const TemporaryFolder folder;
    const std::string inner = pickled_dict({{"a", pickled_regression({1}, 0)}, {"b", pickled_regression({2}, 0)}});
    const std::string file =
        write_file(folder.file("deep.pkl"), pickled_dict({{"models", inner}, {"text", "S'x'\n"}}) + ".");
    const std::string model = convert_to(folder, {file, "--select", "models", "--select", "b"});
    CHECK(printed({"run", model, "--input", write_file(folder.file("x.csv"), "x\n3\n")}) == "6\n");
    CHECK(refusal_of({file, "--select", "models"})
              .find("several models: a (sklearn.linear_model._base.LinearRegression), b") != std::string::npos);
    CHECK(refusal_of({file, "--select", "models", "--select", "c"}).find("nothing under the key c; choose among: a") !=
          std::string::npos);
    CHECK(refusal_of({fixture("linear.joblib"), "--select", "c"}).find("nothing under the key c") != std::string::npos);
  }

  TEST_CASE("a key that is a number is given as it is, not by its position") {
    const TemporaryFolder folder;
    const std::string entries = "I1\n" + pickled_regression({1}, 0) + "sI2\n" + pickled_regression({2}, 0) + "s";
    const std::string file = write_file(folder.file("numbered.pkl"), "(d" + entries + ".");
    const std::string model = convert_to(folder, {file, "--select", "1"});
    CHECK(printed({"run", model, "--input", write_file(folder.file("x.csv"), "x\n3\n")}) == "3\n");
    CHECK(refusal_of({file, "--select", "0"}).find("nothing under the key 0; choose among: 1 (") != std::string::npos);
    const std::string nameless =
        write_file(folder.file("nameless.pkl"), "(dN" + pickled_regression({4}, 0) + "s" + entries + ".");
    CHECK(refusal_of({nameless, "--select", "0"}).find("choose among: #0 (") != std::string::npos);
    const std::string twice =
        write_file(folder.file("twice.pkl"), "(d" + entries + "S'1'\n" + pickled_regression({3}, 0) + "s.");
    CHECK(refusal_of({twice, "--select", "1"}).find("several keys read 1") != std::string::npos);
  }

  TEST_CASE("an output that is asked for twice is refused") {
    CHECK(refusal_of({fixture("pipeline.joblib"), "--outputs", "predict,predict"})
              .find("the output predict is asked for twice") != std::string::npos);
  }

  TEST_CASE("an encoder of labels beside a model is not offered as a step before it") {
    const TemporaryFolder folder;
    const std::string encoder = pickled_object("sklearn.preprocessing._label", "LabelEncoder",
                                               {{"classes_", pickled_text_array({"no", "yes"})}});
    const std::string file = write_file(
        folder.file("both.pkl"), pickled_dict({{"model", pickled_regression({1}, 0)}, {"encoder", encoder}}) + ".");
    const Outcome outcome = nacre({"convert", file, "-o", folder.file("m.nacre")});
    CHECK(outcome.status == 0);
    CHECK(outcome.err.find("left aside encoder") != std::string::npos);
    CHECK(outcome.err.find("--select") == std::string::npos);
  }

  TEST_CASE("a network follows a scaler: the chain gives what both give one after the other") {
    const TemporaryFolder folder;
    const std::string scaler =
        write_file(folder.file("scaler.pkl"), pickled_scaler({1, 2, 3, 4, 5}, {2, 2, 4, 4, 0.5}) + ".");
    const std::string raw = write_file(folder.file("raw.csv"), "a,b,c,d,e\n3,1,5,2,5.25\n0,0,0,0,4\n");
    const std::string scaled =
        write_file(folder.file("scaled.csv"), "a,b,c,d,e\n1,-0.5,0.5,-0.5,0.5\n-0.5,-1,-0.75,-1,-2\n");
    for (const char* name : {"prelu_float.tflite", "leaky_int8.tflite"}) {
      CAPTURE(name);
      const std::string network = convert_to(folder, {fixture(name)});
      const std::string expected = printed({"run", network, "--input", scaled});
      const std::string chain = convert_to(folder, {scaler, fixture(name)});
      CHECK(printed({"run", chain, "--input", raw}) == expected);
      const Json report = inspected(chain);
      REQUIRE(report["source"].size() == 2);
      CHECK(report["source"][0]["file"] == "scaler.pkl");
      CHECK(report["source"][1]["library"] == "tensorflow-lite");
      CHECK(report["inputs"][0]["dtype"] == "float32");
    }
  }

  TEST_CASE("an image network takes the flat rows of a scaler") {
    const TemporaryFolder folder;
    const std::string scaler = write_file(
        folder.file("scaler.pkl"), pickled_scaler(std::vector<double>(288, 0), std::vector<double>(288, 1)) + ".");
    const std::string chain = convert_to(folder, {scaler, fixture("conv_net.h5")});
    const std::string alone = folder.file("alone.nacre");
    REQUIRE(nacre({"convert", fixture("conv_net.h5"), "-o", alone}).status == 0);
    const std::string input = fixture("conv_net.in.npy");
    CHECK(printed({"run", chain, "--input", input}) == printed({"run", alone, "--input", input}));
  }

  TEST_CASE("files that do not belong together are refused") {
    const TemporaryFolder folder;
    CHECK(
        refusal_of({fixture("standard_scaler.joblib"), fixture("conv_net.h5")})
            .find("conv_net.h5: the network takes float32 [1, 12, 12, 2] where the file before gives float32 [1, 4]") !=
        std::string::npos);
    CHECK(refusal_of({fixture("standard_scaler.joblib"), fixture("two_inputs.keras")}).find("takes 2 inputs") !=
          std::string::npos);
    CHECK(refusal_of({fixture("standard_scaler.joblib"), fixture("linear.joblib")})
              .find("takes 10 features where what comes before it gives float32 [1, 4]") != std::string::npos);
    CHECK(refusal_of({fixture("forest.pkl"), fixture("chain_tree.joblib")})
              .find("would take the answers of a predictor") != std::string::npos);
    CHECK(refusal_of({fixture("boosting.joblib"), fixture("label_encoder.joblib")}).find("encodes other labels") !=
          std::string::npos);
  }

  TEST_CASE("golden vectors are the rows that are given") {
    const TemporaryFolder folder;
    const std::string model = convert_to(folder, {fixture("pipeline.joblib"), "--golden", fixture("pipeline.in.npy")});
    REQUIRE(nacre_replay({model, "-o", folder.file("golden.npy")}).status == 0);
    REQUIRE(nacre({"run", model, "--input", fixture("pipeline.in.npy"), "-o", folder.file("run.npy")}).status == 0);
    CHECK(read_file(folder.file("golden.npy")) == read_file(folder.file("run.npy")));
    CHECK(nacre({"verify", model}).status == 0);
  }

  TEST_CASE("golden vectors of several inputs, of text and of int8") {
    const TemporaryFolder folder;
    const std::string two =
        convert_to(folder, {fixture("two_inputs.keras"), "--golden", "b=" + fixture("two_inputs.b.npy"), "--golden",
                            "a=" + fixture("two_inputs.a.npy")});
    REQUIRE(nacre_replay({two, "-o", folder.file("golden.npy")}).status == 0);
    REQUIRE(nacre({"run", two, "--input", "a=" + fixture("two_inputs.a.npy"), "--input",
                   "b=" + fixture("two_inputs.b.npy"), "-o", folder.file("run.npy")})
                .status == 0);
    CHECK(read_file(folder.file("golden.npy")) == read_file(folder.file("run.npy")));
    for (const char* name : {"label_encoder", "small_int8"}) {
      const std::string saved = fixture(std::string(name) + (name[0] == 'l' ? ".joblib" : ".tflite")),
                        input = fixture(std::string(name) + ".in.npy");
      CHECK(nacre({"verify", convert_to(folder, {saved, "--golden", input})}).status == 0);
    }
  }

  TEST_CASE("golden vectors that do not fit are refused") {
    CHECK(refusal_of({fixture("linear.joblib"), "--golden", fixture("pipeline.in.npy")})
              .find("pipeline.in.npy: the file's shape is (12, 4)") != std::string::npos);
    CHECK(refusal_of({fixture("two_inputs.keras"), "--golden", fixture("two_inputs.a.npy")})
              .find("input b: no data is given for it") != std::string::npos);
  }

  TEST_CASE("a model is not written under the name of another kind of file") {
    const TemporaryFolder folder;
    const auto said = [&](const std::string& name) {
      const std::string output = name == "-" ? name : folder.file(name);
      const Outcome outcome = nacre({"convert", fixture("linear.joblib"), "-o", output});
      CHECK(outcome.status == 2);
      return outcome.err;
    };
    CHECK(said("m.onnx").find("end it with .nacre, and give that to nacre export") != std::string::npos);
    CHECK(said("m.H5").find("nacre export") != std::string::npos);
    CHECK(said("m.txt").find("end it with .nacre\n") != std::string::npos);
    CHECK(said("m.c").find("nacre codegen") != std::string::npos);
    CHECK(said("-").find("not to standard output") != std::string::npos);
    CHECK(folder.names().empty());
    for (const char* name : {"m.nacre", "m.bin", "m", "m-1.2"})
      CHECK(nacre({"convert", fixture("linear.joblib"), "-o", folder.file(name)}).status == 0);
  }
}

}  // namespace
}  // namespace nacre::tools::test
