#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>

#include "nacre/version.h"
#include "tests/support/files.hpp"
#include "tests/support/models.hpp"
#include "tests/support/pickles.hpp"
#include "tests/support/program.hpp"
#include "tests/support/regression.hpp"

namespace nacre::tools::test {
namespace {

/// A model of three named features that gives 100 a + 10 b + c.
struct Digits : ConvertedRegression {
  Digits() : ConvertedRegression({100, 10, 1}, {"a", "b", "c,\"d\""}) {}
  std::string printed(const std::string& csv) const {
    const Outcome outcome = run_csv(csv);
    CHECK(outcome.err == "");
    return outcome.out;
  }
  std::string refusal(const std::string& csv) const {
    const Outcome outcome = run_csv(csv);
    CHECK(outcome.status == 1);
    CHECK(outcome.out == "");
    return outcome.err;
  }
};

struct Converted {
  TemporaryFolder folder;
  std::string model = folder.file("m.nacre");

  explicit Converted(const std::string& name) { REQUIRE(nacre({"convert", fixture(name), "-o", model}).status == 0); }
  /// Standard output or, where that fails, standard error.
  std::string run(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {"run", model});
    const Outcome outcome = nacre(arguments);
    return outcome.status == 0 ? outcome.out : outcome.err;
  }
};

/// A .npy file of one column of float32.
std::string npy_of_floats(const std::vector<float>& column) {
  std::string header = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + std::to_string(column.size()) + ", 1)}";
  header.append(117 - header.size(), ' ') += '\n';
  return std::string("\x93NUMPY\x01\x00\x76\x00", 10) + header +
         std::string(reinterpret_cast<const char*>(column.data()), column.size() * sizeof(float));
}

std::size_t lines(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

TEST_SUITE("nacre run") {
  TEST_CASE("columns are matched by name, whatever their order; BOM, CRLF and quotes are as in RFC 4180") {
    const Digits digits;
    CHECK(digits.printed("a,b,\"c,\"\"d\"\"\"\n1,2,3\n4,5,6\n") == "123\n456\n");
    CHECK(digits.printed("\xef\xbb\xbf\"c,\"\"d\"\"\",a,b\r\n3,1,2\r\n") == "123\n");
  }

  TEST_CASE("columns that are missing or too many are named, and rows that are no numbers") {
    const Digits digits;
    CHECK(digits.refusal("a,b\n1,2\n").find("x.csv: header: there is no column \"c,\"\"d\"\"\"; ") !=
          std::string::npos);
    CHECK(digits.refusal("a,b,\"c,\"\"d\"\"\",e,f\n1,2,3,4,5\n").find("header: the model does not take e, f; ") !=
          std::string::npos);
    CHECK(
        digits.refusal("a,b,\"c,\"\"d\"\"\"\n1,2,3\n1,two,3\n").find("x.csv: row 3, column b: two is not a number; ") !=
        std::string::npos);
  }

  TEST_CASE("a missing or infinite value, for which the library raises, is refused with its row and column") {
    const Digits digits;
    CHECK(digits.refusal("a,b,\"c,\"\"d\"\"\"\n1,2,3\n1,,3\n")
              .find("x.csv: row 3, column b: the value is missing, for which the library raises an error; ") !=
          std::string::npos);
    CHECK(digits.refusal("a,b,\"c,\"\"d\"\"\"\n1,2,-inf\n")
              .find("x.csv: row 2, column \"c,\"\"d\"\"\": the value is infinite, ") != std::string::npos);
    CHECK(digits.refusal("a,b,\"c,\"\"d\"\"\"\n1,\"\",3\n").find("is not a number") != std::string::npos);
  }

  TEST_CASE("a number that float32 cannot hold is refused with its row and column") {
    const Digits digits;
    CHECK(
        digits.refusal("a,b,\"c,\"\"d\"\"\"\n1,1e39,3\n").find("row 2, column b: 1e+39 is larger than any float32; ") !=
        std::string::npos);
    CHECK(digits.refusal("a,b,\"c,\"\"d\"\"\"\n1,1e400,3\n")
              .find("row 2, column b: 1e400 is larger than any float64; ") != std::string::npos);
  }

  TEST_CASE("a number for which the library raises is refused, whatever becomes of it behind the step that raises") {
    const TemporaryFolder folder;
    const std::string power =
        write_file(folder.file("power.pkl"), pickled_power("box-cox", {0.5, -1}, {"a", "b"}) + ".");
    const std::string logarithm = write_file(
        folder.file("log.pkl"), pickled_object("sklearn.preprocessing._function_transformer", "FunctionTransformer",
                                               {{"func", "cnumpy\nlog\n"},
                                                {"n_features_in_", "I2\n"},
                                                {"_sklearn_version", "S'1.8.0'\n"}}) + ".");
    const std::string line = write_file(folder.file("line.pkl"), pickled_regression({1, 1}, 0) + "."),
                      model = folder.file("m.nacre");
    const auto refusal = [&](const std::vector<std::string>& chain, const std::string& csv) {
      std::vector<std::string> convert{"convert"};
      convert.insert(convert.end(), chain.begin(), chain.end());
      convert.insert(convert.end(), {"-o", model});
      REQUIRE(nacre(convert).err == "");
      return nacre({"run", model, "--input", write_file(folder.file("x.csv"), csv)}).err;
    };
    CHECK(refusal({power, line}, "a,b\n1,2\n0.1,1e-9\n") == "");
    CHECK(refusal({power, line}, "a,b\n1,2\n3,0\n").find("row 3, column b: 0 is not above 0, ") != std::string::npos);
    CHECK(refusal({logarithm, line}, "a,b\n1,2\n3,1e-30\n") == "");
    CHECK(refusal({logarithm, line}, "a,b\n3,-1\n")
              .find(" makes what is no number (NaN) of it, for which the library raises an error or has no answer; ") !=
          std::string::npos);
    CHECK(refusal({logarithm, line}, "a,b\n3,0\n").find("makes an infinite number of it") != std::string::npos);
    CHECK(refusal({logarithm}, "a,b\n3,0\n") == "");  // nothing reads it that would raise
  }

  TEST_CASE("rows of float32 are refused where a power of float32 loses the digits that decide, decimals are not") {
    const TemporaryFolder folder;
    const std::string power = write_file(folder.file("power.pkl"), pickled_power("yeo-johnson", {-1}) + ".");
    const std::string line = write_file(folder.file("line.pkl"), pickled_regression({1e9}, -0.99999e9) + "."),
                      model = folder.file("m.nacre");
    REQUIRE(nacre({"convert", power, line, "-o", model, "--precision", "float64"}).status == 0);
    const std::string decimals = write_file(folder.file("x.csv"), "x\n100000.5\n99990.25\n");
    CHECK(nacre({"run", model, "--input", decimals}).err == "");
    const std::string of_float32 = write_file(folder.file("x.npy"), npy_of_floats({100000.5f, 99990.25f}));
    const Outcome refused = nacre({"run", model, "--input", of_float32});
    CHECK(refused.status == 1);
    CHECK(refused.err.find("x.npy: row 0: scikit-learn computes it in float32, in which a power loses") !=
          std::string::npos);
  }

  TEST_CASE("an answer that is no number on the device alone is refused") {
    const TemporaryFolder folder;
    const std::string power = write_file(folder.file("power.pkl"), pickled_power("yeo-johnson", {25}) + ".");
    const std::string line = write_file(folder.file("line.pkl"), pickled_regression({1e-122}, 0) + "."),
                      model = folder.file("m.nacre");
    REQUIRE(nacre({"convert", power, line, "-o", model}).status == 0);
    const Outcome outcome = nacre({"run", model, "--input", write_file(folder.file("x.csv"), "x\n100000\n")});
    CHECK(outcome.status == 1);
    CHECK(outcome.err.find("row 2, column x: a number on the way to the answer is beyond what float32 holds") !=
          std::string::npos);
  }

  TEST_CASE("what is not above the limit is refused where thresholds of trees moved past the step as well") {
    const TemporaryFolder folder;
    const std::string power = write_file(folder.file("power.pkl"), pickled_power("box-cox", {0.5, -1, 0, 2}) + ".");
    const std::string model = folder.file("m.nacre");
    REQUIRE(nacre({"convert", power, fixture("forest.pkl"), "-o", model}).status == 0);
    const Outcome outcome = nacre({"run", model, "--input", write_file(folder.file("x.csv"), "a,b,c,d\n1,2,3,-4\n")});
    CHECK(outcome.status == 1);
    CHECK(outcome.err.find("-4 is not above 0, and a transformation of Box and Cox takes nothing else") !=
          std::string::npos);
  }

  TEST_CASE("what another step makes of a row is refused as well where a transformation of Box and Cox takes it not") {
    const TemporaryFolder folder;
    const std::string power = write_file(folder.file("power.pkl"), pickled_power("box-cox", {0.5, -1, 0, 2}) + ".");
    const std::string size = write_file(
        folder.file("size.pkl"), pickled_object("sklearn.preprocessing._function_transformer", "FunctionTransformer",
                                                {{"func", "cnumpy\nabsolute\n"},
                                                 {"n_features_in_", "I4\n"},
                                                 {"_sklearn_version", "S'1.8.0'\n"}}) + ".");
    const std::string line = write_file(folder.file("line.pkl"), pickled_regression({1, 1, 1, 1}, 0) + "."),
                      model = folder.file("m.nacre");
    for (const std::string& last : {std::string(), line, fixture("forest.pkl")}) {
      CAPTURE(last);
      std::vector<std::string> convert{"convert", size, power, "-o", model};
      if (!last.empty()) convert.insert(convert.begin() + 3, last);
      REQUIRE(nacre(convert).status == 0);
      const auto refusal = [&](const std::string& csv) {
        return nacre({"run", model, "--input", write_file(folder.file("x.csv"), csv)}).err;
      };
      CHECK(refusal("a,b,c,d\n1,2,3,-4\n").empty());
      CHECK(refusal("a,b,c,d\n1,2,3,0\n").find("which is not above 0, and a transformation of Box and Cox takes "
                                                "nothing else: the library raises an error") != std::string::npos);
    }
  }

  TEST_CASE("a row of which a Gaussian process makes a variance below zero is refused: the library answers NaN") {
    const TemporaryFolder folder;
    const std::string saved = fixture("open/process_below_zero"), model = folder.file("m.nacre");
    REQUIRE(nacre({"convert", saved + ".pkl", "-o", model}).status == 0);
    CHECK(nacre({"run", model, "--input", saved + ".in.npy"}).err == "");
    const Outcome refused = nacre({"run", model, "--input", saved + ".open.npy"});
    CHECK(refused.status == 1);
    CHECK(refused.err.find("makes what is no number (NaN) of it") != std::string::npos);
  }

  TEST_CASE("decimals are refused where the library's own float64 loses the digits of a power that decide") {
    const TemporaryFolder folder;
    const std::string power = write_file(folder.file("power.pkl"), pickled_power("yeo-johnson", {-3}) + ".");
    const std::string line = write_file(folder.file("line.pkl"), pickled_regression({1e15}, -1e15 / 3) + "."),
                      model = folder.file("m.nacre");
    REQUIRE(nacre({"convert", power, line, "-o", model, "--precision", "float64"}).status == 0);
    const Outcome refused = nacre({"run", model, "--input", write_file(folder.file("x.csv"), "x\n100000.5\n")});
    CHECK(refused.status == 1);
    CHECK(refused.err.find("a power of a number far from zero loses the digits that decide its answer") !=
          std::string::npos);
    CHECK(nacre({"run", model, "--input", write_file(folder.file("x.csv"), "x\n0.5\n")}).err == "");
  }

  TEST_CASE("rows for which a kernel of histograms has no answer are refused, as the library raises for them") {
    const TemporaryFolder folder;
    const std::string model = folder.file("m.nacre");
    const std::string sampler = write_file(
        folder.file("chi2.pkl"), pickled_object("sklearn.kernel_approximation", "AdditiveChi2Sampler",
                                                {{"sample_steps", "I2\n"},
                                                 {"sample_interval", "F0.5\n"},
                                                 {"n_features_in_", "I1\n"},
                                                 {"_sklearn_version", "S'1.8.0'\n"}}) + ".");
    REQUIRE(nacre({"convert", sampler, "-o", model}).status == 0);
    CHECK(nacre({"run", model, "--input", write_file(folder.file("x.csv"), "x\n0\n2\n")}).err == "");
    CHECK(nacre({"run", model, "--input", write_file(folder.file("x.csv"), "x\n2\n-1\n")})
              .err.find("row 3: layer AdditiveChi2Sampler") != std::string::npos);
    const std::string skewed = write_file(
        folder.file("skewed.pkl"), pickled_object("sklearn.kernel_approximation", "SkewedChi2Sampler",
                                                  {{"skewedness", "F1\n"},
                                                   {"n_components", "I2\n"},
                                                   {"random_weights_", "(l" + pickled_numbers({0.5, 1.5}) + "a"},
                                                   {"random_offset_", pickled_numbers({0, 1})},
                                                   {"n_features_in_", "I1\n"},
                                                   {"_sklearn_version", "S'1.8.0'\n"}}) + ".");
    REQUIRE(nacre({"convert", skewed, "-o", model}).err == "");
    for (const char* refused : {"x\n-1\n", "x\n-2\n"})  // the library takes what is above -1
      CHECK(nacre({"run", model, "--input", write_file(folder.file("x.csv"), refused)})
                .err.find("row 2: layer Skewed") != std::string::npos);
  }

  TEST_CASE("a row that rounding to float32 changes is refused with its row and column, or predicted with a warning") {
    const TemporaryFolder folder;
    const std::string scaler =
        write_file(folder.file("scaler.pkl"), pickled_scaler({1.7e9, 0}, {250, 1}, {"seconds", "level"}) + ".");
    const std::string last = write_file(folder.file("model.pkl"),
                                        pickled_regression({1, 1}, 0, {"seconds", "level"}) + "."),
                      model = folder.file("m.nacre");
    REQUIRE(nacre({"convert", scaler, last, "-o", model, "--precision", "float32"}).status == 0);
    const std::string rows =
        write_file(folder.file("x.csv"), "level,seconds\n0.5,1700000000\n0.1,1700000730\n0.2,1700000731\n");
    const Outcome refused = nacre({"run", model, "--input", rows});
    CHECK(refused.status == 1);
    CHECK(refused.err.find(
              "x.csv: row 3, column seconds: 1700000730 becomes 1700000768 in float32, which changes the answer; ") !=
          std::string::npos);
    const Outcome allowed = nacre({"run", model, "--input", rows, "--allow-rounding"});
    CHECK(allowed.status == 0);
    CHECK(lines(allowed.out) == 3);
    CHECK(
        allowed.err.find(
            "row 3, column seconds: 1700000730 becomes 1700000768 in float32, which changes the answer (2 of 3 rows") !=
        std::string::npos);
    const std::string sound = write_file(folder.file("sound.csv"), "level,seconds\n0.1,1700000000\n0.3,1700000768\n");
    CHECK(nacre({"run", model, "--input", sound}).err == "");
    const std::vector<std::string> narrow{"convert",  scaler, last,          "-o",     model,
                                          "--golden", rows,   "--precision", "float32"};
    CHECK(nacre(narrow).err.find("x.csv: row 3, column seconds: ") != std::string::npos);
    std::vector<std::string> allowing = narrow;
    allowing.push_back("--allow-rounding");
    CHECK(nacre(allowing).status == 0);
    CHECK(nacre({"convert", scaler, last, "-o", model, "--golden", rows}).status == 0);  // in float64
    CHECK(nacre({"run", model, "--input", rows}).err == "");
  }

  TEST_CASE("without -o the rows are printed; .csv has a header, .npy the bytes that nacre-replay writes") {
    const Converted pipeline("pipeline.joblib");
    const std::string input = fixture("pipeline.in.npy"), csv = pipeline.folder.file("y.csv"),
                      npy = pipeline.folder.file("y.npy");
    CHECK(pipeline.run({"--input", input}).substr(0, 7) == "setosa\n");
    CHECK(pipeline.run({"--input", input, "--output", "predict_proba", "-o", csv}) == "");
    const std::string table = read_file(csv);
    CHECK(table.find("predict_proba_setosa,predict_proba_versicolor,predict_proba_virginica\n0.") == 0);
    CHECK(lines(table) == 13);
    for (const char* output : {"predict", "1", "decision_function"}) {
      CAPTURE(output);
      CHECK(pipeline.run({"--input", input, "--output", output, "-o", npy}) == "");
      const std::string other = pipeline.folder.file("other.npy");
      REQUIRE(nacre_replay({pipeline.model, "--input", input, "--output", output, "-o", other}).status == 0);
      CHECK(read_file(npy) == read_file(other));
    }
  }

  TEST_CASE("labels come back as wide as the longest label, even where it is not predicted") {
    const Converted pipeline("pipeline.joblib");
    const std::string row = write_file(pipeline.folder.file("x.csv"), "a,b,c,d\n5.1,3.5,1.4,0.2\n"),
                      npy = pipeline.folder.file("y.npy");
    CHECK(pipeline.run({"--input", row, "-o", npy}) == "");
    CHECK(read_file(npy).find("'<U10'") != std::string::npos);
  }

  TEST_CASE("an output is chosen by name or number, and one that is not there is refused") {
    const Converted pipeline("pipeline.joblib");
    const std::string input = fixture("pipeline.in.npy");
    CHECK(pipeline.run({"--input", input, "--output", "predict"}) == pipeline.run({"--input", input, "--output", "0"}));
    CHECK(pipeline.run({"--input", input, "--output", "predict_proba"}) ==
          pipeline.run({"--input", input, "--output", "1"}));
    for (const char* wrong : {"3", "-1", "proba", "1x"})
      CHECK(pipeline.run({"--input", input, "--output", wrong})
                .find("choose among: predict, predict_proba, decision_function") != std::string::npos);
  }

  TEST_CASE("several inputs are given by name or in their order") {
    const Converted model("two_inputs.keras");
    const std::string a = fixture("two_inputs.a.npy"), b = fixture("two_inputs.b.npy");
    const std::string both = model.run({"--input", "a=" + a, "--input", "b=" + b});
    CHECK(lines(both) == 4);
    CHECK(model.run({"--input", a, "--input", b}) == both);
    CHECK(model.run({"--input", "b=" + b, "--input", a}) == both);
    CHECK(model.run({"--input", b, "--input", "a=" + a}) == both);
    CHECK(model.run({"--input", b, "--input", a}) != both);
  }

  TEST_CASE("one table feeds an input of numbers and one of texts, with or without columns that the model ignores") {
    TemporaryFolder folder;
    const std::string model = folder.file("m.nacre"), answers = folder.file("y.npy");
    REQUIRE(nacre({"convert", fixture("table/table.pkl"), "-o", model}).status == 0);
    const auto answer = [&](const std::string& csv) {
      const Outcome outcome = nacre({"run", model, "--input", write_file(folder.file("x.csv"), csv), "-o", answers});
      return outcome.status == 0 ? read_file(answers) : outcome.err;
    };
    const std::string expected = read_file(fixture("table/table.predict.npy")),
                      csv = read_file(fixture("table/table.csv"));
    CHECK(answer(csv) == expected);
    CHECK(nacre({"run", model, "--input", "X=" + fixture("table/table.in_X.npy"), "--input",
                 "text=" + fixture("table/table.in_text.npy"), "-o", answers}).status == 0);
    CHECK(read_file(answers) == expected);
    CHECK(answer("sex,port,alone,age,fare\nfemale,Belfast,True,30,7.5\n").size() == 128 + 4 * 3);
    CHECK(answer("sex,port,alone,fare\nfemale,Belfast,True,7.5\n").find("there is no column age; ") !=
          std::string::npos);
    CHECK(answer("sex,port,alone,age,fare\nfemale,,True,old,7.5\n").find("row 2, column age: old is not a number; ") !=
          std::string::npos);
  }

  TEST_CASE("a value that the model cannot take is refused with its file and row") {
    const Converted model("label_encoder.joblib");
    const std::string input = write_file(model.folder.file("x.csv"), "x\nnobody\n");
    CHECK(nacre({"run", model.model, "--input", input}).err.find(input + ": row 2: unknown_label; ") !=
          std::string::npos);
  }

  TEST_CASE("the model may follow its input") {
    const Converted model("linear.joblib");
    CHECK(nacre({"run", "--input", fixture("linear.in.npy"), model.model}).status == 0);
  }

  TEST_CASE("inputs that are missing, unknown, given twice or of different lengths are refused") {
    const Converted model("two_inputs.keras");
    const std::string a = fixture("two_inputs.a.npy"), b = fixture("two_inputs.b.npy");
    CHECK(model.run({"--input", "b=" + b}).find("input a: no data is given for it; ") != std::string::npos);
    CHECK(model.run({"--input", "c=" + b}).find("the model has no input c; choose among: a, b") != std::string::npos);
    CHECK(model.run({"--input", "a=" + a, "--input", "a=" + b}).find("the model has no input left for it; ") !=
          std::string::npos);
    CHECK(model.run({"--input", a, "--input", b, "--input", b}).find("the model has no input left for it; ") !=
          std::string::npos);
    const std::string short_file = write_file(model.folder.file("one.csv"), "a,b,c,d,e\n1,2,3,4,5\n");
    CHECK(model.run({"--input", a, "--input", short_file}).find("it has 1 rows, the other inputs have 4; ") !=
          std::string::npos);
  }

  TEST_CASE("nacre-replay explains itself, says its version, and calls an answer as nacre run does") {
    const Outcome help = nacre_replay({"--help"});
    CHECK(help.status == 0);
    CHECK(help.err == "");
    CHECK(help.out.find("Usage: nacre-replay MODEL.nacre") == 0);
    CHECK(nacre_replay({"--version"}).out == "nacre-replay " NACRE_VERSION "\n");
    CHECK(nacre_replay({}).status == 2);
    const Converted pipeline("pipeline.joblib");
    const std::string a = pipeline.folder.file("a.npy"), b = pipeline.folder.file("b.npy");
    REQUIRE(nacre_replay({pipeline.model, "--answer", "predict_proba", "-o", a}).status == 0);
    REQUIRE(nacre_replay({pipeline.model, "--output", "predict_proba", "-o", b}).status == 0);
    CHECK(read_file(a) == read_file(b));
  }

  TEST_CASE("nacre-replay takes its inputs in the same ways") {
    const Converted model("two_inputs.keras");
    const std::string a = fixture("two_inputs.a.npy"), b = fixture("two_inputs.b.npy"), y = model.folder.file("y.npy"),
                      z = model.folder.file("z.npy");
    REQUIRE(nacre_replay({model.model, "--input", "a=" + a, "--input", "b=" + b, "-o", y}).status == 0);
    REQUIRE(nacre_replay({model.model, "--input", "b=" + b, "--input", a, "-o", z}).status == 0);
    CHECK(read_file(y) == read_file(z));
    CHECK(nacre_replay({model.model, "--input", "b=" + b, "-o", z}).status == 1);
    CHECK(nacre_replay({model.model, "--input", "a=" + a, "--input", "a=" + b, "-o", z}).status == 1);
  }

  TEST_CASE("every kernel of this machine gives the same bytes, and others are wrong usage") {
    const Converted model("conv_net.h5");
    const std::string input = fixture("conv_net.in.npy"), first = model.folder.file("a.npy"),
                      second = model.folder.file("b.npy");
    CHECK(model.run({"--input", input, "-o", first}) == "");
    CHECK(model.run({"--input", input, "-o", second, "--kernels", "reference"}) == "");
    CHECK(read_file(first) == read_file(second));
    const Outcome outcome = nacre({"run", model.model, "--input", input, "--kernels", "toaster"});
    CHECK(outcome.status == 2);
    CHECK(outcome.err.find("this machine has no kernels called toaster; choose reference") != std::string::npos);
  }

  TEST_CASE("reals are quantised for an int8 input, int8 is taken as it is") {
    const Converted model("leaky_int8.tflite");
    const std::string zeros =
        write_file(model.folder.file("x.csv"), "a,b,c,d,e\n0,0,0,0,0\n1000,1000,1000,1000,1000\n");
    CHECK(lines(model.run({"--input", zeros})) == 2);
    CHECK(lines(model.run({"--input", fixture("leaky_int8.in.npy")})) == 8);
  }

  TEST_CASE("a refusal leaves no output, and the output may not be what is read") {
    const Converted model("linear.joblib");
    const std::string output = model.folder.file("y.npy"),
                      input = write_file(model.folder.file("x.npy"), read_file(fixture("linear.in.npy")));
    CHECK(model.run({"--input", fixture("pipeline.in.npy"), "-o", output})
              .find("the file's shape is (12, 4), where rows of (1, 10) are expected") != std::string::npos);
    CHECK(model.run({"--input", fixture("linear.joblib")}).find("this is a pickle; save the rows as .npy or .csv") !=
          std::string::npos);
    CHECK(model.run({"--input", input, "-o", input}).find("would overwrite a file that is read") != std::string::npos);
    CHECK(model.run({"--input", input, "-o", model.model}).find("does not tell the type") != std::string::npos);
    CHECK(model.folder.names().size() == 2);
    const std::string bytes = read_file(input);
    const std::string link = model.folder.file("link");
    REQUIRE(symlink(input.c_str(), link.c_str()) == 0);
    for (const std::string& read : {input, model.model, link})
      CHECK(nacre_replay({model.model, "--input", input, "-o", read}).err.find("it is also read") != std::string::npos);
    CHECK(read_file(input) == bytes);
  }

  TEST_CASE("a file is CSV by its name, in letters of either case") {
    const Converted model("linear.joblib");
    const std::string output = model.folder.file("y.CSV");
    CHECK(model.run({"--input", fixture("linear.in.npy"), "-o", output}) == "");
    CHECK(read_file(output).starts_with("predict\n"));
  }

  TEST_CASE("a file that is no model, or damaged, is refused with the place") {
    const TemporaryFolder folder;
    const std::string unknown = write_file(folder.file("x"), "\x01\x02\x03" + std::string(400, '.'));
    CHECK(nacre({"run", unknown, "--input", fixture("linear.in.npy")}).err.find("bad_magic") != std::string::npos);
    CHECK(nacre({"verify", write_file(folder.file("empty"), "")})
              .err.find("empty: it is empty; convert the model again") != std::string::npos);
    for (const char* command : {"verify", "run"}) {
      std::vector<std::string> arguments{command, fixture("forest.pkl")};
      if (arguments[0] == "run") arguments.insert(arguments.end(), {"--input", fixture("forest.in.npy")});
      CHECK(nacre(arguments).err.find("forest.pkl: it is a pickle, not a Nacre file; make one with nacre convert") !=
            std::string::npos);
    }
  }
}

}  // namespace
}  // namespace nacre::tools::test
