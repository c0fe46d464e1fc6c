#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "tools/common/run_program.hpp"

namespace nacre::tools::test {

/// Path of the nacre command of this build.
std::string nacre_program();

/// Runs the nacre command or nacre-replay of this build.
Outcome nacre(std::vector<std::string> arguments);
Outcome nacre_replay(std::vector<std::string> arguments);

/// What `nacre inspect FILE --json` says; the test fails where it refuses the file or warns.
nlohmann::json inspected(const std::string& file);

}  // namespace nacre::tools::test
