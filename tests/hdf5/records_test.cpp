#include "tools/hdf5/records.hpp"

#include <doctest/doctest.h>

#include "tests/hostile/reader_support.hpp"

namespace nacre::tools::test {
namespace {

using namespace std::string_literals;

std::string text(const std::string& value) { return little_endian(value.size(), 4) + value; }
std::string attribute(const std::string& name, const std::string& data) {
  return "\x03" + text("") + text(name) + data;
}
std::string array(unsigned type, const std::vector<std::uint64_t>& shape, const std::string& elements) {
  std::string result = little_endian(type, 1) + little_endian(shape.size(), 1);
  for (const std::uint64_t dimension : shape) result += little_endian(dimension, 8);
  return result + elements;
}

const std::string kEnd(1, '\0');
constexpr unsigned kInt8 = 1, kFloat64 = 11, kString = 12;

std::string said_of(const std::string& records) {
  return refusal_of([&] { (void)parse_hdf5_records(file_of(records)); });
}

TEST_SUITE("records of HDF5 files") {
  TEST_CASE("what the child writes is read") {
    const Hdf5File file =
        parse_hdf5_records(file_of("\x01" + text("a") + attribute("numbers", array(kInt8, {2}, "\x01\xff")) +
                                   attribute("texts", array(kString, {2}, text("x") + text(""))) + kEnd));
    CHECK(file.has_group("a"));
    CHECK(file.attribute("", "numbers")->to<std::int64_t>() == std::vector<std::int64_t>{1, -1});
    CHECK(file.texts("", "texts") == std::vector<std::string>{"x", ""});
  }

  TEST_CASE("C7: records cut at any byte are refused") {
    const std::string whole = "\x01" + text("a") + attribute("n", array(kFloat64, {1}, "12345678")) +
                              attribute("t", array(kString, {1}, text("x"))) + kEnd;
    REQUIRE(said_of(whole).empty());
    for (std::size_t size = 0; size < whole.size(); ++size) CHECK_FALSE(said_of(whole.substr(0, size)).empty());
  }

  TEST_CASE("C7: shapes that overflow, or state more than follows, are refused") {
    for (const auto& shape : std::vector<std::vector<std::uint64_t>>{{1ull << 63},
                                                                     {~0ull},
                                                                     {1ull << 32, 1ull << 32},
                                                                     {1ull << 62, 2, 0},
                                                                     {1ull << 61},
                                                                     {9},
                                                                     {1ull << 40, 0, 1ull << 40}})
      for (const unsigned type : {kInt8, kFloat64, kString}) {
        const bool empty = shape.size() == 3;  // with a dimension of 0: they hold nothing, and are no harm
        CHECK(said_of(attribute("n", array(type, shape, "12345678")) + kEnd).empty() == false);
        CHECK(said_of(attribute("n", array(type, shape, "")) + kEnd).empty() == empty);
      }
  }

  TEST_CASE("C7: kinds and types that do not exist, and an error's text, are refused") {
    for (unsigned kind = 5; kind < 256; ++kind) CHECK_FALSE(said_of(little_endian(kind, 1) + text("a") + kEnd).empty());
    for (unsigned type = kString + 1; type < 255; ++type)
      CHECK_FALSE(said_of(attribute("n", array(type, {0}, "")) + kEnd).empty());
    CHECK(said_of("\x04" + text("why not")).find("why not") != std::string::npos);
  }
}

}  // namespace
}  // namespace nacre::tools::test
