#include "tests/support/fixture_layers.hpp"

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/support/models.hpp"

namespace nacre::tools::test {

std::set<std::string> fixture_layers() {
  std::set<std::string> result;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(fixture("")))
    if (entry.path().filename() == "expect.json")
      for (const auto& one : nlohmann::json::parse(std::ifstream(entry.path())))
        if (one["expect"] == "convert") result.merge(one.value("layers", std::set<std::string>()));
  return result;
}

}  // namespace nacre::tools::test
