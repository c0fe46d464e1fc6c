#include <fmt/format.h>

#include "tools/describe/description.hpp"

namespace nacre::describe {
namespace {

constexpr const char* kHead =
    "// Written by nacre-describe from schema/operators/*.md, which say what each field means. Change those.\n"
    "\n"
    "include \"types.fbs\";\n"
    "\n"
    "namespace nacre.schema;\n";

std::string structure(const Description& description) {
  std::string text = fmt::format("\nstruct {} {{\n", description.structure);
  for (const Field& field : description.fields) {
    const std::string type = field.count == 1 ? field.type : fmt::format("[{}:{}]", field.type, field.count);
    text += fmt::format("  {}: {};\n", field.name, type);
  }
  return text + "}\n";
}

}  // namespace

std::string schema_text(const std::vector<Description>& all) {
  std::string text = kHead;
  for (const Description& description : all)
    for (const Enum& described : description.enums) {
      text += fmt::format("\nenum {} : ubyte {{\n", described.name);
      for (const Enumerator& enumerator : described.enumerators)
        text += fmt::format("  {} = {},\n", enumerator.name, enumerator.value);
      text += "}\n";
    }
  for (const Description& description : all) text += structure(description);
  text += "\nunion Operator {\n";
  for (const Description& description : all)
    text += fmt::format("  {} = {},\n", description.structure, description.number);
  return text + "}\n";
}

}  // namespace nacre::describe
