#include <doctest/doctest.h>

#include <string>

#include "tests/support/model_builder.hpp"

// find_text: the places of texts among the categories of their columns.

namespace nacre::test {
namespace find_text_test {

/// A column of y: the element of the row, and the texts of its part of the list.
struct Part {
  std::int32_t element;
  std::vector<std::string> texts;
};

/// `rows` of two texts each.
ModelBuilder finder(const std::vector<std::string>& rows, const std::vector<Part>& parts, bool refuses_others = false) {
  std::vector<String> x;
  for (const std::string& text : rows) x.push_back({text.data(), static_cast<std::uint32_t>(text.size())});
  std::vector<std::int32_t> columns, offsets{0};
  std::string bytes;
  for (const Part& part : parts) {
    for (const std::string& text : part.texts)
      bytes += text, offsets.push_back(static_cast<std::int32_t>(bytes.size()));
    columns.insert(columns.end(), {part.element, static_cast<std::int32_t>(offsets.size()) - 1});
  }
  bytes.push_back('!');  // behind the last text
  const auto count = static_cast<std::uint32_t>(rows.size() / 2), width = static_cast<std::uint32_t>(parts.size());
  ModelBuilder model{parameters::FindText{.refuses_others = refuses_others}};
  model.input({count, 2}, x)
      .constant({width, 2}, columns)
      .constant({static_cast<std::uint32_t>(offsets.size())}, offsets)
      .constant({static_cast<std::uint32_t>(bytes.size())}, std::vector<std::uint8_t>(bytes.begin(), bytes.end()))
      .output<std::int32_t>({count, width});
  return model;
}

using Places = std::vector<std::int32_t>;

Places places(const std::vector<std::string>& rows, const std::vector<Part>& parts, bool refuses_others = false) {
  return finder(rows, parts, refuses_others).run<std::int32_t>();
}

TEST_SUITE("find_text") {
  TEST_CASE("a text becomes its place in the list, and what its column does not list the last place of the column") {
    const std::vector<Part> parts{{0, {"Berlin", "Oslo", "Paris", ""}}, {1, {"art", "law", "?"}}};
    CHECK(places({"Oslo", "art"}, parts) == Places{1, 4});
    CHECK(places({"Paris", "law", "Berlin", "art"}, parts) == Places{2, 5, 0, 4});
    CHECK(places({"Rome", "?"}, parts) == Places{3, 6});
    CHECK(places({"art", "Oslo"}, parts) == Places{3, 6});  // of the other column
  }

  TEST_CASE("columns take any element of the row, as often as they like") {
    CHECK(places({"b", "a"}, {{1, {"a", ""}}, {0, {"a", "b", ""}}, {1, {"b", ""}}}) == Places{0, 3, 6});
  }

  TEST_CASE("an empty text is a text as others are, and is none where the list has it not") {
    CHECK(places({"", "x"}, {{0, {"", "x", ""}}}) == Places{0});
    CHECK(places({"", "x"}, {{0, {"x", ""}}}) == Places{1});
  }

  TEST_CASE("texts are the same byte by byte, in any alphabet, whatever stands behind them") {
    const std::vector<Part> parts{{0, {"Z\xc3\xbcrich", "\xe6\x9d\xb1", "\xe6\x9d\xb1\xe4\xba\xac", ""}}};
    CHECK(places({"\xe6\x9d\xb1\xe4\xba\xac", ""}, parts) == Places{2});
    CHECK(places({"Z\xc3\xbcrich", ""}, parts) == Places{0});
    for (const char* text : {"Zurich", "Z\xc3\xbcrich ", "z\xc3\xbcrich", "\xe6\x9d"})
      CHECK(places({text, ""}, parts) == Places{3});
  }

  TEST_CASE("however many texts a column has, each is found, and nothing between them is") {
    for (char texts = 1; texts <= 17; ++texts) {
      Part part{0, {}};
      for (char i = 0; i < texts; ++i) part.texts.push_back(std::string(1, static_cast<char>('a' + i)));
      for (char i = 0; i < texts; ++i) {
        const std::string text(1, static_cast<char>('a' + i));
        CHECK(places({text, ""}, {part}, true) == Places{i});
        CHECK(finder({text + "!", ""}, {part}, true).try_run<std::int32_t>().status == Status::unknown_label);
      }
      CHECK(finder({"", ""}, {part}, true).try_run<std::int32_t>().status == Status::unknown_label);
    }
  }

  TEST_CASE("texts that do not ascend within their column, or parts that do not tile the list, are bad weights") {
    CHECK(finder({"a", "b"}, {{0, {"b", "a"}}, {1, {"a", "z"}}}).load_status() == Status::ok);
    CHECK(finder({"a", "b"}, {{0, {"b", "a", ""}}}).load_status() == Status::bad_weights);
    CHECK(finder({"a", "b"}, {{0, {"b", "a"}}}, true).load_status() == Status::bad_weights);
    CHECK(finder({"a", "b"}, {{0, {"a", "a"}}}, true).load_status() == Status::bad_weights);
    CHECK(finder({"a", "b"}, {{2, {"a", ""}}}).load_status() == Status::bad_weights);
    CHECK(finder({"a", "b"}, {{-1, {"a", ""}}}).load_status() == Status::bad_weights);
    CHECK(finder({"a", "b"}, {{0, {"a", ""}}, {1, {}}}).load_status() == Status::bad_weights);
  }
}

}  // namespace find_text_test
}  // namespace nacre::test
