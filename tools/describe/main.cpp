// nacre-describe SOURCE [--check]: writes what follows from schema/operators/*.md into the source tree, or says which
// file is not what would be written. Only who changes a description runs it: a build uses what is written.

#include <fmt/format.h>

#include <cstring>
#include <exception>
#include <fstream>
#include <sstream>

#include "tools/describe/description.hpp"

namespace {

std::string contents(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::stringstream text;
  text << stream.rdbuf();
  return text.str();
}

/// Whether the file holds the text, after writing it unless that is only asked.
bool holds(const std::filesystem::path& file, const std::string& text, bool only_check) {
  if (contents(file) == text) return true;
  if (only_check) {
    fmt::print(stderr, "{} is not what its descriptions say; run nacre-describe\n", file.string());
    return false;
  }
  std::ofstream(file, std::ios::binary) << text;
  return true;
}

}  // namespace

int main(int argc, char** argv) try {
  const bool only_check = argc == 3 && std::strcmp(argv[2], "--check") == 0;
  if (argc != 2 && !only_check) {
    fmt::print(stderr, "nacre-describe SOURCE [--check]\n");
    return 2;
  }
  const std::filesystem::path source = argv[1];
  auto all = nacre::describe::read_descriptions(source / "schema/operators");
  for (auto& description : all) {
    const std::string check = source / "loader/operators" / description.word;
    description.has_check = std::filesystem::exists(check + ".cpp");
    for (const char* layout : {"dsp", "mve"})
      if (std::filesystem::exists(check + "_" + layout + ".cpp")) description.checked_layouts.emplace_back(layout);
  }
  bool good = holds(source / "schema/operators.fbs", nacre::describe::schema_text(all), only_check);
  good &= holds(source / "runtime/include/nacre/operators.hpp", nacre::describe::header_text(all), only_check);
  good &= holds(source / "loader/rules.cpp", nacre::describe::rules_text(all), only_check);
  return good ? 0 : 1;
} catch (const std::exception& error) {
  fmt::print(stderr, "nacre-describe: {}\n", error.what());
  return 1;
}
