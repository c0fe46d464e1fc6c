#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include "nacre/kernel.hpp"
#include "schema/model_generated.h"

namespace nacre {
namespace {

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

/// Whether the table has a field that is more than a scalar of at most 4 bytes.
bool has_vectors(const flatbuffers::TypeTable* table) {
  using flatbuffers::ElementaryType;
  const std::set<ElementaryType> wide{flatbuffers::ET_LONG, flatbuffers::ET_ULONG,
                                      flatbuffers::ET_DOUBLE, flatbuffers::ET_STRING,
                                      flatbuffers::ET_SEQUENCE};
  for (std::size_t i = 0; i < table->num_elems; ++i) {
    const auto code = table->type_codes[i];
    if (code.is_repeating || wide.count(static_cast<ElementaryType>(code.base_type)) != 0) return true;
  }
  return false;
}

TEST_SUITE("the specification") {
  TEST_CASE("a table with more than scalars of at most 4 bytes is never verified by likeness") {
    std::string checks;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(NACRE_SOURCE_DIR "/loader"))
      if (entry.is_regular_file()) checks += text_of(entry.path());
    unsigned with_vectors = 0;
#define NACRE_OPERATOR(number, word, Table)                                                        \
  if (has_vectors(schema::Table##TypeTable()) && Operator::word != Operator::reshape) {            \
    CAPTURE(#word);                                                                                \
    CHECK(checks.find("layer.table_with_vectors<schema::" #Table ">") != std::string::npos);       \
    ++with_vectors;                                                                                \
  }
#include "nacre/operators.inc"
#undef NACRE_OPERATOR
    CHECK(with_vectors >= 3);
  }
}

}  // namespace
}  // namespace nacre
