#include "tools/common/buffer.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "tools/common/refusal.hpp"

namespace nacre::tools {
namespace {

struct Descriptor {
  int fd;
  ~Descriptor() {
    if (fd >= 0) close(fd);
  }
};

[[noreturn]] void refuse(const std::string& what) {
  throw Refusal("", "cannot read the file (" + what + ")", "check the path and its permissions");
}

}  // namespace

Buffer Buffer::map_file(const std::string& path) {
  const Descriptor file{open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  if (file.fd < 0) refuse(std::strerror(errno));
  struct stat status {};
  if (fstat(file.fd, &status) != 0) refuse(std::strerror(errno));
  if (!S_ISREG(status.st_mode)) refuse("not a regular file");
  const auto size = static_cast<std::size_t>(status.st_size);
  if (size == 0) return {};
  void* mapping = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.fd, 0);
  if (mapping == MAP_FAILED) refuse(std::strerror(errno));
  std::shared_ptr<const void> owner(mapping, [size](const void* p) {
    munmap(const_cast<void*>(p), size);
  });
  return {owner, std::span<const std::byte>(static_cast<const std::byte*>(mapping), size)};
}

}  // namespace nacre::tools
