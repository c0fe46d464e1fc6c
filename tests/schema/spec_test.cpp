#include <doctest/doctest.h>

#include <string>

#include "nacre/kernel.hpp"
#include "nacre/load.hpp"
#include "nacre/version.h"
#include "schema/model_generated.h"
#include "tests/support/spec.hpp"

// SPEC.md, the schema and the loader must say the same.

namespace nacre::test {
namespace {

TEST_SUITE("the specification") {
  TEST_CASE("it is of the version that the loader reads, in its head, its header and its revisions") {
    const std::string version = std::to_string(kFormatVersion), text = spec_text();
    CHECK(text.find("\nFormat version: " + version + "\n") != std::string::npos);
    CHECK(text.find("| `format_version` | ushort | " + version + " … " + version + " |") != std::string::npos);
    const std::string last_row = text.substr(text.rfind("\n| "));
    CHECK(last_row.rfind("\n| " + version + " | ", 0) == 0);
    CHECK(last_row.find('\n', 1) == last_row.size() - 1);
  }

  TEST_CASE("it names the two versions, which are constants of their own") {
    CHECK(spec_text().find("`NACRE_VERSION`, `nacre/version.h`") != std::string::npos);
    CHECK(spec_text().find("`kFormatVersion`") != std::string::npos);
    CHECK(std::string(NACRE_VERSION) != std::to_string(kFormatVersion));
  }

  TEST_CASE("every error of a file is named") {
    std::string text = spec_text();
    for (const SpecSection& section : spec_sections())
      if (section.kind == "operator") text += operator_text(section.word);
    for (unsigned value = 0x20; value <= 0x41; ++value) {
      const std::string error = name(static_cast<Status>(value));
      if (error == "unknown") continue;
      CAPTURE(error);
      CHECK(text.find("`" + error + "`") != std::string::npos);
    }
  }

  TEST_CASE("element types have the bytes that it states, in the runtime as well") {
    const SpecTable& table = spec_section("DataType").tables.at(0);
    for (const auto& row : table.rows) {
      CAPTURE(table.cell(row, "name"));
      CHECK(std::to_string(element_bytes(static_cast<DataType>(std::stoi(row[0])))) == table.cell(row, "bytes"));
    }
    CHECK(static_cast<unsigned>(schema::DataType::string) == static_cast<unsigned>(DataType::string));
    CHECK(static_cast<unsigned>(schema::Layout::mve) == static_cast<unsigned>(Layout::mve));
    CHECK(static_cast<unsigned>(schema::MemoryKind::state) == static_cast<unsigned>(MemoryKind::state));
  }
}

}  // namespace
}  // namespace nacre::test
