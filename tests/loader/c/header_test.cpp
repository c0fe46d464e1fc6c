#include <doctest/doctest.h>

#include <fstream>
#include <map>
#include <regex>
#include <sstream>

#include "nacre/load.hpp"
#include "nacre/nacre.h"

// Constants of nacre.h, read from its text, against the C++ headers.

namespace nacre::test {
namespace c_header_test {

using Constants = std::map<unsigned, std::string>;

/// The constants of one enum, by value, in lower case and without what they all begin with.
Constants constants_of(const std::string& name, const std::string& prefix) {
  std::ifstream file(NACRE_SOURCE_DIR "/loader/include/nacre/nacre.h");
  std::stringstream text;
  text << file.rdbuf();
  const std::string header = text.str();
  const std::size_t begin = header.find("enum " + name + " {"), end = header.find("} " + name + ";");
  REQUIRE(begin < end);
  const std::string body = header.substr(begin, end - begin);
  const std::regex constant(prefix + "([A-Z0-9_]+) = (0x[0-9a-f]+|[0-9]+)");
  Constants constants;
  for (std::sregex_iterator at(body.begin(), body.end(), constant); at != std::sregex_iterator(); ++at) {
    std::string word = (*at)[1];
    for (char& letter : word) letter = static_cast<char>(std::tolower(letter));
    constants[static_cast<unsigned>(std::stoul((*at)[2], nullptr, 0))] = word;
  }
  return constants;
}

/// The names that C++ has, of 256 numbers.
template <typename Enum>
Constants names_of() {
  Constants names;
  for (unsigned value = 0; value < 256; ++value)
    if (const std::string word = name(static_cast<Enum>(value)); word != "unknown") names[value] = word;
  return names;
}

TEST_SUITE("the C interface") {
  TEST_CASE("its statuses and parts are those of C++, with the same numbers and names") {
    CHECK(constants_of("nacre_status", "NACRE_") == names_of<Status>());
    CHECK(constants_of("nacre_part", "NACRE_PART_") == names_of<Part>());
    CHECK(std::string(nacre_status_name(NACRE_BAD_MAGIC)) == "bad_magic");
    CHECK(std::string(nacre_part_name(NACRE_PART_OPERATORS)) == "operators");
  }

  TEST_CASE("its element types are those of C++, with the same numbers and sizes") {
    for (const auto& one : constants_of("nacre_type", "NACRE_")) {
      CAPTURE(one.second);
      const auto value = one.first;
      CHECK(nacre_element_bytes(static_cast<nacre_type>(value)) == element_bytes(static_cast<DataType>(value)));
    }
    CHECK(NACRE_INT8 == static_cast<int>(DataType::int8));
    CHECK(NACRE_STRING == static_cast<int>(DataType::string));
    CHECK(nacre_element_bytes(static_cast<nacre_type>(NACRE_STRING + 1)) == 0);
  }

  TEST_CASE("the version is one number and one text, and the linked library tells it") {
    unsigned major = 0, minor = 0, patch = 0;
    REQUIRE(std::sscanf(NACRE_VERSION, "%u.%u.%u", &major, &minor, &patch) == 3);
    CHECK(NACRE_VERSION_NUMBER == 10000 * major + 100 * minor + patch);
    CHECK(nacre_version() == NACRE_VERSION_NUMBER);
    CHECK(nacre_format_version() == kFormatVersion);
  }

  TEST_CASE("no comment speaks of what only C++ has") {
    std::ifstream file(NACRE_SOURCE_DIR "/loader/include/nacre/nacre.h");
    for (std::string line; std::getline(file, line);) {
      CAPTURE(line);
      CHECK(line.find("::") == std::string::npos);
      CHECK(!std::regex_search(line, std::regex("\\b(run|load|self_test|check_inputs|reset_state)\\(\\)")));
    }
  }
}

}  // namespace c_header_test
}  // namespace nacre::test
