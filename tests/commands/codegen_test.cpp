#include <doctest/doctest.h>

#include <filesystem>

#include "tests/support/files.hpp"
#include "tests/support/models.hpp"
#include "tests/support/program.hpp"

namespace nacre::tools::test {
namespace {

using Names = std::vector<std::string>;

struct Generated {
  TemporaryFolder folder;
  std::string model = folder.file("wake-word.nacre"), out = folder.file("made");

  Generated() { REQUIRE(nacre({"convert", fixture("linear.joblib"), "-o", model}).status == 0); }
  Outcome run(Names options = {}) const {
    Names arguments = {"codegen", model, "-o", out};
    arguments.insert(arguments.end(), options.begin(), options.end());
    return nacre(arguments);
  }
};

TEST_SUITE("nacre codegen") {
  TEST_CASE("it writes the files that it prints, in a folder that it makes") {
    const Generated made;
    const Outcome outcome = made.run();
    CHECK(outcome.status == 0);
    for (const char* name : {"wake_word.h", "wake_word.hpp", "wake_word_kernels.cpp", "wake_word_model.c"}) {
      CAPTURE(name);
      CHECK(outcome.out.find(made.out + "/" + name + "\n") != std::string::npos);
      CHECK(!read_file(made.out + "/" + name).empty());
    }
  }

  TEST_CASE("the same model gives the same code") {
    const Generated made, again;
    REQUIRE(made.run().status == 0);
    REQUIRE(again.run().status == 0);
    CHECK(read_file(made.out + "/wake_word_model.c") == read_file(again.out + "/wake_word_model.c"));
  }

  TEST_CASE("--incbin copies the model, --name renames it") {
    const Generated made;
    REQUIRE(made.run({"--incbin", "--name", "kws"}).status == 0);
    CHECK(read_file(made.out + "/kws.nacre") == read_file(made.model));
    CHECK(read_file(made.out + "/kws.hpp").find("namespace kws {") != std::string::npos);
  }

  TEST_CASE("a model that lies in the folder already stays where it is") {
    const Generated made;
    const std::string model = write_file(made.folder.file("kws.nacre"), read_file(made.model));
    CHECK(nacre({"codegen", model, "-o", made.folder.file(""), "--incbin"}).err == "");
    CHECK(read_file(model) == read_file(made.model));
    CHECK(!read_file(made.folder.file("kws.hpp")).empty());
  }

  TEST_CASE("nothing is written where one of the files cannot be") {
    const Generated made;
    std::filesystem::create_directories(made.out + "/wake_word_model.c");
    CHECK(made.run().status == 1);
    CHECK(!std::filesystem::exists(made.out + "/wake_word.h"));
  }

  TEST_CASE("a saved model is converted on the way, with convert's options") {
    const TemporaryFolder folder;
    const std::string out = folder.file("iris");
    const Outcome outcome =
        nacre({"codegen", fixture("pipeline.joblib"), "-o", out, "--outputs", "predict", "--model-version", "1.3.0"});
    REQUIRE(outcome.status == 0);
    CHECK(outcome.out.find("\nflash ") != std::string::npos);
    const std::string header = read_file(out + "/pipeline.h");
    CHECK(header.find("#define PIPELINE_OUTPUTS 1\n") != std::string::npos);
    CHECK(header.find("#define PIPELINE_VERSION \"1.3.0\"\n") != std::string::npos);
  }

  TEST_CASE("code of a saved model and of its Nacre file are the same") {
    const TemporaryFolder folder;
    const std::string file = folder.file("forest.nacre");
    REQUIRE(nacre({"convert", fixture("forest.pkl"), "-o", file}).status == 0);
    REQUIRE(nacre({"codegen", file, "-o", folder.file("a"), "--standalone"}).status == 0);
    REQUIRE(nacre({"codegen", fixture("forest.pkl"), "-o", folder.file("b"), "--standalone"}).status == 0);
    for (const char* name : {"nacre.cpp", "forest.h", "forest.c", "forest_model.c"}) {
      CAPTURE(name);
      CHECK(read_file(folder.file("a/") + name) == read_file(folder.file("b/") + name));
    }
  }

  TEST_CASE("what cannot be meant is wrong usage") {
    const Generated made;
    const std::vector<Names> wrong = {{"--package", "arduino"},
                                      {"--standalone", "--package", "rust"},
                                      {"--standalone", "--package", "zephyr", "--incbin"},
                                      {"--section", "a\")"},
                                      {"--target", "cortex-m4"}};
    for (const Names& options : wrong) {
      CAPTURE(options[0]);
      CHECK(made.run(options).status == 2);
    }
    CHECK(made.folder.names() == Names{"wake-word.nacre"});
  }

  TEST_CASE("the report says what the model takes of a processor") {
    const Generated made;
    const std::string report = made.run({"--json"}).out;
    for (const char* field : {"\"target\": \"cortex-m4\"", "\"code_bytes\": ", "\"stack_bytes\": "})
      CHECK(report.find(field) != std::string::npos);
  }

  TEST_CASE("no code is made of a file that does not load") {
    const Generated made;
    const std::string bytes = read_file(made.model);
    write_file(made.model, bytes.substr(0, bytes.size() - 1));
    CHECK(made.run().status == 1);
    CHECK(made.folder.names() == Names{"wake-word.nacre"});
  }
}

}  // namespace
}  // namespace nacre::tools::test
