#include "tools/data/csv.hpp"

#include <doctest/doctest.h>

#include "tools/common/refusal.hpp"

namespace nacre::tools::test {
namespace {

using Row = std::vector<Field>;

struct Csv {
  Row first;
  std::vector<Row> rows;
};

Csv parse_csv(std::string_view text, char separator = ',') {
  CsvReader reader(text, separator);
  Csv csv;
  reader.read(&csv.first);
  while (!reader.at_end()) reader.read(&csv.rows.emplace_back());
  return csv;
}

TEST_SUITE("data/csv") {
  TEST_CASE("fields are told apart as RFC 4180 says") {
    const Csv csv = parse_csv("a,\"b,\"\"c\"\"\"\r\n1,\"two\r\nlines\"\r\n3,4");
    CHECK(csv.first == Row{"a", "b,\"c\""});
    REQUIRE(csv.rows.size() == 2);
    CHECK(csv.rows[0] == Row{"1", "two\r\nlines"});
    CHECK(csv.rows[1] == Row{"3", "4"});
  }

  TEST_CASE("nothing between the commas is missing, two quotes are an empty text") {
    const Csv csv = parse_csv("a,b,c\n,\"\",\n");
    REQUIRE(csv.rows.size() == 1);
    CHECK(csv.rows[0] == Row{std::nullopt, "", std::nullopt});
  }

  TEST_CASE("an empty line of a file with one column is a missing value") {
    CHECK(parse_csv("a\n\n1\n").rows == std::vector<Row>{{std::nullopt}, {"1"}});
  }

  TEST_CASE("empty lines at the end are no rows") {
    CHECK(parse_csv("a\n1\n\n\r\n").rows == std::vector<Row>{{"1"}});
    CHECK(parse_csv("a,b\n1,2\n\n").rows == std::vector<Row>{{"1", "2"}});
  }

  TEST_CASE("blanks around quotes are no part of a field, those inside of them and of others are") {
    const Csv csv = parse_csv("a, \"b c\" ,d\n x ,\t\" y\", \n");
    CHECK(csv.first == Row{"a", "b c", "d"});
    CHECK(csv.rows[0] == Row{" x ", " y", " "});
  }

  TEST_CASE("other separators leave commas in the fields, and tabs that separate are no blanks") {
    CHECK(parse_csv("a;b,c\n1;\"2;3\"\n", ';').rows[0] == Row{"1", "2;3"});
    CHECK(parse_csv("a,a;b\n1,5;\n", ';').rows[0] == Row{"1,5", std::nullopt});
    CHECK(parse_csv("a\tb\n\t\"x\"\n", '\t').rows[0] == Row{std::nullopt, "x"});
  }

  TEST_CASE("a byte order mark is no part of the first name") {
    CHECK(parse_csv("\xef\xbb\xbf" "a\n1\n").first == Row{"a"});
  }

  TEST_CASE("a file that is not a table is refused") {
    SUBCASE("nothing") { CHECK_THROWS_AS(CsvReader(""), Refusal); }
    SUBCASE("an open quote") {
      CHECK_THROWS_WITH_AS(parse_csv("a\n\"1\n"), doctest::Contains("row 2: a quoted field is not closed"), Refusal);
    }
    SUBCASE("text behind a quote") {
      CHECK_THROWS_WITH_AS(parse_csv("a\n\"1\"2\n"), doctest::Contains("row 2"), Refusal);
    }
    SUBCASE("a short row") {
      CHECK_THROWS_WITH_AS(parse_csv("a,b\n1,2\n3\n"),
                           doctest::Contains("row 3: the first row has 2 fields, this one 1"), Refusal);
    }
    SUBCASE("a long row") { CHECK_THROWS_WITH_AS(parse_csv("a\n1,\n"), doctest::Contains("row 2"), Refusal); }
  }

  TEST_CASE("what csv_field writes, parse_csv reads") {
    for (const char* text : {"plain", "", "a,b", "a\"b", "two\nlines", "r\r"}) {
      CAPTURE(text);
      CHECK(parse_csv("h\n" + csv_field(text) + "\n").rows[0] == Row{text});
    }
  }
}

}  // namespace
}  // namespace nacre::tools::test
