#include <doctest/doctest.h>
#include <zip.h>
#include <zlib.h>

#include "tests/support/files.hpp"
#include "tests/support/models.hpp"
#include "tests/support/pickles.hpp"
#include "tests/support/program.hpp"
#include "tests/support/regression.hpp"

// nacre run with data as people have it: from standard input, packed, with columns that are not the model's.

namespace nacre::tools::test {
namespace {

/// A model of two named features that gives 10 a + b.
struct Sum : ConvertedRegression {
  Sum() : ConvertedRegression({10, 1}, {"a", "b"}) {}
};

void write_gzip(const std::string& path, const std::string& text) {
  const gzFile file = gzopen(path.c_str(), "wb");
  REQUIRE(file != nullptr);
  CHECK(gzwrite(file, text.data(), static_cast<unsigned>(text.size())) == static_cast<int>(text.size()));
  CHECK(gzclose(file) == Z_OK);
}

/// An archive of arrays, as numpy.savez writes it.
void write_npz(const std::string& path, const std::vector<std::pair<std::string, std::string>>& arrays) {
  zip_t* const archive = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, nullptr);
  REQUIRE(archive != nullptr);
  for (const auto& [name, bytes] : arrays)
    REQUIRE(zip_file_add(archive, (name + ".npy").c_str(),
                         zip_source_buffer(archive, bytes.data(), bytes.size(), 0), 0) >= 0);
  REQUIRE(zip_close(archive) == 0);
}

TEST_SUITE("nacre run: data") {
  TEST_CASE("- and pipes are read to their end") {
    const Sum sum;
    for (const std::string path : {"-", "/dev/stdin"}) {
      CAPTURE(path);
      const std::string command = "printf 'b,a\\n1,2\\n' | \"$0\" run \"$1\" --input " + path;
      CHECK(run_program({"sh", "-c", command, nacre_program(), sum.model}).out == "21\n");
    }
    const Outcome empty =
        run_program({"sh", "-c", "\"$0\" run \"$1\" --input - < /dev/null", nacre_program(), sum.model});
    CHECK(empty.status == 1);
    CHECK(empty.err.find("nacre: standard input: the file is empty; ") == 0);
    const Outcome twice = sum.run("-", {"--input", "-"});
    CHECK(twice.err.find("standard input: it is given for several inputs; ") != std::string::npos);
  }

  TEST_CASE("compressed files are read as what they hold") {
    const Sum sum;
    write_gzip(sum.folder.file("x.csv.gz"), "a,b\n3,4\n");
    CHECK(sum.run(sum.folder.file("x.csv.gz")).out == "34\n");
    const std::string model = sum.folder.file("linear.nacre"), npy = sum.folder.file("x.npy.gz");
    REQUIRE(nacre({"convert", fixture("linear.joblib"), "-o", model}).status == 0);
    write_gzip(npy, read_file(fixture("linear.in.npy")));
    CHECK(nacre({"run", model, "--input", npy}).out == nacre({"run", model, "--input", fixture("linear.in.npy")}).out);
    write_gzip(npy, read_file(fixture("forest.pkl")));
    CHECK(nacre({"run", model, "--input", npy}).err.find("this is a pickle; save the rows as .npy or .csv") !=
          std::string::npos);
  }

  TEST_CASE("of an .npz file the only array is taken, or those with the names of the inputs") {
    const TemporaryFolder folder;
    const std::string model = folder.file("m.nacre"), npz = folder.file("x.npz"),
                      a = read_file(fixture("two_inputs.a.npy")), b = read_file(fixture("two_inputs.b.npy"));
    REQUIRE(nacre({"convert", fixture("two_inputs.keras"), "-o", model}).status == 0);
    const std::string expected = nacre({"run", model, "--input", "a=" + fixture("two_inputs.a.npy"), "--input",
                                        "b=" + fixture("two_inputs.b.npy")}).out;
    write_npz(npz, {{"b", b}, {"a", a}});
    CHECK(nacre({"run", model, "--input", npz}).out == expected);
    CHECK(nacre({"run", model, "--input", "b=" + npz, "--input", "a=" + npz}).out == expected);
    write_npz(npz, {{"arr_0", a}});
    CHECK(nacre({"run", model, "--input", "a=" + npz, "--input", "b=" + fixture("two_inputs.b.npy")}).out == expected);
    write_npz(npz, {{"arr_0", a}, {"arr_1", b}});
    CHECK(nacre({"run", model, "--input", npz}).err.find(
              "x.npz: it holds 2 arrays, and none is called a (arr_0, arr_1); ") != std::string::npos);
  }

  TEST_CASE("columns are dropped or ignored, and one that is not there is refused") {
    const Sum sum;
    CHECK(sum.run_csv("a,b,y\n1,2,3\n", {"--drop", "y"}).out == "12\n");
    CHECK(sum.run_csv("a,y,b,z\n1,x,2,3\n", {"--drop", "y", "--drop", "z"}).out == "12\n");
    CHECK(sum.run_csv("a,y,b,z\n1,x,2,3\n", {"--ignore-extra"}).out == "12\n");
    CHECK(sum.run_csv("a,b\n1,2\n", {"--drop", "target"}).err.find(
              "x.csv: header: there is no column target to drop; ") != std::string::npos);
    CHECK(sum.run_csv("a,b,y\n1,2,3\n").err.find("the model does not take y; leave these columns out: --drop COLUMN") !=
          std::string::npos);
    CHECK(sum.run_csv("1,2\n3,4\n", {"--no-header"}).out == "12\n34\n");
    CHECK(sum.run_csv(",a\n7,1\n", {"--drop", ""}).err.find("there is no column b") != std::string::npos);
  }

  TEST_CASE("the index of pandas is left aside with a note") {
    const Sum sum;
    const Outcome outcome = sum.run_csv(",a,b\n0,1,2\n1,3,4\n");
    CHECK(outcome.out == "12\n34\n");
    CHECK(outcome.err.find("nacre: note: ") == 0);
    CHECK(outcome.err.find("x.csv: header: the first column has no name and counts 0, 1, 2…") != std::string::npos);
  }

  TEST_CASE("separators are told by the first line or given, and are one character") {
    const Sum sum;
    CHECK(sum.run_csv("a;b\n1;2\n").out == "12\n");
    CHECK(sum.run_csv("b\ta\n1\t2\n", {"--separator", "tab"}).out == "21\n");
    CHECK(sum.run_csv("b|a\n1|2\n", {"--separator", "|"}).out == "21\n");
    for (const char* wrong : {"||", "\"", ""}) {
      CAPTURE(wrong);
      const Outcome outcome = sum.run_csv("a,b\n1,2\n", {"--separator", wrong});
      CHECK(outcome.status == 2);
      CHECK(outcome.err.find("--separator") != std::string::npos);
    }
  }

  TEST_CASE("golden rows and expected answers are read in the same ways") {
    const Sum sum;
    const std::string rows = write_file(sum.folder.file("g.csv"), ",a,b,y\n0,1,2,3\n"),
                      expected = write_file(sum.folder.file("e.csv"), ",predict\n0,12\n"),
                      output = sum.folder.file("g.nacre");
    const Outcome converted =
        nacre({"convert", sum.saved, "-o", output, "--golden", rows, "--drop", "y"});
    CHECK(converted.err == "");
    CHECK(nacre({"check", output, "--input", rows, "--expect", expected, "--ignore-extra", "--drop", ""}).status == 0);
    CHECK(nacre({"check", output, "--input", rows, "--expect", expected, "--drop", "y"}).status == 0);
  }

  TEST_CASE("where columns are missing, what the file has instead says what to do") {
    const ConvertedRegression iris({10, 1}, {"petal length (cm)", "petal width (cm)"});
    const auto advice = [&](const std::string& csv, const std::vector<std::string>& options = {}) {
      const std::string line = iris.run_csv(csv, options).err, lead = "there is no column petal length (cm)";
      REQUIRE(line.find(lead) != std::string::npos);
      return line.substr(line.find("; ", line.find(lead)) + 2);
    };
    CHECK(advice("petal_length,petal_width\n1,2\n") ==
          "did you mean petal_length, petal_width? name the columns as the model does\n");
    CHECK(advice("Petal Length (cm),petal width (cm)\n1,2\n").find("did you mean Petal Length (cm)?") == 0);
    CHECK(advice("1.4,0.2\n1,2\n").find("its first line holds numbers: ") == 0);
    CHECK(advice("1.4,0.2\n1,2\n").find("--no-header") != std::string::npos);
    CHECK(advice("age,\"x,y\"\n1,2\n") == "the file has age, \"x,y\": name the columns as the model does\n");
    CHECK(advice("petal length (cm),petal width (cm)\n1,2\n", {"--separator", ";"}) ==
          "--separator ';' finds one column alone: leave it out, or name the one that the first line has\n");
    CHECK(iris.run_csv("[[1, 2]]\n").err.find("this is a JSON file; save the rows as .npy or .csv") !=
          std::string::npos);
  }

  TEST_CASE("of an archive of several arrays, print says that one is printed, and names no input") {
    const Sum sum;
    const std::string npy = read_file(fixture("linear.in.npy"));
    write_npz(sum.folder.file("x.npz"), {{"a", npy}, {"b", npy}});
    CHECK(nacre({"print", sum.folder.file("x.npz")}).err.find("it holds 2 arrays (a, b); save one array alone\n") !=
          std::string::npos);
  }
}

}  // namespace
}  // namespace nacre::tools::test
