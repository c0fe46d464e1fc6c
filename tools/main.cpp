#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <new>
#include <string>
#include <system_error>

#include "tools/commands/command_line.hpp"
#include "tools/common/message.hpp"
#include "tools/common/refusal.hpp"

namespace {

using nacre::tools::kRefused;
using nacre::tools::print_message;
using nacre::tools::run_command_line;

/// What was printed must have arrived: a full disk may show only here.
int flush_output(int status) {
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return status;
  print_message(fmt::format("standard output: cannot be written ({}); check where it leads to", std::strerror(errno)));
  return kRefused;
}

constexpr char kNoMemory[] = "nacre: there is not enough memory for this; free some, or use a smaller model\n";

/// Says why the program ends, where nothing may be allocated.
int refuse(const char* message) {
  static_cast<void>(!write(STDERR_FILENO, message, std::strlen(message)));
  return kRefused;
}

/// A mapped file that shrinks, or a disk that cannot be read, ends here.
void on_bus_error(int) {
  _exit(refuse("nacre: a file cannot be read any more, or became shorter while it was read; try again\n"));
}

/// Without memory a library's destructor may throw, which ends the program here.
[[noreturn]] void on_terminate() {
  try {
    if (const std::exception_ptr thrown = std::current_exception()) std::rethrow_exception(thrown);
  } catch (const std::bad_alloc&) {
    _exit(refuse(kNoMemory));
  } catch (...) {
  }
  std::abort();
}

/// A file must not be opened where messages are written to: whoever closed a standard stream gets /dev/null.
void fill_standard_streams() {
  for (int stream = STDIN_FILENO; stream <= STDERR_FILENO; ++stream)
    if (fcntl(stream, F_GETFD) == -1 && open("/dev/null", O_RDWR) != stream) _exit(kRefused);
}

/// The command, and why it did not do it. Throws nothing but std::bad_alloc.
int run(int argc, char** argv) {
  try {
    return flush_output(run_command_line(argc, argv));
  } catch (const nacre::tools::Refusal& refusal) {
    nacre::tools::print_refusal(refusal);
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::system_error& error) {  // {fmt} throws it where standard output takes no more
    if (std::ferror(stdout) != 0) return flush_output(kRefused);
    print_message(fmt::format("{}; check the files and the space on their disk", error.what()));
  } catch (const std::exception& error) {
    print_message(
        fmt::format("this is a defect of nacre, and no fault of the file: {}; please report it", error.what()));
  }
  return kRefused;
}

}  // namespace

int main(int argc, char** argv) {
  fill_standard_streams();
  std::signal(SIGBUS, on_bus_error);
  std::set_terminate(on_terminate);
  setenv("TZ", "UTC0", 1);  // libzip reads dates, of which nothing is used: it would open the machine's time zone
  try {
    return run(argc, argv);
  } catch (const std::bad_alloc&) {
    return refuse(kNoMemory);
  }
}
