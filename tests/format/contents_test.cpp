#include "tools/format/contents.hpp"

#include <doctest/doctest.h>

#include <filesystem>

#include "tests/support/files.hpp"
#include "tests/support/models.hpp"

namespace nacre::tools::test {
namespace {

std::string refusal_of(const TemporaryFolder& folder) {
  try {
    require_no_folder(folder.file(""));
  } catch (const Refusal& refusal) {
    return refusal.what();
  }
  return "";
}

TEST_SUITE("folders and archives") {
  TEST_CASE("a folder names the models in it, also below, and what they are") {
    const TemporaryFolder folder;
    std::filesystem::create_directory(folder.file("data"));
    write_file(folder.file("README.md"), "# A model\n");
    write_file(folder.file("data/model.pkl"), read_file(fixture("forest.pkl")));
    write_file(folder.file(".hidden.pkl"), read_file(fixture("forest.pkl")));
    std::filesystem::create_directory(folder.file(".git"));
    write_file(folder.file(".git/object"), read_file(fixture("forest.pkl")));
    CHECK(refusal_of(folder) == "this is a folder with data/model.pkl (a pickle) in it; give the model itself");
  }

  TEST_CASE("a folder with models of other libraries names their kind and its way out") {
    const TemporaryFolder folder;
    write_file(folder.file("model.json"), "{\"format\": \"graph-model\", \"modelTopology\": {}}");
    CHECK(refusal_of(folder).find("a folder with model.json (a TensorFlow.js model) in it, which Nacre does not read; "
                                  "give the Keras model") != std::string::npos);
  }

  TEST_CASE("a folder without a model lists a few of its files") {
    const TemporaryFolder folder;
    CHECK(refusal_of(folder) == "this is a folder without a file in it; give the saved model");
    for (const char* name : {"a", "b", "c", "d", "e", "f", "g"}) write_file(folder.file(name), "text\n");
    CHECK(refusal_of(folder).find("a folder with a, b, c, d, e and 2 more in it, none of which is a model") !=
          std::string::npos);
  }

  TEST_CASE("a file is no folder") {
    CHECK_NOTHROW(require_no_folder(fixture("forest.pkl")));
    CHECK_NOTHROW(require_no_folder(fixture("there is none")));
  }
}

}  // namespace
}  // namespace nacre::tools::test
