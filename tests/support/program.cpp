#include "tests/support/program.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "tests/support/files.hpp"
#include "tests/support/models.hpp"

namespace nacre::tools::test {
namespace {

Outcome run_built(const char* program, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), program);
  return run_program(std::move(arguments));
}

}  // namespace

Outcome run_program(std::vector<std::string> command) {
  const TemporaryFolder folder;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, folder.file("out").c_str(), O_WRONLY | O_CREAT, 0600);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, folder.file("err").c_str(), O_WRONLY | O_CREAT, 0600);
  std::vector<char*> arguments;
  for (std::string& argument : command) arguments.push_back(argument.data());
  arguments.push_back(nullptr);
  pid_t child = 0;
  const int error = posix_spawnp(&child, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) throw std::runtime_error("cannot start " + command[0]);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), read_file(folder.file("out")),
          read_file(folder.file("err"))};
}

std::string nacre_program() { return NACRE_COMMAND; }
Outcome nacre(std::vector<std::string> arguments) { return run_built(NACRE_COMMAND, std::move(arguments)); }
Outcome nacre_replay(std::vector<std::string> arguments) { return run_built(NACRE_REPLAY, std::move(arguments)); }

nlohmann::json inspected(const std::string& file) {
  const Outcome outcome = nacre({"inspect", file, "--json"});
  CHECK(outcome.err == "");
  REQUIRE(outcome.status == 0);
  return nlohmann::json::parse(outcome.out);
}

}  // namespace nacre::tools::test
