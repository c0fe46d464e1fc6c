#pragma once

namespace nacre::tools {

// Exit statuses that scripts rely on.
constexpr int kDone = 0;
constexpr int kRefused = 1;
constexpr int kWrongUsage = 2;

/// Reads the arguments of the `nacre` program and runs its command. Returns an exit status; throws what the
/// command throws.
int run_command_line(int argc, char** argv);

}  // namespace nacre::tools
