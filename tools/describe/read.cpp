#include <algorithm>
#include <cctype>
#include <cmath>
#include <limits>
#include <map>
#include <stdexcept>

#include "tools/describe/description.hpp"
#include "tools/describe/table.hpp"

namespace nacre::describe {
namespace {

const std::string kMany = "…";  // after a name: any number of dimensions, or of arguments

bool take_end(std::string& text, const std::string& end) {
  if (!text.ends_with(end)) return false;
  text.erase(text.size() - end.size());
  while (text.ends_with(' ')) text.pop_back();
  return true;
}

std::vector<Kernel> kernels(const Table& table) {
  std::vector<Kernel> result;
  for (const auto& row : table.rows) {
    Kernel kernel{table.cell(row, "kernel"), table.cell(row, "in"), table.cell(row, "activations"),
                  table.cell(row, "weights"), table.cell(row, "layout"), table.cell(row, "function")};
    if (kernel.weights.empty()) kernel.weights = kernel.activations;
    if (kernel.layout.empty()) kernel.layout = "portable";
    result.push_back(std::move(kernel));
  }
  return result;
}

/// A shape as a rule can check it; what is none of its forms is left to the operator's own check.
Rule shape(std::string text) {
  Rule rule;
  if (text.starts_with("like ") && text.find(' ', 5) == std::string::npos) {
    rule.form = Form::like;
    rule.like = text.substr(5);
  } else if (text.starts_with('[') && text.ends_with(']')) {
    rule.form = Form::dimensions;
    rule.dimensions = split(text.substr(1, text.size() - 2), ",");
    rule.trails = rule.dimensions.size() > 1 && take_end(rule.dimensions.back(), kMany);
    rule.leads = take_end(rule.dimensions.front(), kMany);
  } else if (take_end(text, " elements") && text.find(' ') == std::string::npos) {
    rule.form = Form::elements;
    rule.dimensions = {text};
  }
  return rule;
}

/// "[a, b]", or for some kernels each: "float32: [a, b]; int8 dsp: [c]".
std::vector<Rule> rules(const std::string& cell) {
  if (cell.find(": ") == std::string::npos) return {shape(cell)};
  std::vector<Rule> result;
  for (const std::string& part : split(cell, ";")) {
    const std::size_t colon = part.find(": ");
    const std::vector<std::string> when = split(part.substr(0, colon), " ");
    Rule rule = shape(part.substr(colon + 2));
    rule.activations = when.front();
    if (when.size() > 1) rule.layout = when[1];
    result.push_back(std::move(rule));
  }
  return result;
}

std::vector<Argument> arguments(const Table& table) {
  std::vector<Argument> result;
  for (const auto& row : table.rows) {
    Argument argument{table.cell(row, "argument"), table.cell(row, "is"), table.cell(row, "type")};
    argument.optional = take_end(argument.name, "(optional)");
    argument.only_integers = take_end(argument.name, "(int8)");
    argument.only_packed = take_end(argument.name, "(packed)");
    argument.repeats = take_end(argument.name, kMany);
    argument.constant = table.cell(row, "lies in") == "weights";
    argument.rules = rules(table.cell(row, "shape"));
    result.push_back(std::move(argument));
  }
  return result;
}

std::vector<Field> fields(const Table& table, const std::filesystem::path& file) {
  static const std::map<std::string, unsigned> kBytes = {{"float", 4},  {"int", 4},   {"uint", 4}, {"ushort", 2},
                                                         {"short", 2}, {"byte", 1},  {"ubyte", 1}, {"bool", 1},
                                                         {"double", 8}};
  std::vector<Field> result;
  unsigned end = 0;
  for (const auto& row : table.rows) {
    Field field{table.cell(row, "field"), table.cell(row, "type"), table.cell(row, "initial"),
                table.cell(row, "legal"), table.cell(row, "meaning")};
    if (const std::size_t colon = field.type.find(':'); colon != std::string::npos) {
      field.count = static_cast<unsigned>(std::stoul(field.type.substr(colon + 1)));
      field.type.resize(colon);
    }
    const auto known = kBytes.find(field.type);
    field.bytes = known == kBytes.end() ? 1 : known->second;  // an enumeration
    field.offset = end;
    if (end % field.bytes != 0)
      throw std::runtime_error(file.string() + ": " + field.name + " would not be aligned; larger fields go first");
    end += field.bytes * field.count;
    result.push_back(std::move(field));
  }
  if (result.empty() || result.back().name != "reserved" || end % 4 != 0)
    throw std::runtime_error(file.string() + ": the fields must end in reserved bytes, at a multiple of 4");
  return result;
}

Enum enumeration(const std::string& heading, const Table& table) {
  Enum result{heading.substr(heading.find(' ') + 1), {}};
  for (const auto& row : table.rows)
    result.enumerators.push_back(
        {std::stoi(table.cell(row, "value")), table.cell(row, "name"), table.cell(row, "meaning")});
  return result;
}

std::vector<Function> functions(const Table& table) {
  std::vector<Function> result;
  for (const auto& row : table.rows) {
    Function function{table.cell(row, "function"), std::stoi(table.cell(row, "number")),
                      static_cast<unsigned>(std::stoul(table.cell(row, "operands"))), {},
                      table.cell(row, "vectors") == "float32", table.cell(row, "meaning")};
    if (function.number != static_cast<int>(result.size()) + 1)
      throw std::runtime_error("functions are numbered from 1 without gaps: look at " + function.name);
    for (const std::string& type : split(table.cell(row, "types"), ",")) {
      const std::vector<std::string> ends = split(type, " to ");
      function.types.emplace_back(ends.front(), ends.back());
    }
    result.push_back(std::move(function));
  }
  return result;
}

/// "float32" in the name of a kernel: "f32".
std::string short_type(const std::string& type) {
  const std::size_t digits = type.find_first_of("0123456789");
  return type.substr(0, 1) + (digits == std::string::npos ? "" : type.substr(digits));
}

/// "Operator 7, struct Activation. y may lie where x lies." Of one layout: "dsp: y may lie where x lies if …"
void read_identity(const std::string& text, Description& description) {
  const std::string sentence = text.substr(0, text.find('.'));
  const std::vector<std::string> words = split(sentence, " ");
  if (words.size() != 4 || words[0] != "Operator" || words[2] != "struct")
    throw std::runtime_error("must begin with: Operator NUMBER, struct `NAME`.");
  description.number = std::stoi(words[1]);
  description.structure = words[3];
  const std::size_t may = text.find("may lie where");
  description.in_place = may != std::string::npos;
  if (!description.in_place) return;
  const std::size_t start = text.rfind(". ", may) + 2, colon = text.find(": ", start);
  if (colon < may) description.in_place_layout = text.substr(start, colon - start);
}

}  // namespace

std::string Function::kernel(const std::pair<std::string, std::string>& type) const {
  const std::string from = name + "_" + short_type(type.first);
  return type.first == type.second ? from : from + "_" + short_type(type.second);
}

unsigned Description::count(const std::string& role) const {
  return static_cast<unsigned>(std::ranges::count(arguments, role, &Argument::role));
}

const Field* Description::field(const std::string& name) const {
  const auto found = std::ranges::find(fields, name, &Field::name);
  return found == fields.end() ? nullptr : &*found;
}

Description read_description(const std::filesystem::path& file) try {
  Description result;
  std::string heading;
  for (const Block& block : read_blocks(file)) {
    if (block.kind == Block::Kind::heading) {
      heading = block.text;
      if (result.word.empty()) result.word = heading;
    } else if (block.kind == Block::Kind::paragraph) {
      if (result.number == 0) read_identity(block.text, result);  // what follows is for people
    } else {
      const std::string& kind = block.table.columns.front();
      if (kind == "kernel") result.kernels = kernels(block.table);
      else if (kind == "argument") result.arguments = arguments(block.table);
      else if (kind == "field") result.fields = fields(block.table, file);
      else if (kind == "function") result.functions = functions(block.table);
      else if (kind == "value") result.enums.push_back(enumeration(heading, block.table));
      else throw std::runtime_error("has a table that begins with " + kind);
    }
  }
  if (result.word != file.stem().string()) throw std::runtime_error("must have the operator's word as its heading");
  if (result.arguments.empty() || result.fields.empty()) throw std::runtime_error("lacks its arguments or fields");
  return result;
} catch (const std::runtime_error& error) {
  const std::string what = error.what();
  throw std::runtime_error(what.starts_with(file.string()) ? what : file.string() + ": " + what);
}

std::vector<Description> read_descriptions(const std::filesystem::path& folder) {
  std::vector<Description> all;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.path().extension() == ".md") all.push_back(read_description(entry.path()));
  std::ranges::sort(all, {}, &Description::number);
  for (std::size_t i = 0; i < all.size(); ++i)
    if (all[i].number != static_cast<int>(i + 1))
      throw std::runtime_error("operators are numbered from 1 without gaps: look at " + all[i].word);
  return all;
}

std::optional<double> number_of(const std::string& text, const std::string& type,
                                const std::vector<Description>& all) {
  if (text == "nan") return std::numeric_limits<double>::quiet_NaN();
  if (text == "+inf" || text == "-inf")
    return std::copysign(std::numeric_limits<double>::infinity(), text[0] == '-' ? -1 : 1);
  if (text == "true" || text == "false") return text == "true" ? 1 : 0;
  for (const Description& description : all)
    for (const Enum& candidate : description.enums)
      for (const Enumerator& enumerator : candidate.enumerators)
        if (candidate.name == type && enumerator.name == text) return enumerator.value;
  std::size_t used = 0;
  try {
    const double value = std::stod(text, &used);
    if (used == text.size()) return value;
  } catch (const std::logic_error&) {
  }
  return std::nullopt;
}

}  // namespace nacre::describe
