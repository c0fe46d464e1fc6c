#include "tools/common/progress.hpp"

#include <doctest/doctest.h>
#include <pty.h>
#include <unistd.h>

#include <chrono>
#include <thread>

namespace nacre::tools::test {
namespace {

/// What `work` draws on a terminal that takes the place of standard error.
template <typename Work>
std::string drawn_by(const Work& work) {
  int screen = -1, terminal = -1;
  REQUIRE(openpty(&screen, &terminal, nullptr, nullptr, nullptr) == 0);
  const int before = dup(STDERR_FILENO);
  dup2(terminal, STDERR_FILENO);
  work();
  dup2(before, STDERR_FILENO);
  close(before);
  close(terminal);
  std::string drawn;
  char text[256];
  for (ssize_t size = 0; (size = read(screen, text, sizeof text)) > 0;)
    drawn.append(text, static_cast<std::size_t>(size));
  close(screen);
  return drawn;
}

TEST_SUITE("common/progress") {
  TEST_CASE("long work is shown on a terminal, and the line is taken back") {
    const std::string drawn = drawn_by([] {
      Progress progress;
      progress.stage("reading a\nb");
      std::this_thread::sleep_for(std::chrono::milliseconds(700));
    });
    CHECK(drawn.find("\r\x1b[Kreading a\\nb… ") == 0);
    CHECK(drawn.substr(drawn.rfind('\r')) == "\r\x1b[K");
  }

  TEST_CASE("short work is not shown") {
    CHECK(drawn_by([] { Progress().stage("reading"); }).empty());
  }

  TEST_CASE("a line counts steps where there are steps, and seconds where there are none") {
    CHECK(progress_line("running", 3, 10, 7) == "running: 3 of 10");
    CHECK(progress_line("reading", 0, 0, 7) == "reading… 7 s");
    CHECK(progress_line(std::string(200, 'x'), 1, 2, 0).size() < 80);
  }
}

}  // namespace
}  // namespace nacre::tools::test
