#include "tools/codegen/device_source.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <regex>

#include "tools/codegen/embedded.hpp"
#include "tools/codegen/prune.hpp"

namespace nacre::tools {

std::string find_header(const std::string& name) {
  for (const char* folder : {"", "runtime/include/", "loader/include/"})
    if (is_embedded(folder + name)) return folder + name;
  return "";
}

void for_each_line(const std::string& text, const LineVisitor& visit) {
  static const std::regex kInclude(R"(^\s*#\s*include\s*[<"]([^>"]+)[>"].*)");
  std::vector<std::string> conditions;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string line = text.substr(at, end - at);
    at = end + 1;
    std::smatch match;
    const bool includes = std::regex_match(line, match, kInclude);
    visit(line, includes ? match[1].str() : "", conditions.empty() ? "" : conditions.back());
    if (line.starts_with("#if")) conditions.push_back(line.starts_with("#if defined") ? line : "");
    if (line.starts_with("#endif") && !conditions.empty()) conditions.pop_back();
  }
}

std::string own_namespace(const std::string& path) {
  if (path.starts_with("loader/operators/")) return "checks";
  for (const char* space : {"numerics", "reference", "dsp", "mve"})
    if (path.find(fmt::format("/{}/", space)) != std::string::npos) return space;
  return "";
}

const std::map<std::string, std::vector<std::string>>& definers() {
  static const auto found = [] {
    static const std::regex kDefinition(R"(^[A-Za-z_].*?\b(\w+)\s*[\[(=].*)");
    std::map<std::string, std::vector<std::string>> sources;
    for (const std::string& path : embedded_names()) {
      const std::string space = own_namespace(path);
      if (space.empty() || !path.ends_with(".cpp")) continue;
      bool is_private = false;
      for_each_line(embedded_text(path), [&](const std::string& line, const std::string&, const std::string&) {
        if (line == "namespace {") is_private = true;
        if (line == "}  // namespace") is_private = false;
        std::smatch match;
        if (!is_private && std::regex_match(line, match, kDefinition))
          sources[space + "::" + match[1].str()].push_back(path);
      });
    }
    return sources;
  }();
  return found;
}

Words called_in(const std::string& all, const std::string& space) {
  static const std::regex kQualified(R"((\w+)::(\w+))");
  std::string text;
  for_each_line(all, [&](const std::string& line, const std::string&, const std::string&) {
    const bool declares = !line.empty() && line[0] != ' ' && line.ends_with(");");
    if (!declares) text += line + "\n";
  });
  Words names;
  for (std::sregex_iterator match(text.begin(), text.end(), kQualified), end; match != end; ++match)
    names.insert((*match)[0]);
  if (!space.empty())
    for (const std::string& word : words_of(text)) names.insert(space + "::" + word);
  return names;
}

}  // namespace nacre::tools
