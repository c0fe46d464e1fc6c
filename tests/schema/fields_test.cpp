#include <doctest/doctest.h>

#include <cmath>
#include <map>
#include <set>

#include "nacre/operators.hpp"
#include "schema/operators_generated.h"
#include "tests/support/schema.hpp"
#include "tests/support/spec.hpp"

// SPEC.md and the files of operators name every table, field and number of the schema, and nothing else. FlatBuffers'
// own parser reads the schema.

namespace nacre::test {
namespace {

/// Every heading of one of these kinds, with its rows by name.
std::map<std::string, SpecSection> sections_of(const std::set<std::string>& kinds) {
  std::map<std::string, SpecSection> result;
  for (const SpecSection& section : spec_sections())
    if (kinds.count(section.kind) != 0)
      CHECK_MESSAGE(result.emplace(section.name, section).second, section.name << " has two sections");
  return result;
}

void check_field(const reflection::Object& object, const SpecTable& table, const std::vector<std::string>& row) {
  const std::string name = table.cell(row, "field");
  CAPTURE(name);
  const auto* field = object.fields()->LookupByKey(name.c_str());
  REQUIRE(field != nullptr);
  CHECK(table.cell(row, "type") == type_text(*field->type()));
  CHECK_FALSE(table.cell(row, "legal").empty());
  if (table.has("otherwise"))  // what only tools read is not refused
    CHECK((table.cell(row, "legal") == "any" || !object.is_struct() || !table.cell(row, "otherwise").empty()));
  if (table.has("byte")) CHECK(table.cell(row, "byte") == std::to_string(field->offset()));
  if (table.has("id")) {
    CHECK(table.cell(row, "id") == std::to_string(field->id()));
    CHECK(table.cell(row, "default") == default_text(*field));
  }
}

/// The number that a cell "initial" states.
double initial_number(const std::string& text, const reflection::Field& field) {
  if (const reflection::Enum* names = enum_of(*field.type()))
    for (const reflection::EnumVal* value : *names->values())
      if (value->name()->str() == text) return static_cast<double>(value->value());
  if (text == "true" || text == "false") return text == "true";
  return std::stod(text);  // infinities and nan too
}

/// Compares what the fields of a new struct hold with the description.
template <typename Parameters>
void check_initial(const char* name) {
  const reflection::Object& object = object_named(name);
  const Parameters parameters;
  const SpecTable& table = *spec_section(name).table_with("initial");
  CHECK(static_cast<std::size_t>(object.bytesize()) == sizeof parameters);
  for (const auto& row : table.rows) {
    CAPTURE(table.cell(row, "field"));
    const reflection::Field& field = field_named(object, table.cell(row, "field"));
    const reflection::BaseType type = scalar_of(*field.type());
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(&parameters) + field.offset();
    const double expected = initial_number(table.cell(row, "initial"), field);
    for (unsigned i = 0; i < count_of(*field.type()); ++i) {
      const double actual = flatbuffers::GetAnyValueF(type, bytes + i * flatbuffers::GetTypeSize(type));
      CHECK((actual == expected || (std::isnan(actual) && std::isnan(expected))));
    }
  }
}

TEST_SUITE("the specification") {
  TEST_CASE(
      "it has every table and struct of the schema, with every field, its place, type and default, and no other") {
    auto sections = sections_of({"table", "struct", "operator"});
    for (const reflection::Object* object : *schema_reflection().objects()) {
      const std::string name = bare_name(object->name());
      CAPTURE(name);
      REQUIRE(sections.count(name) == 1);
      CHECK((sections[name].kind != "table") == object->is_struct());
      const SpecTable* table = sections[name].table_with("field");
      const std::size_t rows = table == nullptr ? 0 : table->rows.size();
      CHECK(rows == object->fields()->size());
      for (std::size_t i = 0; i < rows; ++i) check_field(*object, *table, table->rows[i]);
      sections.erase(name);
    }
    for (const auto& [name, section] : sections) FAIL_CHECK("the schema has no " << section.kind << " " << name);
  }

  TEST_CASE("a new struct holds what its description calls initial") {
#define NACRE_OPERATOR(word, Parameters) check_initial<parameters::Parameters>(#Parameters);
    NACRE_OPERATORS(NACRE_OPERATOR)
#undef NACRE_OPERATOR
  }

  TEST_CASE("it has every enumeration of the schema with every number, and no other") {
    auto sections = sections_of({"enum"});
    for (const reflection::Enum* names : *schema_reflection().enums()) {
      if (names->is_union()) continue;  // of operators, which have files
      const std::string name = bare_name(names->name());
      CAPTURE(name);
      REQUIRE(sections.count(name) == 1);
      const SpecTable& table = sections[name].tables.at(0);
      std::map<std::string, std::string> stated, actual;
      for (const auto& row : table.rows) stated[table.cell(row, "name")] = row[0];
      for (const reflection::EnumVal* value : *names->values())
        actual[value->name()->str()] = std::to_string(value->value());
      CHECK(stated == actual);
      sections.erase(name);
    }
    for (const auto& [name, section] : sections) FAIL_CHECK("the schema has no " << section.kind << " " << name);
  }

  TEST_CASE("every operator has a file with its word, its number and its struct, and there is no other file") {
    auto sections = sections_of({"operator"});
#define NACRE_OPERATOR(op, Parameters)                                                              \
  CHECK(sections[#Parameters].word == #op);                                                         \
  CHECK(sections[#Parameters].number == static_cast<unsigned>(Operator::op));                       \
  CHECK(static_cast<unsigned>(schema::Operator::Parameters) == static_cast<unsigned>(Operator::op)); \
  sections.erase(#Parameters);
    NACRE_OPERATORS(NACRE_OPERATOR)
#undef NACRE_OPERATOR
    for (const auto& [name, section] : sections) FAIL_CHECK("there is no operator " << section.word);
  }
}

}  // namespace
}  // namespace nacre::test
