#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/support/files.hpp"
#include "tests/support/models.hpp"
#include "tests/support/pickles.hpp"
#include "tests/support/program.hpp"

namespace nacre::tools::test {
namespace {

using Json = nlohmann::json;
using Keys = std::vector<std::string>;

Keys keys(const Json& object) {
  Keys result;
  for (const auto& [key, value] : object.items()) result.push_back(key);
  return result;
}

/// Everything that a machine may rely on, with its type.
void check_fields(const Json& report) {
  CHECK(report["format_version"].is_number_unsigned());
  for (const char* text : {"name", "model_version", "digest"}) CHECK(report[text].is_string());
  CHECK(report["digest"].get<std::string>().size() == 64);
  CHECK(report["rollback"].is_number_unsigned());
  for (const char* text : {"file", "sha256", "library", "library_version"}) CHECK(report["source"][text].is_string());
  for (const char* bytes : {"weights_bytes", "activations_bytes", "state_bytes", "network_bytes", "ram_bytes",
                            "flash_bytes", "total_bytes"})
    CHECK(report["memory"][bytes].is_number_unsigned());
  CHECK(report["memory"]["total_bytes"] == report["memory"]["ram_bytes"]);
  for (const char* side : {"inputs", "outputs"})
    for (const Json& port : report[side]) {
      CHECK(port["name"].is_string());
      CHECK(port["dtype"].is_string());
      CHECK(port["shape"].is_array());
    }
  REQUIRE(!report["layers"].empty());
  for (const Json& layer : report["layers"])
    CHECK(keys(layer) == Keys{"attributes", "macs", "name", "op", "output_shape", "parameters"});
}

TEST_SUITE("nacre inspect") {
  TEST_CASE("every format gives the same fields, converted or not") {
    const TemporaryFolder folder;
    for (const char* name : {"pipeline.joblib", "forest.pkl", "conv_net.h5", "sequence.keras", "small_int8.tflite"}) {
      CAPTURE(name);
      const Json saved = inspected(fixture(name));
      check_fields(saved);
      REQUIRE(nacre({"convert", fixture(name), "-o", folder.file("m.nacre")}).status == 0);
      Json converted = inspected(folder.file("m.nacre"));
      check_fields(converted);
      // Golden vectors, which are made when a model is converted, take flash too.
      CHECK(saved["memory"]["flash_bytes"] < converted["memory"]["flash_bytes"]);
      converted["memory"]["flash_bytes"] = saved["memory"]["flash_bytes"];
      for (const char* same : {"format_version", "name", "source", "memory", "inputs", "outputs", "layers"})
        CHECK(saved[same] == converted[same]);
    }
  }

  TEST_CASE("what a saved model leaves open is chosen as convert chooses it, and a Nacre file leaves nothing open") {
    const TemporaryFolder folder;
    const std::string two = fixture("reported_tflite/two_models.tflite"),
                      image = fixture("reported_tflite/open_image.tflite");
    CHECK(nacre({"inspect", two}).err.find("--signature") != std::string::npos);
    CHECK(nacre({"inspect", two, "--signature", "expand"}).out.find("output ") != std::string::npos);
    const Json shaped = Json::parse(nacre({"inspect", image, "--shape", "1,9,12,2", "--json"}).out);
    CHECK(shaped["inputs"][0]["shape"] == Json{1, 9, 12, 2});
    const std::string model = pickled_regression({1, 2}, 3), pair = pickled_dict({{"a", model}, {"b", model}}) + ".";
    CHECK(nacre({"inspect", write_file(folder.file("pair.pkl"), pair), "--select", "b"}).status == 0);
    REQUIRE(nacre({"convert", folder.file("pair.pkl"), "--select", "a", "-o", folder.file("m.nacre")}).status == 0);
    const Outcome chosen = nacre({"inspect", folder.file("m.nacre"), "--select", "a"});
    CHECK(chosen.status == 2);
    CHECK(chosen.err.find("nothing is left to choose; leave out --select") != std::string::npos);
  }

  TEST_CASE("the file that a model came from is known by name, digest, library and release") {
    const Json source = inspected(fixture("pipeline.joblib"))["source"];
    CHECK(source["file"] == "pipeline.joblib");
    CHECK(source["sha256"].get<std::string>().size() == 64);
    CHECK(source["library"] == "scikit-learn");
    CHECK(source["library_version"] == "1.6.1");
  }

  TEST_CASE("labels, features, scale and zero point are there where they exist") {
    const Json pipeline = inspected(fixture("pipeline.joblib"));
    CHECK(pipeline["outputs"][1]["labels"] == Json{"setosa", "versicolor", "virginica"});
    CHECK(keys(pipeline["inputs"][0]) == Keys{"dtype", "name", "refuses", "shape"});
    CHECK(pipeline["inputs"][0]["refuses"] == Json{"missing", "infinite"});
    const Json int8 = inspected(fixture("small_int8.tflite"))["inputs"][0];
    CHECK(int8["dtype"] == "int8");
    CHECK(int8["scale"].get<double>() > 0);
    CHECK(int8["zero_point"].is_number_integer());
    const TemporaryFolder folder;
    const Json named =
        inspected(write_file(folder.file("named.pkl"), pickled_regression({1, 2}, 3, {"height", "width"}) + "."));
    CHECK(named["inputs"][0]["features"] == Json{"height", "width"});
  }

  TEST_CASE("parameters and multiply-accumulates are counted by layer") {
    const Json layers = inspected(fixture("linear.joblib"))["layers"];
    REQUIRE(layers.size() == 1);
    CHECK(layers[0]["op"] == "fully_connected");
    CHECK(layers[0]["parameters"] == 11);
    CHECK(layers[0]["macs"] == 10);
    CHECK(layers[0]["output_shape"].size() >= 1);
  }

  TEST_CASE("what a layer has been given is shown by name, for people too") {
    const Json layers = inspected(fixture("small_int8.tflite"))["layers"];
    const auto convolution = std::find_if(layers.begin(), layers.end(), [](const Json& layer) {
      return layer["op"] == "conv_2d";
    });
    REQUIRE(convolution != layers.end());
    CHECK((*convolution)["attributes"]["output_zero_point"].is_number_integer());
    CHECK(!(*convolution)["attributes"].contains("groups"));
    const std::string text = nacre({"inspect", fixture("small_int8.tflite")}).out;
    CHECK(text.find("output_zero_point " + (*convolution)["attributes"]["output_zero_point"].dump()) !=
          std::string::npos);
  }

  TEST_CASE("the number that a boot loader compares is the one that convert was given") {
    const TemporaryFolder folder;
    const std::string model = folder.file("m.nacre");
    REQUIRE(nacre({"convert", fixture("linear.joblib"), "-o", model, "--rollback", "4294967295"}).status == 0);
    CHECK(inspected(model)["rollback"] == 4294967295u);
    CHECK(nacre({"inspect", model}).out.find("rollback 4294967295\n") != std::string::npos);
    CHECK(nacre({"convert", fixture("linear.joblib"), "-o", model, "--rollback", "4294967296"}).status == 2);
    CHECK(nacre({"convert", fixture("linear.joblib"), "-o", model, "--rollback", "-1"}).status == 2);
  }

  TEST_CASE("a pickle that does not convert is refused, then shown as data, and nothing of it runs") {
    const Outcome attack = nacre({"inspect", fixture("attack.pkl")});
    CHECK(attack.status == 1);
    CHECK(attack.out.find("os.system") != std::string::npos);
    CHECK(attack.err.find("nacre: " + fixture("attack.pkl") + ": ") == 0);
    const Outcome both =
        run_program({"sh", "-c", "\"$0\" inspect \"$1\" 2>&1", nacre_program(), fixture("attack.pkl")});
    CHECK(both.out.find("nacre: ") == 0);
    const Outcome unfitted = nacre({"inspect", "--json", fixture("unfitted.joblib")});
    CHECK(unfitted.status == 1);
    CHECK(unfitted.err.find("not fitted") != std::string::npos);
    const Json report = Json::parse(unfitted.out);
    CHECK(report["refusal"]["what"].get<std::string>().find("not fitted") != std::string::npos);
    CHECK(report["contents"][0].get<std::string>().find("DecisionTreeClassifier") != std::string::npos);
    CHECK(report["source"]["sha256"].get<std::string>().size() == 64);
    CHECK(report["layers"].empty());
    for (const char* field : {"format_version", "name", "model_version", "digest", "memory", "inputs", "outputs"})
      CHECK(report.contains(field));
  }

  TEST_CASE("what does not convert is drawn on the tree of the model, in the characters of the terminal") {
    const std::string file = fixture("reported_sklearn/refused_branch.pkl");
    for (const char* command : {"inspect", "report"}) {
      const TemporaryFolder folder;
      const auto drawn = [&](const std::string& locale) {
        std::vector<std::string> words{"env", "LC_ALL=" + locale, nacre_program(), command, file};
        if (command == std::string("report")) words.insert(words.end(), {"-o", folder.file("report.html")});
        const Outcome outcome = run_program(words);
        CHECK(outcome.status == 1);
        return outcome.err;
      };
      const std::string tree =
          "  ✗ Pipeline\n"
          "  ├─ ✗ columns: ColumnTransformer\n"
          "  │  ├─ ✓ length: MinMaxScaler\n"
          "  │  ├─ ✗ width: Pipeline\n"
          "  │  │  ├─ ✓ scale: MinMaxScaler\n"
          "  │  │  └─ ✗ parts: LatentDirichletAllocation\n"
          "  │  │        sklearn.decomposition._lda.LatentDirichletAllocation is not supported\n"
          "  │  │        → use a class that `nacre supported` names\n"
          "  │  └─ ✓ other: FunctionTransformer\n"
          "  └─ ✓ model: LogisticRegression\n";
      CHECK(drawn("C.UTF-8").find(tree) != std::string::npos);
      CHECK(drawn("C").find("  [no] Pipeline\n  |- [no] columns: ColumnTransformer\n") != std::string::npos);
    }
  }

  TEST_CASE("layers and operators are drawn likewise, and what needs a refused one is judged by nobody") {
    const auto drawn = [](const char* name) {
      return run_program({"env", "LC_ALL=C.UTF-8", nacre_program(), "inspect", fixture(name)});
    };
    const char* const product = "reported_tflite/int16_product_of_many.tflite";
    const Outcome layers = drawn("lambda.keras"), operators = drawn(product);
    CHECK(layers.status == 1);
    CHECK(layers.err.find("✗ lambda: Lambda\n") != std::string::npos);
    CHECK(layers.err.find("→ replace the Lambda by Keras's own layers\n") != std::string::npos);
    CHECK(operators.status == 1);
    CHECK(operators.err.find("✗ REDUCE_PROD_1\n") != std::string::npos);
    CHECK(operators.err.find("– DEQUANTIZE_2\n") != std::string::npos);
    const Json report = Json::parse(nacre({"inspect", "--json", fixture(product)}).out);
    CHECK(report["parts"][2]["name"] == "REDUCE_PROD_1");
    CHECK(report["parts"][2]["converts"] == false);
    CHECK(report["parts"][2]["obstacles"][0]["what"] == report["what"]);
    CHECK(report["parts"][3]["converts"].is_null());
  }

  TEST_CASE("other files are refused by what they are") {
    const TemporaryFolder folder;
    const Outcome text = nacre({"inspect", write_file(folder.file("notes.txt"), "hello\n")});
    CHECK(text.status == 1);
    CHECK(text.out == "");
    CHECK(text.err.find("this is a text file") != std::string::npos);
  }

  TEST_CASE("C12: names in a model do not steer the terminal") {
    const TemporaryFolder folder;
    const std::string saved =
        write_file(folder.file("evil.pkl"), pickled_regression({1, 2}, 3, {"\x1b[2Ja", "b\nfake line"}) + ".");
    const Outcome outcome = nacre({"inspect", saved});
    CHECK(outcome.status == 0);
    CHECK(outcome.out.find('\x1b') == std::string::npos);
    CHECK(outcome.out.find("\\x1b[2Ja, b\\nfake line") != std::string::npos);
    const std::string model = folder.file("m.nacre");
    REQUIRE(nacre({"convert", saved, "-o", model, "--model-version", "\x1b[31m1"}).status == 0);
    CHECK(nacre({"inspect", model}).out.find('\x1b') == std::string::npos);
    const Outcome wrong = nacre({"run", model, "--input", write_file(folder.file("x.csv"), "a,\"\x1b[2Jb\"\n1,2\n")});
    CHECK(wrong.status == 1);
    CHECK(wrong.err.find('\x1b') == std::string::npos);
  }
}

}  // namespace
}  // namespace nacre::tools::test
