#include "tests/support/cases.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>

#include "tests/support/models.hpp"

namespace nacre::tools::test {

std::vector<nlohmann::json> fixture_cases() {
  std::vector<std::string> lists;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(fixture("")))
    if (entry.path().filename() == "expect.json") lists.push_back(entry.path().string());
  std::sort(lists.begin(), lists.end());
  std::vector<nlohmann::json> result;
  for (const std::string& list : lists)
    for (auto& one : nlohmann::json::parse(std::ifstream(list))) {
      one["folder"] = std::filesystem::relative(list, fixture("")).parent_path().string();
      result.push_back(std::move(one));
    }
  return result;
}

}  // namespace nacre::tools::test
