#include "tools/common/line_ends.hpp"

#include <doctest/doctest.h>


namespace nacre::tools::test {
namespace {

Buffer buffer(const std::string& text) {
  std::vector<std::byte> bytes;
  for (const char c : text) bytes.push_back(static_cast<std::byte>(c));
  return Buffer::from(std::move(bytes));
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
    text.replace(at, from.size(), to);
  return text;
}

/// Bytes that a generator of 32 bits makes of a seed.
std::string noise(std::size_t size, std::uint32_t seed) {
  std::string bytes;
  for (std::size_t i = 0; i < size; ++i) bytes += static_cast<char>((seed = seed * 1664525u + 1013904223u) >> 24);
  return bytes;
}

TEST_SUITE("line ends") {
  TEST_CASE("a transfer as text shows in binary data, in each direction, and sound data do not look so") {
    for (std::uint32_t seed = 0; seed < 20; ++seed) {
      CAPTURE(seed);
      const std::string sound = noise(1 << 14, seed), large = noise(3 << 20, seed);
      CHECK(!has_text_line_ends(buffer(sound)));
      CHECK(has_text_line_ends(buffer(replaced(sound, "\n", "\r\n"))));
      CHECK(has_text_line_ends(buffer(replaced(replaced(sound, "\r\n", "\n"), "\r", "\n"))));
      if (seed > 2) continue;
      CHECK(!has_text_line_ends(buffer(large)));
      CHECK(has_text_line_ends(buffer(replaced(large, "\r\n", "\n"))));
    }
  }

  TEST_CASE("numbers that happen to have no 13 among them, or no 13 before a 10, prove nothing") {
    std::string small, labels;
    for (int i = 0; i < 100000; ++i) {
      small += static_cast<char>(i % 13);
      labels += static_cast<char>(i % 21);
      labels.append(7, '\0');
    }
    small += std::string(1000, 14) + std::string(1000, 15);
    CHECK(!has_text_line_ends(buffer(small)));
    CHECK(!has_text_line_ends(buffer(labels)));
  }

  TEST_CASE("text with one line end throughout, and few line feeds, prove nothing") {
    CHECK(!has_text_line_ends(buffer(replaced(std::string(200, '\n'), "\n", "line\n"))));
    CHECK(!has_text_line_ends(buffer("a\r\nb\r\n")));
    CHECK(!has_text_line_ends(buffer("\x80\4" + replaced(std::string(200, '\n'), "\n", "text\r\n"))));
    CHECK(!has_text_line_ends(buffer("")));
  }

  TEST_CASE("carriage returns before line feeds are taken out, others stay") {
    const auto undone = without_carriage_returns(buffer("a\r\nb\r\r\nc\rd\r"));
    REQUIRE(undone);
    CHECK(std::string(reinterpret_cast<const char*>(undone->data()), undone->size()) == "a\nb\r\nc\rd\r");
    CHECK(!without_carriage_returns(buffer("a\r\nb\n")));
    CHECK(!without_carriage_returns(buffer("a\rb")));
  }
}

}  // namespace
}  // namespace nacre::tools::test
