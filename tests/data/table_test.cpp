#include "tools/data/table.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstring>
#include <fstream>

#include "tests/support/models.hpp"
#include "tools/common/refusal.hpp"
#include "tools/npy/npy.hpp"

namespace nacre::tools::test {
namespace {

npy::File parsed(Buffer&& bytes) = delete;

/// A view into `bytes`, which therefore stay where they are.
npy::File parsed(const Buffer& bytes) {
  npy::File file;
  REQUIRE(npy::parse({bytes.data(), bytes.size()}, &file) == nullptr);
  return file;
}

std::vector<double> numbers_of(const Buffer& bytes) {
  const npy::File file = parsed(bytes);
  REQUIRE(file.kind == 'f');
  std::vector<double> values(file.size());
  std::memcpy(values.data(), file.data.data(), file.data.size());
  return values;
}

TEST_SUITE("data/table") {
  TEST_CASE("columns are ordered by name where the model has names") {
    const std::string csv = "b,a\n1,2\n3,4\n";
    CHECK(numbers_of(read_csv(csv, {{"a", "b"}, false})) == std::vector<double>{2, 1, 4, 3});
    CHECK(numbers_of(read_csv(csv, {})) == std::vector<double>{1, 2, 3, 4});
  }

  TEST_CASE("columns that do not match are named") {
    const TableUse use{{"a", "b"}, false};
    SUBCASE("missing") { CHECK_THROWS_WITH_AS(read_csv("a,c\n1,2\n", use), doctest::Contains("no column b"), Refusal); }
    SUBCASE("extra") { CHECK_THROWS_WITH_AS(read_csv("a,b,c,d e\n1,2,3,4\n", use), doctest::Contains("does not take c, d e"), Refusal); }
    SUBCASE("twice") { CHECK_THROWS_WITH_AS(read_csv("a,b,a\n1,2,3\n", use), doctest::Contains("two columns a"), Refusal); }
  }

  TEST_CASE("numbers are read in every usual notation, and a missing one is NaN") {
    const auto values = numbers_of(read_csv("a\n-1.5e3\n +2 \n\n0\ninf\n", {}));
    REQUIRE(values.size() == 5);
    CHECK(values[0] == -1500);
    CHECK(values[1] == 2);
    CHECK(std::isnan(values[2]));
    CHECK(std::isinf(values[4]));
  }

  TEST_CASE("what is not a number is refused with its place") {
    CHECK_THROWS_WITH_AS(read_csv("a,b\n1,2\n3,x\n", {}), doctest::Contains("row 3, column b: x is not a number"), Refusal);
    CHECK_THROWS_AS(read_csv("a\n\"\"\n", {}), Refusal);
    CHECK_THROWS_AS(read_csv("a\n1 2\n", {}), Refusal);
  }

  TEST_CASE("an input of text takes numbers as text") {
    const Buffer bytes = read_csv("a\n12\n\"\"\né€\n", {{}, true});
    const npy::File file = parsed(bytes);
    CHECK(file.kind == 'U');
    CHECK(file.item == 8);
    REQUIRE(file.size() == 3);
    CHECK(std::memcmp(file.data.data(), U"12\0\0é€", 24) == 0);
  }

  TEST_CASE("a file without rows, or of bytes that are no text, is refused") {
    CHECK_THROWS_AS(read_csv("a,b\n", {}), Refusal);
    CHECK_THROWS_AS(read_csv("a\n\xff\n", {}), Refusal);
  }

  TEST_CASE("a refusal of a file names it") {
    const TemporaryFolder folder;
    std::ofstream(folder.file("x.csv")) << "a\nx\n";
    try {
      read_table(folder.file("x.csv"), {});
      FAIL("a table without numbers was read");
    } catch (const Refusal& refusal) {
      CHECK(refusal.file() == folder.file("x.csv"));
    }
  }
}

}  // namespace
}  // namespace nacre::tools::test
