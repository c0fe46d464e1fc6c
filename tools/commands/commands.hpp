#pragma once

#include <CLI/App.hpp>

namespace nacre::tools {

// Each function registers one command of the `nacre` program; the command runs while CLI11 parses and
// throws Refusal where its input is refused.

void add_codegen(CLI::App& app);
void add_convert(CLI::App& app);
void add_inspect(CLI::App& app);
void add_print(CLI::App& app);
void add_run(CLI::App& app);
void add_verify(CLI::App& app);

/// An option that may be given several times, with one value each: it takes no word after that, which
/// is a file.
inline CLI::Option* repeatable(CLI::Option* option) { return option->expected(1)->take_all()->allow_extra_args(false); }

}  // namespace nacre::tools
