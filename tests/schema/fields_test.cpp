#include <doctest/doctest.h>

#include <map>
#include <set>

#include "tests/support/schema.hpp"
#include "tests/support/spec.hpp"

// SPEC.md names every table, field and number of the schema, and nothing else. FlatBuffers' own parser
// reads the schema.

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

/// The table with fields, if the section has one.
const SpecTable* field_table(const SpecSection& section) {
  for (const SpecTable& table : section.tables)
    if (table.has("field")) return &table;
  return nullptr;
}

void check_field(const reflection::Object& object, const SpecTable& table, const std::vector<std::string>& row) {
  const std::string name = table.cell(row, "field");
  CAPTURE(name);
  const auto* field = object.fields()->LookupByKey(name.c_str());
  REQUIRE(field != nullptr);
  CHECK(table.cell(row, "type") == type_text(*field->type()));
  CHECK_FALSE(table.cell(row, "legal").empty());
  CHECK((table.cell(row, "legal") == "any") == table.cell(row, "otherwise").empty());
  if (object.is_struct()) {
    CHECK(table.cell(row, "byte") == std::to_string(field->offset()));
  } else {
    CHECK(table.cell(row, "id") == std::to_string(field->id()));
    CHECK(table.cell(row, "default") == default_text(*field));
  }
}

TEST_SUITE("the specification") {
  TEST_CASE(
      "it has every table and struct of the schema, with every field, its place, type and default, and no other") {
    auto sections = sections_of({"table", "struct"});
    for (const reflection::Object* object : *schema_reflection().objects()) {
      const std::string name = bare_name(object->name());
      CAPTURE(name);
      REQUIRE(sections.count(name) == 1);
      CHECK((sections[name].kind == "struct") == object->is_struct());
      const SpecTable* table = field_table(sections[name]);
      const std::size_t rows = table == nullptr ? 0 : table->rows.size();
      CHECK(rows == object->fields()->size());
      for (std::size_t i = 0; i < rows; ++i) check_field(*object, *table, table->rows[i]);
      sections.erase(name);
    }
    for (const auto& [name, section] : sections) FAIL_CHECK("the schema has no " << section.kind << " " << name);
  }

  TEST_CASE("it has every enumeration of the schema with every number, and no other") {
    auto sections = sections_of({"enum", "union"});
    for (const reflection::Enum* names : *schema_reflection().enums()) {
      const std::string name = bare_name(names->name());
      CAPTURE(name);
      REQUIRE(sections.count(name) == 1);
      CHECK((sections[name].kind == "union") == names->is_union());
      const SpecTable& table = sections[name].tables.at(0);
      std::map<std::string, std::string> stated, actual;
      for (const auto& row : table.rows) stated[table.cell(row, names->is_union() ? "table" : "name")] = row[0];
      for (const reflection::EnumVal* value : *names->values())
        if (!names->is_union() || value->value() != 0) actual[value->name()->str()] = std::to_string(value->value());
      CHECK(stated == actual);
      sections.erase(name);
    }
    for (const auto& [name, section] : sections) FAIL_CHECK("the schema has no " << section.kind << " " << name);
  }
}

}  // namespace
}  // namespace nacre::test
