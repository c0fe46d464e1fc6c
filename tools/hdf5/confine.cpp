#include "tools/hdf5/confine.hpp"

#include <seccomp.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <memory>

namespace nacre::tools {
namespace {

constexpr rlim_t kMemory = rlim_t{2} << 30, kMemoryPerByte = 12;
// Ten times of what sanitizers need, which need ten times of what anything else does.
constexpr rlim_t kSeconds = 2, kBytesPerSecond = rlim_t{8} << 20;

// The sanitizer's shadow alone is larger than any sensible limit.
#if defined(__SANITIZE_ADDRESS__)
constexpr bool kAddressSanitizer = true;
#elif defined(__has_feature)
constexpr bool kAddressSanitizer = __has_feature(address_sanitizer);
#else
constexpr bool kAddressSanitizer = false;
#endif

bool limit(int resource, rlim_t value) {
  const rlimit both{value, value};
  return setrlimit(static_cast<__rlimit_resource_t>(resource), &both) == 0;
}

/// Memory, the clock and descriptors that are open already; every other call fails with EPERM.
bool allow_only_what_reading_needs() {
  constexpr const char* kCalls[] = {
      "brk",    "mmap",        "munmap",        "mremap",         "mprotect",     "madvise",
      "read",   "write",       "lseek",         "close",          "fstat",        "newfstatat",
      "exit",   "exit_group",  "rt_sigaction",  "rt_sigprocmask", "rt_sigreturn", "sigaltstack",
      "futex",  "sched_yield", "clock_gettime", "gettimeofday",   "time",         "getpid",
      "gettid", "tgkill",      "getrandom",     "getrlimit",      "getrusage"};
  const std::unique_ptr<void, void (*)(scmp_filter_ctx)> filter(seccomp_init(SCMP_ACT_ERRNO(EPERM)), seccomp_release);
  if (filter == nullptr) return false;
  for (const char* call : kCalls)
    if (const int number = seccomp_syscall_resolve_name(call); number >= 0)
      if (seccomp_rule_add(filter.get(), SCMP_ACT_ALLOW, number, 0) != 0) return false;
  return seccomp_load(filter.get()) == 0;
}

}  // namespace

unsigned hdf5_seconds(std::size_t input) { return static_cast<unsigned>(kSeconds + input / kBytesPerSecond); }

bool confine(std::size_t input, std::size_t output) {
  const unsigned seconds = hdf5_seconds(input);
  if (!kAddressSanitizer && !limit(RLIMIT_AS, kMemory + kMemoryPerByte * input)) return false;
  if (!limit(RLIMIT_CPU, seconds) || !limit(RLIMIT_CORE, 0) || !limit(RLIMIT_FSIZE, output)) return false;
  constexpr unsigned kShare =
      100;  // a busy machine may give it a hundredth of a processor; this ends only a child that waits for ever
  alarm(kShare * seconds);
  for (const int signal : {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL, SIGXCPU, SIGXFSZ, SIGALRM})
    ::signal(signal, SIG_DFL);
  return allow_only_what_reading_needs();
}

}  // namespace nacre::tools
