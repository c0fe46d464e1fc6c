#include "tools/session/input_files.hpp"

#include <doctest/doctest.h>

#include "nacre/kernels.hpp"
#include "tests/support/files.hpp"
#include "tests/support/models.hpp"
#include "tools/common/refusal.hpp"
#include "tools/session/session.hpp"

namespace nacre::tools::test {
namespace {

/// A model that takes six word numbers, and data for it.
struct Words {
  ModelFile model{converted({"embedding.h5"})};
  Session session{model.bytes(), reference_kernels()};
  TemporaryFolder folder;

  InputFiles open(const std::string& csv) const {
    return {{write_file(folder.file("x.csv"), csv)}, model, session.network()};
  }
};

constexpr const char* kHeader = "a,b,c,d,e,f\n";

TEST_SUITE("session/input_files") {
  TEST_CASE("each row of the files becomes the inputs of one run") {
    const Words words;
    InputFiles inputs = words.open(std::string(kHeader) + "1,2,3,4,5,6\n6,5,4,3,2,1\n");
    REQUIRE(inputs.rows() == 2);
    CHECK(inputs.warnings().empty());
    inputs.feed(1);
    const Span<std::int32_t> x = words.session.network().input<std::int32_t>(0);
    CHECK(std::vector<std::int32_t>(x.begin(), x.end()) == std::vector<std::int32_t>{6, 5, 4, 3, 2, 1});
  }

  TEST_CASE("a value that does not fit is refused with its file and line") {
    const Words words;
    InputFiles inputs = words.open(std::string(kHeader) + "1,2,3,4,5,6\n1,2,3.5,4,5,6\n");
    try {
      inputs.feed(1);
      FAIL("a word number with a fraction was taken");
    } catch (const Refusal& refusal) {
      CHECK(refusal.file() == words.folder.file("x.csv"));
      CHECK(refusal.where() == "row 3");
    }
  }

  TEST_CASE("a warning of a file names it") {
    const Words words;
    const InputFiles inputs = words.open("0,1,2,3,4,5\n1,2,3,4,5,6\n");
    REQUIRE(inputs.warnings().size() == 1);
    CHECK(inputs.warnings()[0].find(words.folder.file("x.csv") + ": header: ") == 0);
  }
}

}  // namespace
}  // namespace nacre::tools::test
