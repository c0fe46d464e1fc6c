#include "tools/common/output_file.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/support/models.hpp"
#include "tools/common/refusal.hpp"

namespace nacre::tools::test {
namespace {

using Names = std::vector<std::string>;

void write_text(const std::string& path, std::string_view text) {
  write_atomically(path, std::as_bytes(std::span(text)));
}

std::string content(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

TEST_SUITE("common/output_file") {
  TEST_CASE("a file is replaced as a whole, with the permissions of a new file") {
    const TemporaryFolder folder;
    write_text(folder.file("a"), "first");
    write_text(folder.file("a"), "second");
    CHECK(content(folder.file("a")) == "second");
    CHECK(folder.names() == Names{"a"});
    struct stat status {};
    REQUIRE(stat(folder.file("a").c_str(), &status) == 0);
    const mode_t mask = umask(0);
    umask(mask);
    CHECK((status.st_mode & 0777) == (0666 & ~mask));
  }

  TEST_CASE("a symbolic link stays and its target is replaced") {
    const TemporaryFolder folder;
    write_text(folder.file("target"), "old");
    std::filesystem::create_symlink("target", folder.file("link"));
    write_text(folder.file("link"), "new");
    CHECK(std::filesystem::is_symlink(folder.file("link")));
    CHECK(content(folder.file("target")) == "new");
  }

  TEST_CASE("a device is written in place, and its failure is reported") {
    write_text("/dev/null", "x");
    CHECK_THROWS_WITH_AS(write_text("/dev/full", "x"), doctest::Contains("No space left on device"), Refusal);
    CHECK(std::filesystem::is_character_file("/dev/full"));
  }

  TEST_CASE("a signal that waits ends the writing, and nothing is left behind") {
    const TemporaryFolder folder;
    sigset_t one, before;
    sigemptyset(&one);
    sigaddset(&one, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &one, &before);
    raise(SIGTERM);
    CHECK_THROWS_WITH_AS(write_text(folder.file("a"), "x"), doctest::Contains("interrupted"), Refusal);
    int taken = 0;
    sigwait(&one, &taken);
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    CHECK(taken == SIGTERM);
    CHECK(folder.names().empty());
  }

  TEST_CASE("an output that cannot be written is refused before any work") {
    const TemporaryFolder folder;
    write_text(folder.file("model"), "x");
    CHECK_NOTHROW(check_output(folder.file("new"), {folder.file("model")}));
    CHECK_NOTHROW(check_output("/dev/null", {}));
    CHECK_THROWS_WITH_AS(check_output(folder.file("model"), {folder.file("model")}),
                         doctest::Contains("overwrite a file that is read"), Refusal);
    CHECK_THROWS_WITH_AS(check_output(folder.file("missing/new"), {}), doctest::Contains("No such file or directory"),
                         Refusal);
    CHECK_THROWS_WITH_AS(check_output(folder.file("model/new"), {}), doctest::Contains("Not a directory"), Refusal);
    CHECK_THROWS_WITH_AS(check_output(folder.file(""), {}), doctest::Contains("Is a directory"), Refusal);
    CHECK_THROWS_WITH_AS(check_output("", {}), doctest::Contains("names no file"), Refusal);
  }

  TEST_CASE("a file that is read is known under another name too") {
    const TemporaryFolder folder;
    write_text(folder.file("model"), "x");
    std::filesystem::create_symlink("model", folder.file("link"));
    CHECK_THROWS_AS(check_output(folder.file("link"), {folder.file("model")}), Refusal);
  }
}

}  // namespace
}  // namespace nacre::tools::test
