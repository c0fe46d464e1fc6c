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
