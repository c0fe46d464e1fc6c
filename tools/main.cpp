#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>
#include <new>
#include <string>
#include <system_error>

#include "nacre/version.h"
#include "tools/commands/commands.hpp"
#include "tools/common/message.hpp"
#include "tools/common/refusal.hpp"

namespace {

using nacre::tools::print_message;

/// Exit statuses that scripts rely on.
constexpr int kDone = 0;
constexpr int kRefused = 1;
constexpr int kWrongUsage = 2;

/// "convert: -o is required; see nacre convert --help"
int report_usage(const CLI::App& app, const CLI::ParseError& error) {
  const auto commands = app.get_subcommands();
  const std::string command = commands.empty() ? "" : commands.front()->get_name();
  std::string message = command.empty() ? error.what() : command + ": " + error.what();
  if (command.empty() && !app.remaining().empty()) message = "there is no " + app.remaining().front() + " here";
  if (message.find("; ") == std::string::npos)
    message += fmt::format("; see nacre {}{}--help", command, command.empty() ? "" : " ");
  print_message(message);
  return kWrongUsage;
}

int run(int argc, char** argv) {
  CLI::App app("Converts saved models to one verified file that a device runs, bit for bit");
  app.name("nacre");
  app.set_version_flag("--version", "nacre " NACRE_VERSION);
  app.require_subcommand(1);
  app.footer("Exit status: 0 done, 1 the input was refused or a check failed, 2 wrong usage.");
  nacre::tools::add_convert(app);
  nacre::tools::add_run(app);
  nacre::tools::add_inspect(app);
  nacre::tools::add_verify(app);
  nacre::tools::add_codegen(app);
  nacre::tools::add_print(app);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return error.get_exit_code() == 0 ? app.exit(error) : report_usage(app, error);
  }
  return kDone;
}

/// What was printed must have arrived: a full disk may show only here.
int flush_output(int status) {
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return status;
  print_message(fmt::format("standard output: cannot be written ({}); check where it leads to", std::strerror(errno)));
  return kRefused;
}

/// A mapped file that shrinks, or a disk that cannot be read, ends here.
void on_bus_error(int) {
  constexpr char kMessage[] = "nacre: a file cannot be read any more, or became shorter while it was read; try again\n";
  if (write(STDERR_FILENO, kMessage, sizeof kMessage - 1) >= 0) _exit(kRefused);
  _exit(kRefused);
}

/// A file must not be opened where messages are written to: whoever closed a standard stream gets /dev/null.
void fill_standard_streams() {
  for (int stream = STDIN_FILENO; stream <= STDERR_FILENO; ++stream)
    if (fcntl(stream, F_GETFD) == -1 && open("/dev/null", O_RDWR) != stream) _exit(kRefused);
}

}  // namespace

int main(int argc, char** argv) {
  fill_standard_streams();
  std::signal(SIGBUS, on_bus_error);
  try {
    return flush_output(run(argc, argv));
  } catch (const nacre::tools::Refusal& refusal) {
    print_message((refusal.file().empty() ? "" : refusal.file() + ": ") + refusal.what());
  } catch (const std::bad_alloc&) {
    print_message("there is not enough memory for this; free some, or use a smaller model");
  } catch (const std::system_error& error) {  // {fmt} throws it where standard output takes no more
    if (std::ferror(stdout) != 0) return flush_output(kRefused);
    print_message(fmt::format("{}; check the files and the space on their disk", error.what()));
  } catch (const std::exception& error) {
    print_message(fmt::format("this is a defect of nacre, and no fault of the file: {}; please report it", error.what()));
  }
  return kRefused;
}
