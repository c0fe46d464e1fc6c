#include "tools/common/output_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <utility>

#include "tools/common/refusal.hpp"
#include "tools/common/small_letters.hpp"
#include "tools/common/stopwatch.hpp"

namespace nacre::tools {
namespace {

constexpr std::size_t kChunk = std::size_t{1} << 20;  // between two looks for a signal

[[noreturn]] void fail(const std::string& path, const std::string& reason) {
  throw Refusal("", "the output cannot be written (" + reason + ")", "check the folder and the space on its disk")
      .in_file(path);
}

[[noreturn]] void fail(const std::string& path) { fail(path, std::strerror(errno)); }

std::string folder_of(const std::string& path) {
  return path.find('/') == std::string::npos ? "." : path.substr(0, path.rfind('/') + 1);
}

/// Where a path that may be a symbolic link leads, so that the link stays.
std::string resolved(const std::string& path) {
  std::error_code error;
  const auto target = std::filesystem::canonical(path, error);
  return error ? path : target.string();
}

/// While it lives, the signals that end a program wait.
class PostponedSignals {
 public:
  PostponedSignals() {
    sigset_t all;
    sigemptyset(&all);
    for (const int signal : kEnding) sigaddset(&all, signal);
    pthread_sigmask(SIG_BLOCK, &all, &before_);
  }
  ~PostponedSignals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  PostponedSignals(const PostponedSignals&) = delete;
  PostponedSignals& operator=(const PostponedSignals&) = delete;

  bool one_waits() const {
    sigset_t waiting;
    sigpending(&waiting);
    return std::any_of(std::begin(kEnding), std::end(kEnding),
                       [&](int signal) { return sigismember(&waiting, signal) == 1; });
  }

 private:
  static constexpr int kEnding[] = {SIGINT, SIGTERM, SIGHUP};
  sigset_t before_;
};

/// A file that vanishes unless it is kept.
struct UnfinishedFile {
  std::string path;
  int fd = -1;
  UnfinishedFile() = default;
  explicit UnfinishedFile(std::string name, int descriptor = -1) : path(std::move(name)), fd(descriptor) {}
  UnfinishedFile(UnfinishedFile&& other) noexcept { *this = std::move(other); }
  UnfinishedFile& operator=(UnfinishedFile&& other) noexcept {
    std::swap(path, other.path);
    std::swap(fd, other.fd);
    return *this;
  }
  ~UnfinishedFile() {
    if (fd >= 0) close(fd);
    if (!path.empty()) unlink(path.c_str());
  }
};

void write_all(int fd, std::span<const std::byte> bytes, const std::string& path, const PostponedSignals& signals) {
  while (!bytes.empty()) {
    if (signals.one_waits()) fail(path, "interrupted");
    const ssize_t written = write(fd, bytes.data(), std::min(bytes.size(), kChunk));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) fail(path);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
}

void write_in_place(const std::string& path, std::span<const std::byte> bytes, const PostponedSignals& signals) {
  const UnfinishedFile device{"", open(path.c_str(), O_WRONLY | O_CLOEXEC)};
  if (device.fd < 0) fail(path);
  write_all(device.fd, bytes, path, signals);
}

/// Writes the bytes beside `path`, under a name of their own.
UnfinishedFile write_beside(const std::string& path, std::span<const std::byte> bytes, const PostponedSignals& signals,
                            double* sync_seconds) {
  UnfinishedFile file{path + ".XXXXXX"};
  file.fd = mkstemp(file.path.data());
  if (file.fd < 0) {
    file.path.clear();
    fail(path);
  }
  write_all(file.fd, bytes, path, signals);
  const mode_t mask = umask(0);
  umask(mask);
  Stopwatch sync;
  if (fchmod(file.fd, 0666 & ~mask) != 0 || fsync(file.fd) != 0) fail(path);
  *sync_seconds += sync.lap();
  if (signals.one_waits()) fail(path, "interrupted");
  return file;
}

double rename_to(const std::string& path, UnfinishedFile* file) {
  Stopwatch sync;
  if (rename(file->path.c_str(), path.c_str()) != 0) fail(path);
  file->path.clear();
  if (const int fd = open(folder_of(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); fd >= 0) {
    fsync(fd);
    close(fd);
  }
  return sync.lap();
}

bool is_same_file(const struct stat& a, const struct stat& b) { return a.st_dev == b.st_dev && a.st_ino == b.st_ino; }

}  // namespace

bool has_ending(const std::string& path, std::initializer_list<std::string_view> endings) {
  const std::string name = small_letters(path);
  return std::ranges::any_of(endings, [&](std::string_view ending) { return name.ends_with(ending); });
}

void check_output(const std::string& path, const std::vector<std::string>& sources) {
  struct stat output {}, source {};
  if (stat(path.c_str(), &output) == 0) {
    if (S_ISDIR(output.st_mode)) fail(path, std::strerror(EISDIR));
    for (const std::string& other : sources)
      if (S_ISREG(output.st_mode) && stat(other.c_str(), &source) == 0 && is_same_file(output, source))
        throw Refusal("", "the output would overwrite a file that is read", "choose another name for the output")
            .in_file(path);
    if (!S_ISREG(output.st_mode)) return;
  }
  if (path.empty() || path.back() == '/') fail(path, "it names no file");
  if (access(folder_of(resolved(path)).c_str(), W_OK | X_OK) != 0) fail(path);
}

double write_atomically(const std::vector<OutputFile>& files) {
  const PostponedSignals signals;
  std::vector<std::string> targets;
  for (const OutputFile& file : files) targets.push_back(resolved(file.path));
  double sync_seconds = 0;
  std::vector<UnfinishedFile> unfinished(files.size());
  for (std::size_t i = 0; i < files.size(); ++i) {
    struct stat status {};
    if (stat(targets[i].c_str(), &status) != 0 || S_ISREG(status.st_mode))
      unfinished[i] = write_beside(targets[i], files[i].bytes, signals, &sync_seconds);
    else write_in_place(targets[i], files[i].bytes, signals);
  }
  for (std::size_t i = 0; i < files.size(); ++i)
    if (!unfinished[i].path.empty()) sync_seconds += rename_to(targets[i], &unfinished[i]);
  return sync_seconds;
}

double write_atomically(const std::string& path, std::span<const std::byte> bytes) {
  return write_atomically({{path, bytes}});
}

}  // namespace nacre::tools
