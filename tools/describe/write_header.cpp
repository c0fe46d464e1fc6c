#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <map>
#include <set>

#include "tools/describe/description.hpp"

namespace nacre::describe {
namespace {

constexpr const char* kHead = R"(// Written by nacre-describe from schema/operators/*.md, which say what each
// field means. Change those.
#pragma once

#include <cstdint>

#include "nacre/tensor.hpp"

namespace nacre {

/// Operators, with the numbers of the union Operator in schema/operators.fbs.
enum class Operator : std::uint8_t {
)";

std::string cpp_type(const std::string& type) {
  static const std::map<std::string, std::string> kTypes = {
      {"float", "float"},         {"double", "double"},        {"int", "std::int32_t"}, {"uint", "std::uint32_t"},
      {"ushort", "std::uint16_t"}, {"short", "std::int16_t"}, {"byte", "std::int8_t"}, {"ubyte", "std::uint8_t"},
      {"bool", "bool"}};
  const auto found = kTypes.find(type);
  return found == kTypes.end() ? type : found->second;
}

std::string cpp_value(const Field& field) {
  if (field.count > 1) {
    if (field.initial == "0") return "{}";
    return fmt::format("{{{}}}", fmt::join(std::vector(field.count, field.initial), ", "));
  }
  if (field.initial == "nan") return "__builtin_nanf(\"\")";
  if (field.initial == "+inf") return "__builtin_inff()";
  if (field.initial == "-inf") return "-__builtin_inff()";
  const bool is_enumerator = cpp_type(field.type) == field.type && field.type != "float" && field.type != "double" &&
                             field.type != "bool";
  return is_enumerator ? field.type + "::" + field.initial : field.initial;
}

std::string structure(const Description& description) {
  std::string text = fmt::format("struct {} {{\n  static constexpr Operator kOperator = Operator::{};\n\n",
                                 description.structure, description.word);
  for (const Field& field : description.fields)
    text += fmt::format("  {} {}{} = {};\n", cpp_type(field.type), field.name,
                        field.count == 1 ? "" : fmt::format("[{}]", field.count), cpp_value(field));
  text += "};\n";
  return text + fmt::format("static_assert(sizeof({}) == {}, \"as in the file\");\n\n", description.structure,
                            description.bytes());
}

std::string row(const std::string& text) { return " \\\n  ROW(" + text + ")"; }

/// The number of a kernel's function among the enumerators of the operator's field `function`.
int function_number(const Description& description, const Kernel& kernel, const std::vector<Description>& all) {
  const Field* field = description.field("function");
  if (field == nullptr || kernel.name.empty()) return 0;
  const auto number = number_of(kernel.name, field->type, all);
  if (!number) throw std::runtime_error(description.word + ": " + field->type + " has no " + kernel.name);
  return static_cast<int>(*number);
}

std::string kernel_lists(const std::vector<Description>& all) {
  std::string text;
  for (const char* isa : {"reference", "dsp", "mve", "avx2", "avx512", "neon", "dotprod"}) {
    text += fmt::format("#define NACRE_KERNELS_OF_{}(ROW)", isa);
    for (const Description& description : all)
      for (const Kernel& kernel : description.kernels)
        if (kernel.isa == isa)
          text += row(fmt::format("{}, {}, {}, {}, {}, {}", kernel.function, description.word, kernel.activations,
                                  kernel.weights, kernel.layout, function_number(description, kernel, all)));
    text += "\n\n";
  }
  return text;
}

std::string function_enum(const std::vector<Description>& all) {
  std::string text;
  for (const Description& description : all) {
    if (description.functions.empty()) continue;
    text += fmt::format("\n/// What the programs of {} call.\nenum class {}Function : std::uint16_t {{\n",
                        description.word, description.structure);
    for (const Function& function : description.functions)
      text += fmt::format("  {} = {},{}\n", function.name, function.number,
                          function.meaning.empty() ? "" : "  ///< " + function.meaning);
    text += "};\n";
  }
  return text;
}

/// The functions of all types, or those that folders for vectors have.
std::string function_rows(const std::vector<Description>& all, bool of_vectors) {
  std::string text;
  for (const Description& description : all)
    for (const Function& function : description.functions)
      for (const auto& type : function.types)
        if (!of_vectors || (function.has_vectors && type.first == "float32"))
          text += row(fmt::format("{}, {}, {}, {}, {}, {}", function.kernel(type), description.word, type.first,
                                  type.second, function.number, function.operands));
  return text;
}

std::string function_list(const std::vector<Description>& all) {
  std::string text =
      "// The functions that programs call, as kernels: name, operator, type of the operands, type of the result,\n"
      "// number, how many operands.\n#define NACRE_FUNCTIONS(ROW)" + function_rows(all, false);
  text += "\n\n// Those that avx2, avx512 and neon have too.\n#define NACRE_VECTOR_FUNCTIONS(ROW)" +
          function_rows(all, true);
  text += "\n\n// What these functions are called.\n#define NACRE_FUNCTION_NAMES(ROW)";
  for (const Description& description : all)
    for (const Function& function : description.functions) text += row(function.name);
  return text + "\n\n";
}

}  // namespace

std::string header_text(const std::vector<Description>& all) {
  std::string text = kHead;
  for (const Description& description : all)
    text += fmt::format("  {} = {},\n", description.word, description.number);
  text += "};\n";
  for (const Description& description : all)
    for (const Enum& described : description.enums) {
      text += fmt::format("\nenum class {} : std::uint8_t {{\n", described.name);
      for (const Enumerator& enumerator : described.enumerators)
        text += fmt::format("  {} = {},{}\n", enumerator.name, enumerator.value,
                            enumerator.meaning.empty() ? "" : "  ///< " + enumerator.meaning);
      text += "};\n";
    }
  text += function_enum(all);
  text += "\n/// Parameters of a layer: what the file holds, read in place.\nnamespace parameters {\n\n";
  for (const Description& description : all) text += structure(description);
  text += "}  // namespace parameters\n\n// Every operator: its word, its struct.\n#define NACRE_OPERATORS(ROW)";
  for (const Description& description : all) text += row(description.word + ", " + description.structure);
  text += "\n\n// Every field of a struct.\n#define NACRE_FIELDS(ROW)";
  for (const Description& description : all)
    for (const Field& field : description.fields)
      if (field.name != "reserved") text += row(description.structure + ", " + field.name);
  text +=
      "\n\n// The kernels of a folder of runtime/kernels: function, operator, type of the activations, type of the\n"
      "// weights, layout of the weights, number of the operator's function.\n";
  text += kernel_lists(all) + function_list(all);
  text += "// What load() verifies of layers: operator, type of the activations, layout of the weights.\n"
          "#define NACRE_RULES(ROW)";
  for (const Description& description : all) {
    std::set<std::string> rows;
    for (const Kernel& kernel : description.kernels)
      rows.insert(row(fmt::format("{}, {}, {}", description.word, kernel.activations, kernel.layout)));
    for (const std::string& one : rows) text += one;
  }
  return text + "\n\n}  // namespace nacre\n";
}

}  // namespace nacre::describe
