#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "tools/common/refusal.hpp"
#include "tools/convert/convert.hpp"

namespace nacre::tools {
namespace {

[[noreturn]] void fail(const std::string& path, const char* what) {
  const std::string reason = std::strerror(errno);
  throw Refusal("", std::string(what) + " (" + reason + ")", "check the folder and the space on its disk").in_file(path);
}

/// A file that vanishes unless it is kept.
struct UnfinishedFile {
  std::string path;
  int fd = -1;
  ~UnfinishedFile() {
    if (fd >= 0) close(fd);
    if (!path.empty()) unlink(path.c_str());
  }
};

void write_all(int fd, std::span<const std::byte> bytes, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t written = write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) fail(path, "cannot write the output");
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
}

}  // namespace

void write_atomically(const std::string& path, std::span<const std::byte> bytes) {
  const std::string folder = path.find('/') == std::string::npos ? "." : path.substr(0, path.rfind('/') + 1);
  UnfinishedFile file{path + ".XXXXXX"};
  file.fd = mkstemp(file.path.data());
  if (file.fd < 0) {
    file.path.clear();
    fail(path, "cannot create the output");
  }
  write_all(file.fd, bytes, path);
  const mode_t mask = umask(0);
  umask(mask);
  if (fchmod(file.fd, 0666 & ~mask) != 0 || fsync(file.fd) != 0) fail(path, "cannot write the output");
  if (rename(file.path.c_str(), path.c_str()) != 0) fail(path, "cannot put the output in its place");
  file.path.clear();
  if (const int fd = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); fd >= 0) {
    fsync(fd);
    close(fd);
  }
}

}  // namespace nacre::tools
