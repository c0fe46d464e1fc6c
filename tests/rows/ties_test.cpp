#include "tools/rows/ties.hpp"

#include <doctest/doctest.h>

#include "tests/support/files.hpp"
#include "tests/support/models.hpp"
#include "tests/support/program.hpp"

namespace nacre::tools::test {
namespace ties_test {

TEST_SUITE("rows/ties") {
  TEST_CASE("a row whose classes share the votes of a forest is refused, and predicted if allowed") {
    const TemporaryFolder folder;
    const std::string saved = fixture("decimal/tied_forest"), model = folder.file("model.nacre");
    REQUIRE(nacre({"convert", saved + ".pkl", "-o", model}).status == 0);
    CHECK(nacre({"run", model, "--input", saved + ".in.npy"}).err == "");
    const Outcome refused = nacre({"run", model, "--input", saved + ".open.npy"});
    CHECK(refused.status == 1);
    CHECK(refused.err.find("row 0: the classes ") != std::string::npos);
    CHECK(refused.err.find("the last bit of its sums; add --allow-rounding") != std::string::npos);
    CHECK(nacre({"run", model, "--input", saved + ".open.npy", "--allow-rounding"}).status == 0);
  }

  TEST_CASE("votes of whole trees are half of them in the library too, and a threshold compares no classes") {
    for (const char* name : {"decimal/tied_votes", "decimal/tied_threshold"}) {
      CAPTURE(name);
      const TemporaryFolder folder;
      const std::string saved = fixture(name), model = folder.file("model.nacre");
      REQUIRE(nacre({"convert", saved + ".pkl", "-o", model}).status == 0);
      CHECK(nacre({"run", model, "--input", saved + ".in.npy"}).err == "");
    }
  }
}

}  // namespace ties_test
}  // namespace nacre::tools::test
