#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <new>

#include "nacre/version.h"
#include "tools/commands/commands.hpp"
#include "tools/common/refusal.hpp"

namespace {

/// Exit statuses that scripts rely on.
constexpr int kRefused = 1;
constexpr int kWrongUsage = 2;

int run(int argc, char** argv) {
  CLI::App app("Converts saved models to one verified file that a device runs, bit for bit");
  app.set_version_flag("--version", "nacre " NACRE_VERSION);
  app.require_subcommand(1);
  nacre::tools::add_convert(app);
  nacre::tools::add_codegen(app);
  nacre::tools::add_run(app);
  nacre::tools::add_inspect(app);
  nacre::tools::add_verify(app);
  nacre::tools::add_print(app);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kWrongUsage;
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const nacre::tools::Refusal& refusal) {
    fmt::print(stderr, "nacre: {}{}{}\n", refusal.file(), refusal.file().empty() ? "" : ": ", refusal.what());
  } catch (const std::bad_alloc&) {
    fmt::print(stderr, "nacre: there is not enough memory for this; free some, or use a smaller model\n");
  } catch (const std::exception& error) {
    fmt::print(stderr, "nacre: this is a defect of nacre, and no fault of the file: {}; please report it\n",
               error.what());
  }
  return kRefused;
}
