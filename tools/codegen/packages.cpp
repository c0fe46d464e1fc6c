#include "tools/codegen/packages.hpp"

#include <algorithm>
#include <regex>

#include "nacre/version.h"
#include "tools/codegen/embedded.hpp"
#include "tools/codegen/names.hpp"

namespace nacre::tools {
namespace {

constexpr std::string_view kFolder = "packages/";

/// What manifests call the version: three numbers. Of a model that has other ones, that of Nacre.
std::string package_version(const std::string& version) {
  static const std::regex kThree(R"(\d{1,5}\.\d{1,5}\.\d{1,5})");
  return std::regex_match(version, kThree) ? version : NACRE_VERSION;
}

std::string filled(std::string text, const std::map<std::string, std::string>& values) {
  for (const auto& [mark, value] : values)
    for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at + value.size()))
      text.replace(at, mark.size(), value);
  return text;
}

/// Without the lines of a manifest that name nacre_serve.
std::string without_serve(const std::string& text) {
  std::string kept;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size() - 1) + 1;
    const std::string line = text.substr(at, end - at);
    if (line.find("nacre_serve") == std::string::npos) kept += line;
    at = end;
  }
  return kept;
}

}  // namespace

std::vector<std::string> package_names() {
  std::vector<std::string> names;
  for (const std::string& path : embedded_names()) {
    const std::size_t end = path.find('/', kFolder.size());
    if (!path.starts_with(kFolder) || end == std::string::npos) continue;
    const std::string name = path.substr(kFolder.size(), end - kFolder.size());
    if (names.empty() || names.back() != name) names.push_back(name);
  }
  return names;
}

std::string source_folder(const std::string& package) { return package.empty() || package == "make" ? "" : "src/"; }

std::map<std::string, std::string> package_files(const std::string& package, const std::string& word,
                                                 const std::string& version, bool serves) {
  const std::map<std::string, std::string> values = {
      {"@WORD@", word}, {"@MACRO@", macro_name(word)}, {"@VERSION@", package_version(version)}};
  const std::string folder = std::string(kFolder) + package + "/";
  std::map<std::string, std::string> files;
  for (const std::string& path : embedded_names())
    if (!package.empty() && path.starts_with(folder))
      files[filled(path.substr(folder.size()), values)] =
          filled(serves ? embedded_text(path) : without_serve(embedded_text(path)), values);
  return files;
}

}  // namespace nacre::tools
