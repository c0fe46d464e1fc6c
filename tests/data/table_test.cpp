#include "tools/data/data_file.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstring>
#include <fstream>

#include "loader/npy/npy.hpp"
#include "tests/support/models.hpp"
#include "tools/common/refusal.hpp"

namespace nacre::tools::test {
namespace {

npy::File parsed(Buffer&& bytes) = delete;

/// A view into `bytes`, which therefore stay where they are.
npy::File parsed(const Buffer& bytes) {
  npy::File file;
  REQUIRE(npy::parse({bytes.data(), bytes.size()}, &file) == nullptr);
  return file;
}

std::vector<double> numbers_of(const Table& table) {
  const npy::File file = parsed(table.bytes);
  REQUIRE(file.kind == 'f');
  std::vector<double> values(file.size());
  std::memcpy(values.data(), file.data.data(), file.data.size());
  return values;
}

std::vector<std::string> texts_of(const Table& table) {
  const npy::File file = parsed(table.bytes);
  REQUIRE(file.kind == 'U');
  std::vector<String> views(file.size());
  std::vector<char> room(file.size() * file.item);
  const Span<std::byte> elements{reinterpret_cast<std::byte*>(views.data()), views.size() * sizeof(String)};
  REQUIRE(npy::feed(file, 0, {DataType::string, elements, 0, 0}, {room.data(), room.size()}) == nullptr);
  std::vector<std::string> texts;
  for (const String& view : views) texts.emplace_back(view.data, view.size);
  return texts;
}

Buffer buffer_of(const std::string& text) {
  const auto* bytes = reinterpret_cast<const std::byte*>(text.data());
  return Buffer::from(std::vector<std::byte>(bytes, bytes + text.size()));
}

TEST_SUITE("data/table") {
  TEST_CASE("columns are ordered by name where the model has names") {
    const std::string csv = "b,a\n1,2\n3,4\n";
    CHECK(numbers_of(read_csv(csv, {{"a", "b"}})) == std::vector<double>{2, 1, 4, 3});
    CHECK(numbers_of(read_csv(csv, {})) == std::vector<double>{1, 2, 3, 4});
  }

  TEST_CASE("texts of a column become their places, numbers whatever way they are written") {
    TableUse use{{"n", "land"}};
    use.texts[1] = {{"Spain", "7", "2.5"}, false};
    const std::vector<double> values = numbers_of(read_csv("land,n\nSpain,1\n7.0,2\n2.50,3\n", use));
    CHECK(values == std::vector<double>{1, 0, 2, 1, 3, 2});
    CHECK(std::isnan(numbers_of(read_csv("land,n\nItaly,1\n", use)).at(1)));
    use.texts[1].refuses_others = true;
    CHECK(std::isnan(numbers_of(read_csv("land,n\n,1\n", use)).at(1)));
    CHECK_THROWS_WITH_AS(read_csv("land,n\nItaly,1\n", use), doctest::Contains("none of the categories"), Refusal);
  }

  TEST_CASE("a column that the model does not read may hold anything") {
    TableUse use{{"age", "name"}};
    use.texts[1] = {{}, false};
    CHECK(numbers_of(read_csv("name,age\nAnn,30\n,31\n7,32\n", use)) == std::vector<double>{30, 0, 31, 0, 32, 0});
  }

  TEST_CASE("a column that the model does not read may be missing, where names tell which") {
    TableUse use{{"a", "unread", "b"}};
    use.texts[1] = {};
    CHECK(numbers_of(read_csv("b,a\n1,2\n", use)) == std::vector<double>{2, 0, 1});
    CHECK(numbers_of(read_csv("b,unread,a\n1,x,2\n", use)) == std::vector<double>{2, 0, 1});
    CHECK_THROWS_WITH_AS(read_csv("a,unread\n1,2\n", use), doctest::Contains("there is no column b"), Refusal);
    CHECK(read_csv("b,a\n1,2\n", use).columns == std::vector<std::string>{"a", "unread", "b"});
  }

  TEST_CASE("columns that do not match are named") {
    const TableUse use{{"a", "b"}};
    SUBCASE("missing") { CHECK_THROWS_WITH_AS(read_csv("a,c\n1,2\n", use), doctest::Contains("no column b"), Refusal); }
    SUBCASE("several") { CHECK_THROWS_WITH_AS(read_csv("c\n1\n", use), doctest::Contains("no column a, b"), Refusal); }
    SUBCASE("extra") {
      CHECK_THROWS_WITH_AS(read_csv("a,b,c,d e\n1,2,3,4\n", use), doctest::Contains("does not take c, d e"), Refusal);
    }
    SUBCASE("twice") {
      CHECK_THROWS_WITH_AS(read_csv("a,b,a\n1,2,3\n", use), doctest::Contains("two columns a"), Refusal);
    }
  }

  TEST_CASE("columns by position are as many as the model takes") {
    const TableUse use{{}, DataType::float32, 2};
    CHECK(numbers_of(read_csv("x,y\n1,2\n", use)) == std::vector<double>{1, 2});
    CHECK_THROWS_WITH_AS(read_csv("x,y,z\n1,2,3\n", use),
                         doctest::Contains("takes 2 columns, and the file has 3; leave out those"), Refusal);
    CHECK_THROWS_WITH_AS(read_csv("x\n1\n", use), doctest::Contains("takes 2 columns, and the file has 1"), Refusal);
  }

  TEST_CASE("an integer that a double cannot hold is refused where the model takes integers") {
    const std::string csv = "a\n9007199254740993\n";
    CHECK_NOTHROW(read_csv(csv, {}));
    CHECK_THROWS_WITH_AS(read_csv(csv, {{}, DataType::int64}),
                         doctest::Contains("row 2, column a: 9007199254740993 is too large"), Refusal);
    CHECK_NOTHROW(read_csv("a\n-9007199254740991\n", {{}, DataType::int64}));
  }

  TEST_CASE("numbers do not depend on the locale, and a comma is no decimal point") {
    CHECK_THROWS_AS(read_csv("a\n\"1,5\"\n", {}), Refusal);
    CHECK_THROWS_AS(read_csv("a\n0x10\n", {}), Refusal);
  }

  TEST_CASE("a first row of as many numbers as a model without names takes is data, and no row is lost") {
    const TableUse two{{}, DataType::float32, 2};
    const Table table = read_csv("5.1,3.5\n4.9,3.0\n", two);
    CHECK(numbers_of(table) == std::vector<double>{5.1, 3.5, 4.9, 3.0});
    CHECK(table.lines_above == 1);
    CHECK(table.columns == std::vector<std::string>{"1", "2"});
    CHECK(table.warning == "");
    CHECK(numbers_of(read_csv("5,6\n", two)) == std::vector<double>{5, 6});
    CHECK(numbers_of(read_csv("5.1,\n1,2\n", two)).size() == 4);
    CHECK(numbers_of(read_csv("5.1,NA\n1,2\n", two)).size() == 4);
    CHECK(numbers_of(read_csv("-inf,nan\n1,2\n", two)).size() == 4);
    CHECK_THROWS_WITH_AS(read_csv("1,2\n3,x\n", two), doctest::Contains("row 2, column 2: x is not a number"), Refusal);
  }

  TEST_CASE("a first row of names is a header, also one that pandas counted or that the model knows") {
    const TableUse two{{}, DataType::float32, 2};
    const Table counted = read_csv("0,1\n4.9,3.0\n", two);
    CHECK(numbers_of(counted) == std::vector<double>{4.9, 3.0});
    CHECK(counted.warning.find("header: the first line is taken for names of columns") == 0);
    CHECK(read_csv("5.1,n2\n4.9,3.0\n", two).warning == counted.warning);
    CHECK(read_csv("age,n2\n4.9,3.0\n", two).warning == "");
    CHECK(numbers_of(read_csv("a,3.5\n4.9,3.0\n", two)) == std::vector<double>{4.9, 3.0});
    CHECK(numbers_of(read_csv("5.1,3.5\n4.9,3.0\n", {{"5.1", "3.5"}})) == std::vector<double>{4.9, 3.0});
    CHECK_THROWS_WITH_AS(read_csv("1,2,3\n4,5,6\n", two), doctest::Contains("takes 2 columns, and the file has 3"),
                         Refusal);
    CHECK_THROWS_WITH_AS(read_csv("1,x\n", two), doctest::Contains("the first row is the header"), Refusal);
  }

  TEST_CASE("where the first line of a table of numbers and texts is data, a warning says that it was a header") {
    TableUse use{{}, DataType::float32, 1};
    use.table = {"", ""}, use.places = {0};
    CHECK(read_csv("30,Rome\n31,Bonn\n", use).warning.find("header: the first line is") == 0);
    CHECK(read_csv("age,city\n31,Bonn\n", use).warning == "");
  }

  TEST_CASE("where the first line of a table of texts may be one, a warning says that it was a header") {
    const TableUse reviews{{}, DataType::string, 1};
    CHECK(read_csv("good film\nbad plot\n", reviews).warning.find("header: the first line is") == 0);
    CHECK(read_csv("review\nbad plot\n", reviews).warning == "");
    TableUse cities{{}, DataType::float32, 1};
    cities.texts[0] = {{"Rome", "Bonn"}, true};
    CHECK(read_csv("Rome\nBonn\n", cities).warning.find("header: the first line is") == 0);
    CHECK(read_csv("city\nBonn\n", cities).warning == "");
    cities.features = {"Rome"};
    CHECK(read_csv("Rome\nBonn\n", cities).warning == "");
  }

  TEST_CASE("a file that separates its fields by semicolons or tabs is read where commas do not give the columns") {
    const TableUse two{{}, DataType::float32, 2}, named{{"a", "b"}};
    CHECK(numbers_of(read_csv("x;y\n1;2\n", two)) == std::vector<double>{1, 2});
    CHECK(numbers_of(read_csv("1;2\n3;4\n", two)) == std::vector<double>{1, 2, 3, 4});
    CHECK(numbers_of(read_csv("b\ta\n1\t2\n", named)) == std::vector<double>{2, 1});
    CHECK(numbers_of(read_csv("a;b\n1\n", {{}, DataType::float32, 1})) == std::vector<double>{1});
    CHECK_THROWS_WITH_AS(read_csv("a;c\n1;2\n", named), doctest::Contains("there is no column b; "), Refusal);
    CHECK_THROWS_WITH_AS(read_csv("a;b\n1,5;2\n", named), doctest::Contains("write numbers with decimal points"),
                         Refusal);
  }

  TEST_CASE("a separator that is given is the only one") {
    TableUse use{{"a", "b"}};
    use.csv.separator = '|';
    CHECK(numbers_of(read_csv("a|b\n1|2\n", use)) == std::vector<double>{1, 2});
    CHECK_THROWS_WITH_AS(read_csv("a,b\n1,2\n", use), doctest::Contains("there is no column a, b"), Refusal);
  }

  TEST_CASE("words that pandas reads as missing are missing numbers") {
    for (const char* word : {"NA", "N/A", "null", "NaN", "nan", "NULL", "None", "<NA>", "n/a", " NA ", " "}) {
      CAPTURE(word);
      const std::vector<double> values = numbers_of(read_csv("a,b\n1," + std::string(word) + "\n", {{"a", "b"}}));
      REQUIRE(values.size() == 2);
      CHECK(std::isnan(values[1]));
    }
    CHECK_THROWS_WITH_AS(read_csv("a,b\n1,na\n", {{"a", "b"}}), doctest::Contains("na is not a number"), Refusal);
  }

  TEST_CASE("a word for missing values stays a text where a column has such a category, or takes texts") {
    TableUse use{{"land", "n"}};
    use.texts[0] = {{"DE", "NA"}, true};
    const std::vector<double> values = numbers_of(read_csv("land,n\nNA,1\nnull,2\n DE ,3\n", use));
    CHECK(values[0] == 1);
    CHECK(std::isnan(values[2]));
    CHECK(values[4] == 0);
    const Table kept = read_csv("a\nx\nNA\nnull\n", {{}, DataType::string});
    CHECK(texts_of(kept) == std::vector<std::string>{"x", "NA", "null"});
    CHECK(kept.warning == "row 3, column a: NA is kept as a text, where pandas reads a missing value; if it is one, "
                          "leave the field empty");
    CHECK(read_csv("a\nx\n\"\"\n", {{}, DataType::string}).warning == "");
  }

  TEST_CASE("blanks around names and numbers are no part of them, but of texts they are") {
    CHECK(numbers_of(read_csv("b, a\n1, 2\n", {{"a", "b"}})) == std::vector<double>{2, 1});
    CHECK(numbers_of(read_csv("b, a\n1, 2\n", {{" a", "b"}})) == std::vector<double>{2, 1});
    CHECK(texts_of(read_csv("a,b\nx, y\n", {{}, DataType::string})) == std::vector<std::string>{"x", " y"});
  }

  TEST_CASE("a first column without a name that counts the rows is the index of pandas, left aside with a note") {
    const TableUse named{{"a", "b"}}, two{{}, DataType::float32, 2};
    for (const TableUse& use : {named, two})
      for (const char* header : {",a,b\n", "\"\",a,b\n", "Unnamed: 0,a,b\n"}) {
        const Table table = read_csv(header + std::string("0,1,2\n1,3,4\n"), use);
        CHECK(numbers_of(table) == std::vector<double>{1, 2, 3, 4});
        CHECK(table.note.find("left aside as the index of pandas") != std::string::npos);
        CHECK(table.columns == std::vector<std::string>{"a", "b"});
      }
    CHECK(read_csv("a,b\n1,2\n", named).note == "");
    CHECK(numbers_of(read_csv(",b\n0,2\n", two)) == std::vector<double>{0, 2});
    CHECK(numbers_of(read_csv("Unnamed: 0,b\n0,2\n", {{"Unnamed: 0", "b"}})) == std::vector<double>{0, 2});
  }

  TEST_CASE("a column without a name that does not count the rows is refused, or dropped") {
    TableUse use{{"a"}};
    CHECK_THROWS_WITH_AS(read_csv(",a\n0,1\n7,2\n", use),
                         doctest::Contains("row 3, column \"\": the first column has no name, and counts no rows"),
                         Refusal);
    use.csv.drop = {""};
    CHECK(numbers_of(read_csv(",a\n0,1\n7,2\n", use)) == std::vector<double>{1, 2});
  }

  TEST_CASE("columns are dropped by name, or all that the model does not take") {
    TableUse use{{"a", "b"}};
    use.csv.drop = {"species", "none"};
    const Table table = read_csv("species,b,a\nx,1,2\n", use);
    CHECK(numbers_of(table) == std::vector<double>{2, 1});
    CHECK(table.dropped == std::vector<std::string>{"species"});
    use.csv.drop = {"a"};
    CHECK_THROWS_WITH_AS(read_csv("b,a\n1,2\n", use), doctest::Contains("there is no column a"), Refusal);
    use.csv.drop = {}, use.csv.ignores_extra = true;
    CHECK(numbers_of(read_csv(",b,x,a,y\n9,1,text,2,\n", use)) == std::vector<double>{2, 1});
    use.features.clear(), use.columns = 2;
    CHECK_THROWS_WITH_AS(read_csv("x,y,z\n1,2,3\n", use), doctest::Contains("by --drop COLUMN"), Refusal);
    use.csv.drop = {"y"};
    CHECK(numbers_of(read_csv("x,y,z\n1,2,3\n", use)) == std::vector<double>{1, 3});
  }

  TEST_CASE("without a header columns count by position, also where the model has names") {
    TableUse use{{"a", "b"}};
    use.csv.no_header = true;
    const Table table = read_csv("1,2\n3,4\n", use);
    CHECK(numbers_of(table) == std::vector<double>{1, 2, 3, 4});
    CHECK(table.lines_above == 1);
    CHECK(table.columns == std::vector<std::string>{"1", "2"});
    CHECK_THROWS_WITH_AS(read_csv("1,2,3\n", use), doctest::Contains("takes 2 columns, and the file has 3"), Refusal);
    CHECK_THROWS_WITH_AS(read_csv("a,b\n1,2\n", use), doctest::Contains("row 1, column 1: a is not a number"), Refusal);
    use.csv.drop = {"2"};
    CHECK(numbers_of(read_csv("1,x,3\n", use)) == std::vector<double>{1, 3});
  }

  TEST_CASE("a missing number of a single column is an empty text, as pandas writes it") {
    const std::vector<double> read = numbers_of(read_csv("a\n1\n\"\"\n", {{"a"}}));
    REQUIRE(read.size() == 2);
    CHECK(std::isnan(read[1]));
    CHECK_THROWS_WITH_AS(read_csv("a,b\n1,\"\"\n", {{"a", "b"}}), doctest::Contains("is not a number"), Refusal);
  }

  TEST_CASE("a missing text is an empty one, or refused where the library raises for it") {
    CHECK(texts_of(read_csv("a,b\nx,\n", {{}, DataType::string})) == std::vector<std::string>{"x", ""});
    TableUse use{{}, DataType::string};
    use.refuses_missing = true;
    CHECK(texts_of(read_csv("a,b\nx,\"\"\n", use)) == std::vector<std::string>{"x", ""});
    CHECK_THROWS_WITH_AS(read_csv("a,b\nx,\n", use), doctest::Contains("row 2, column b: the text is missing"),
                         Refusal);
  }

  TEST_CASE("of a table that several inputs share each takes its own columns, by name or by place") {
    TableUse numbers{{"age", "fare"}}, texts{{"sex"}, DataType::string};
    numbers.table = texts.table = {"name", "sex", "age", "fare"};
    numbers.places = {2, 3}, texts.places = {1};
    const char* const csv = "fare,age,sex,name\n7.5,30,female,Ann\n";
    CHECK(numbers_of(read_csv(csv, numbers)) == std::vector<double>{30, 7.5});
    CHECK(texts_of(read_csv(csv, texts)) == std::vector<std::string>{"female"});
    CHECK(texts_of(read_csv("age,fare,sex\n30,7.5,male\n", texts)) == std::vector<std::string>{"male"});
    CHECK_THROWS_WITH_AS(read_csv("age,fare,sex,deck\n1,2,male,C\n", texts), doctest::Contains("does not take deck"),
                         Refusal);
    CHECK_THROWS_WITH_AS(read_csv("age,sex\n1,male\n", numbers), doctest::Contains("there is no column fare"), Refusal);
    for (TableUse* use : {&numbers, &texts}) use->features.clear(), use->table.assign(4, "");
    CHECK(numbers_of(read_csv("a,b,c,d\nAnn,female,30,7.5\n", numbers)) == std::vector<double>{30, 7.5});
    CHECK(texts_of(read_csv("0,1,2,3\nAnn,female,30,7.5\n", texts)) == std::vector<std::string>{"female"});
    CHECK_THROWS_WITH_AS(read_csv("a,b,c\nAnn,male,30\n", numbers), doctest::Contains("the model takes 4"), Refusal);
  }

  TEST_CASE("truth values of pandas are numbers") {
    CHECK(numbers_of(read_csv("a,b\nTrue,False\n", {})) == std::vector<double>{1, 0});
    CHECK_THROWS_WITH_AS(read_csv("a\nTruth\n", {}), doctest::Contains("Truth is not a number"), Refusal);
  }

  TEST_CASE("numbers are read in every usual notation, and a missing one is NaN") {
    const auto values = numbers_of(read_csv("a\n-1.5e3\n +2 \n\n0\ninf\n", {}));
    REQUIRE(values.size() == 5);
    CHECK(values[0] == -1500);
    CHECK(values[1] == 2);
    CHECK(std::isnan(values[2]));
    CHECK(std::isinf(values[4]));
  }

  TEST_CASE("a number below all doubles is zero, and one above them an error, unless it says infinity") {
    CHECK(numbers_of(read_csv("a\n1e-400\n-inf\nInfinity\n", {})) ==
          std::vector<double>{0, -std::numeric_limits<double>::infinity(), std::numeric_limits<double>::infinity()});
    CHECK_THROWS_WITH_AS(read_csv("a\n1\n-1e400\n", {}),
                         doctest::Contains("row 3, column a: -1e400 is larger than any float64"), Refusal);
  }

  TEST_CASE("what is not a number is refused with its place") {
    CHECK_THROWS_WITH_AS(read_csv("a,b\n1,2\n3,x\n", {}), doctest::Contains("row 3, column b: x is not a number"),
                         Refusal);
    CHECK_THROWS_AS(read_csv("a\n1 2\n", {}), Refusal);
  }

  TEST_CASE("an input of text takes numbers as text") {
    const Buffer bytes = read_csv("a\n12\n\"\"\né€\n", {{}, DataType::string}).bytes;
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

  TEST_CASE("text of another kind is called by it") {
    CHECK_THROWS_WITH_AS(table_of(buffer_of("{\"a\": [1, 2]}"), {}), doctest::Contains("this is a JSON file"), Refusal);
    CHECK_THROWS_WITH_AS(table_of(buffer_of("<!DOCTYPE html><html></html>"), {}), doctest::Contains("this is "),
                         Refusal);
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
