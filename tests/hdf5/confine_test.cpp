#include "tools/hdf5/confine.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <functional>

#if defined(__SANITIZE_ADDRESS__)
#define NACRE_ADDRESS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define NACRE_ADDRESS_SANITIZER 1
#endif
#endif

namespace nacre::tools::test {
namespace {

constexpr std::size_t kOutput = 1 << 16;

/// Wait status of a confined child that does `action` and exits with what it returns.
int status_of(const std::function<int()>& action) {
  const pid_t child = fork();
  if (child == 0) _exit(confine(0, kOutput) ? action() : 99);
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  return status;
}

bool is_denied(const std::function<long()>& call) {
  const int status = status_of([&] { return call() == -1 && errno == EPERM ? 0 : 1; });
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

TEST_SUITE("confinement") {
  TEST_CASE("C7: a confined process opens, starts, connects to and signals nothing") {
    CHECK(is_denied([] { return open("/etc/passwd", O_RDONLY); }));
    CHECK(is_denied([] { return execl("/bin/true", "true", nullptr); }));
    CHECK(is_denied([] { return fork(); }));
    CHECK(is_denied([] { return socket(AF_INET, SOCK_STREAM, 0); }));
    CHECK(is_denied([] { return kill(getppid(), SIGTERM); }));
    CHECK(is_denied([] { return unlink("/tmp/nacre-was-here"); }));
    CHECK(is_denied([] { return ftruncate(1, 0); }));
  }

  TEST_CASE("C7: a confined process ends when it writes more than it may") {
    const int records = memfd_create("records", 0);
    const int status = status_of([&] {
      static const char page[4096] = {};
      for (int i = 0; i < 100; ++i)
        if (write(records, page, sizeof page) < 0) return 1;
      return 0;
    });
    close(records);
    CHECK(WIFSIGNALED(status));
    CHECK(WTERMSIG(status) == SIGXFSZ);
  }

  TEST_CASE("C7: a confined process may compute for seconds in proportion to its file") {
    CHECK(hdf5_seconds(std::size_t{1} << 30) - hdf5_seconds(0) == 128);
    const int status = status_of([] {
      rlimit limit{};  // asked without the C library, which calls what a confined process may not
      return syscall(SYS_getrlimit, RLIMIT_CPU, &limit) == 0 && limit.rlim_cur == hdf5_seconds(0) ? 0 : 1;
    });
    CHECK(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 0);
  }

#ifndef NACRE_ADDRESS_SANITIZER
  TEST_CASE("C7: a confined process has no more memory than a file of its size needs") {
    const int status = status_of([] {
      return mmap(nullptr, std::size_t{4} << 30, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? 0 : 1;
    });
    CHECK(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 0);
  }
#endif
}

}  // namespace
}  // namespace nacre::tools::test
