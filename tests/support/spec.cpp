#include "tests/support/spec.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>
#include <sstream>
#include <stdexcept>

namespace nacre::test {
namespace {

using describe::cells;
using describe::split;

/// A sum of numbers and names: "reach_h + stride_h - 1".
double evaluate(const std::string& text, const Names& names) {
  std::istringstream words(text);
  double sum = 0, sign = 1;
  for (std::string word; words >> word;) {
    if (word == "the") continue;
    if (word == "+" || word == "-") {
      sign = word == "+" ? 1 : -1;
      continue;
    }
    const auto name = names.find(word);
    sum += sign * (name != names.end() ? name->second : std::stod(word));
  }
  return sum;
}

std::string after(const std::string& text, const std::string& word) {
  return text.compare(0, word.size(), word) == 0 ? text.substr(word.size()) : "";
}

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

/// Appends the sections of a file: "### kind `name`", or "# word" with a line "Operator 1, struct `Name`." below.
void read_sections(const std::string& file, std::vector<SpecSection>* sections) {
  std::istringstream text(file);
  bool in_section = false, in_table = false;
  std::string title;
  for (std::string line; std::getline(text, line);) {
    const std::vector<std::string> words = split(line, " ");
    if (line[0] == '#') {
      in_section = words.size() == 3 && line.find('`') != std::string::npos;
      title = words.back();
      if (in_section) sections->push_back({words[1], words[2], ""});
    } else if (words.size() >= 4 && words[0] == "Operator" && words[2] == "struct") {
      in_section = true;
      sections->push_back({"operator", words[3].substr(0, words[3].find('.')), title,
                           static_cast<unsigned>(std::stoul(words[1]))});
    }
    const bool is_row = in_section && line[0] == '|';
    if (is_row && !in_table) sections->back().tables.push_back({cells(line), {}});
    if (is_row && in_table && line.find("|---") != 0) sections->back().tables.back().rows.push_back(cells(line));
    in_table = is_row;
  }
}

}  // namespace

const SpecTable* SpecSection::table_with(const std::string& column) const {
  const auto found =
      std::find_if(tables.begin(), tables.end(), [&](const SpecTable& table) { return table.has(column); });
  return found == tables.end() ? nullptr : &*found;
}

std::string operator_text(const std::string& word) {
  return text_of(NACRE_SOURCE_DIR "/schema/operators/" + word + ".md");
}

std::string spec_text() { return text_of(NACRE_SOURCE_DIR "/schema/SPEC.md"); }

const std::vector<SpecSection>& spec_sections() {
  static const std::vector<SpecSection> sections = [] {
    std::vector<SpecSection> result;
    read_sections(spec_text(), &result);
    for (const auto& entry : std::filesystem::directory_iterator(NACRE_SOURCE_DIR "/schema/operators"))
      read_sections(text_of(entry.path()), &result);
    return result;
  }();
  return sections;
}

const SpecSection& spec_section(const std::string& name) {
  for (const SpecSection& section : spec_sections())
    if (section.name == name) return section;
  throw std::runtime_error("the specification has no section `" + name + "`");
}

std::string part_for(const std::string& cell, const std::string& type, const std::string& layout) {
  if (cell.find(": ") == std::string::npos) return cell;
  for (const std::string& part : split(cell, ";"))
    for (const std::string& when : {type, type + " " + layout})
      if (const std::string rest = after(part, when + ": "); !rest.empty()) return rest;
  return "";
}

LegalRange::LegalRange(const std::string& text, const Names& names, double current, bool real)
    : least_(std::numeric_limits<double>::lowest()), most_(std::numeric_limits<double>::max()) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  if (!after(text, "as ").empty()) return;
  if (text == "any" || text.empty()) {
    least_ = -kInfinity, most_ = kInfinity;
    inside = real ? std::vector<double>{-kInfinity, 0, kInfinity, std::numeric_limits<double>::quiet_NaN()}
                  : std::vector<double>{-2147483648.0, 0, 1, 2147483647};
    return;
  }
  if (text[0] == '=') {
    least_ = most_ = current;
    inside = {current}, outside = {current - 1, current + 1};
    return;
  }
  if (const std::string list = after(text, "one of "); !list.empty()) {
    for (const std::string& name : split(list, ",")) inside.push_back(evaluate(name, names));
    alternatives_ = inside;
    for (int value = 0; value < 256; ++value)
      if (!holds(value)) outside.push_back(value);
    return;
  }
  for (const std::string& condition : split(text, ",")) {
    const std::vector<std::string> bounds = split(condition, "…");
    if (condition == "power of two") power_of_two_ = true;
    else if (condition == "distinct") continue;
    else if (const std::string number = after(condition, "multiple of "); !number.empty())
      multiple_ = evaluate(number, names);
    else if (bounds.size() == 2) least_ = evaluate(bounds[0], names), most_ = evaluate(bounds[1], names);
    else if (const std::string limit = after(condition, "below "); !limit.empty())
      least_ = 0, most_ = evaluate(limit, names) - 1;
    else if (const std::string above = after(condition, "> "); !above.empty())
      least_ = evaluate(above, names), open_ = true;
    else if (const std::string below = after(condition, "< "); !below.empty())
      most_ = static_cast<double>(std::stof(below)), open_ = true;
    else throw std::runtime_error("the specification: cannot read the range " + text);
  }
  if (real) {
    const auto towards = [](double from, double to) {
      return static_cast<double>(std::nextafter(static_cast<float>(from), static_cast<float>(to)));
    };
    inside = {towards(least_, most_), towards(most_, least_)};
    outside = {
        least_, towards(least_, -kInfinity), most_, kInfinity, -kInfinity, std::numeric_limits<double>::quiet_NaN()};
    return;
  }
  const bool is_bounded = most_ < std::numeric_limits<double>::max();
  const double low = is_bounded ? least_ : current,
               high = is_bounded ? std::floor(most_ / multiple_) * multiple_ : current + multiple_;
  inside = {low, high};
  for (const double value : {low - 1, low + 1, high - 1, high + 1, high + multiple_, low + 7})
    if (!holds(value)) outside.push_back(value);
}

bool LegalRange::holds(double value) const {
  if (!alternatives_.empty())
    return std::find(alternatives_.begin(), alternatives_.end(), value) != alternatives_.end();
  const bool is_within = open_ ? value > least_ && value < most_ : value >= least_ && value <= most_;
  if (power_of_two_ && (value < 1 || std::exp2(std::floor(std::log2(value))) != value)) return false;
  return is_within && std::fmod(value, multiple_) == 0;
}

}  // namespace nacre::test
