#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>

namespace {

const std::filesystem::path kRoot = NACRE_SOURCE_DIR;

std::string text_of(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

std::set<std::string> all_matches(const std::string& text, const std::regex& pattern) {
  std::set<std::string> found;
  for (std::sregex_iterator match(text.begin(), text.end(), pattern), end; match != end; ++match)
    found.insert((*match)[1]);
  return found;
}

/// By class, the test files that docs/threats.md names.
std::map<std::string, std::set<std::string>> table() {
  std::map<std::string, std::set<std::string>> rows;
  std::istringstream page(text_of(kRoot / "docs/threats.md"));
  for (std::string line; std::getline(page, line);)
    for (const std::string& id : all_matches(line, std::regex("^\\| ([LC][0-9]+) \\|")))
      rows[id] = all_matches(line, std::regex("`([a-z_0-9/]+_test\\.cpp)`"));
  return rows;
}

/// By class, the test files with a test whose name begins with it.
std::map<std::string, std::set<std::string>> named() {
  const std::regex name("TEST_CASE\\(\"([LC][0-9]+):");
  std::map<std::string, std::set<std::string>> found;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(kRoot / "tests"))
    if (entry.path().filename().string().ends_with("_test.cpp"))
      for (const std::string& id : all_matches(text_of(entry.path()), name))
        found[id].insert(std::filesystem::relative(entry.path(), kRoot / "tests").string());
  return found;
}

}  // namespace

TEST_SUITE("docs/threats.md") {
  TEST_CASE("each class has tests, in files that there are") {
    const auto rows = table();
    CHECK(rows.size() == 30);
    for (const auto& row : rows) {
      CAPTURE(row.first);
      CHECK_FALSE(row.second.empty());
      for (const std::string& file : row.second) {
        CAPTURE(file);
        CHECK(std::filesystem::exists(kRoot / "tests" / file));
      }
    }
  }

  TEST_CASE("every test that bears the name of a class stands in its row") {
    auto rows = table();
    for (const auto& [id, files] : named())
      for (const std::string& file : files) {
        const std::string what = id + " in " + file;
        CAPTURE(what);
        CHECK(rows[id].count(file) == 1);
      }
  }
}
