#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "tools/commands/completions.hpp"

// What is said of a command line as a whole.

namespace nacre::tools {

/// The arguments with "help" and "version" as options: help convert is convert --help.
std::vector<std::string> with_options(std::vector<std::string> arguments);

/// Throws WrongUsage, with a guess, where the first argument should be a command and is none.
void require_command(const CLI::App& app, const std::vector<std::string>& arguments);

/// Prints "convert: -o is required; see nacre convert --help", and returns the status.
int report_usage(const CLI::App& app, std::string message);

/// The commands and their options, but for those that no help shows.
std::vector<CommandWords> words_of(const CLI::App& app);

}  // namespace nacre::tools
