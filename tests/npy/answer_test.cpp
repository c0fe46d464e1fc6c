#include "loader/npy/answer.hpp"

#include <doctest/doctest.h>

#include <cstring>
#include <string>
#include <vector>

namespace nacre::tools::test {
namespace answer_test {

String view(const char* text) { return {text, static_cast<std::uint32_t>(std::strlen(text))}; }

Span<const std::byte> bytes_of(const std::vector<String>& texts) {
  return {reinterpret_cast<const std::byte*>(texts.data()), texts.size() * sizeof(String)};
}

TEST_SUITE("npy/answer") {
  TEST_CASE("a text is as wide as the longest, counted in characters, and never of no width") {
    CHECK(npy::text_width(bytes_of({view("ab"), view("größe")}), nullptr) == 5);
    CHECK(npy::text_width(bytes_of({view("")}), nullptr) == 1);
  }

  TEST_CASE("a file is a header and the rows of every run") {
    const std::uint32_t shape[] = {1, 2};
    const float values[] = {1, 2, 3, 4};
    const npy::Answer answer{
        DataType::float32, {shape, 2}, 2, {reinterpret_cast<const std::byte*>(values), sizeof values}, 0};
    REQUIRE(npy::file_bytes(answer) == npy::kHeaderBytes + sizeof values);
    std::vector<std::byte> file(npy::file_bytes(answer));
    npy::write(answer, file.data());
    CHECK(std::string(reinterpret_cast<const char*>(file.data()), npy::kHeaderBytes).find("'shape': (2, 2)") !=
          std::string::npos);
    CHECK(std::memcmp(file.data() + npy::kHeaderBytes, values, sizeof values) == 0);
  }

  TEST_CASE("texts are padded to their width") {
    const std::uint32_t shape[] = {1};
    const std::vector<String> texts = {view("a"), view("bc")};
    const npy::Answer answer{DataType::string, {shape, 1}, 2, bytes_of(texts), 2};
    std::vector<std::byte> file(npy::file_bytes(answer));
    npy::write(answer, file.data());
    CHECK(file.size() == npy::kHeaderBytes + 16);
    CHECK(std::memcmp(file.data() + npy::kHeaderBytes, U"a\0bc", 16) == 0);
  }
}

}  // namespace answer_test
}  // namespace nacre::tools::test
