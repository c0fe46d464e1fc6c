#pragma once

#include <nlohmann/json.hpp>
#include <vector>

namespace nacre::tools::test {

/// The cases of every expect.json below tests/fixtures/models, in a fixed order, each with its "folder".
std::vector<nlohmann::json> fixture_cases();

}  // namespace nacre::tools::test
