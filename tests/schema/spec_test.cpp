#include <doctest/doctest.h>

#include <fstream>
#include <regex>
#include <sstream>
#include <string>

#include "nacre/kernel.hpp"
#include "nacre/load.hpp"
#include "schema/model_generated.h"

// SPEC.md, the schema and the loader must say the same.

namespace nacre {
namespace {

std::string spec() {
  std::ifstream file(std::string(NACRE_SOURCE_DIR) + "/schema/SPEC.md");
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST_SUITE("the specification") {
  TEST_CASE("it is of the version that the loader reads") {
    CHECK(spec().find("Format version: " + std::to_string(kFormatVersion) + "\n") != std::string::npos);
  }

  TEST_CASE("it lists every operator with the number that schema and runtime give it") {
    const std::string text = spec();
    unsigned operators = 0;
#define NACRE_OPERATOR(number, word, Table)                                                              \
  CAPTURE(#word);                                                                                        \
  CHECK(text.find("| " #number " | " #word " |\n") != std::string::npos);                                \
  CHECK(static_cast<unsigned>(schema::Operator::Table) == static_cast<unsigned>(Operator::word));        \
  ++operators;
#include "nacre/operators.inc"
#undef NACRE_OPERATOR
    CHECK(operators == static_cast<unsigned>(schema::Operator::MAX));
  }

  TEST_CASE("it describes every field of the header and of the model") {
    const std::string text = spec();
    for (const auto* table : {schema::HeaderTypeTable(), schema::ModelTypeTable()})
      for (std::size_t i = 0; i < table->num_elems; ++i) {
        const std::string field = table->names[i];
        if (field == "operators_type") continue;  // half of the union
        CAPTURE(field);
        CHECK(text.find("`" + field + "`") != std::string::npos);
      }
  }

  TEST_CASE("every error that it names exists, and every error of a file is named") {
    const std::string text = spec();
    for (unsigned value = 0x20; value < 0x2f; ++value) {
      const std::string error = name(static_cast<Status>(value));
      if (error == "unknown") continue;
      CAPTURE(error);
      CHECK(text.find("`" + error + "`") != std::string::npos);
    }
  }

  TEST_CASE("element types and memories have the same numbers in schema and runtime") {
    for (unsigned i = 0; i <= static_cast<unsigned>(schema::DataType::MAX); ++i) CHECK(element_bytes(static_cast<DataType>(i)) > 0);
    CHECK(static_cast<unsigned>(schema::DataType::string) == static_cast<unsigned>(DataType::string));
    CHECK(static_cast<unsigned>(schema::DataType::int8) == static_cast<unsigned>(DataType::int8));
    CHECK(static_cast<unsigned>(schema::Memory::state) == static_cast<unsigned>(Memory::state));
  }
}

}  // namespace
}  // namespace nacre
