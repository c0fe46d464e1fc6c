#include "runtime/strict_float.hpp"  // first

#include "nacre/mapped_file.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "nacre/nacre.h"

namespace nacre {
namespace {

/// Maps what `descriptor` stands for. False, with errno, where that cannot be done.
bool map(int descriptor, Span<const std::byte>* bytes) {
  struct stat status;
  if (fstat(descriptor, &status) != 0) return false;
  if (!S_ISREG(status.st_mode)) {
    errno = ENODEV;
    return false;
  }
  const auto size = static_cast<std::size_t>(status.st_size);
  if (size == 0) return true;  // which mmap refuses
  void* const mapping = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, descriptor, 0);
  if (mapping == MAP_FAILED) return false;
  *bytes = {static_cast<const std::byte*>(mapping), size};
  return true;
}

void unmap(Span<const std::byte> bytes) {
  if (!bytes.empty()) munmap(const_cast<std::byte*>(bytes.data()), bytes.size());
}

/// Maps the file of a name.
Status map(const char* path, Span<const std::byte>* bytes) {
  // Without waiting: the other end of a pipe may never open.
  const int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) return Status::file_unreadable;
  const bool mapped = map(descriptor, bytes);
  const int error = errno;
  close(descriptor);
  errno = error;
  return mapped ? Status::ok : Status::file_unreadable;
}

}  // namespace

Status MappedFile::open(const char* path, MappedFile* file) {
  if (path == nullptr || file == nullptr) return Status::null_argument;
  Span<const std::byte> bytes;
  const Status status = map(path, &bytes);
  if (status != Status::ok) return status;
  unmap(file->bytes_);
  file->bytes_ = bytes;
  return Status::ok;
}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  if (this == &other) return *this;
  unmap(bytes_);
  bytes_ = other.bytes_;
  other.bytes_ = {};
  return *this;
}

MappedFile::~MappedFile() { unmap(bytes_); }

}  // namespace nacre

nacre_status nacre_map(const char* path, nacre_file* file) {
  if (path == nullptr || file == nullptr) return NACRE_NULL_ARGUMENT;
  nacre::Span<const std::byte> bytes;
  const nacre::Status status = nacre::map(path, &bytes);
  if (status == nacre::Status::ok) *file = {bytes.data(), bytes.size()};
  return static_cast<nacre_status>(status);
}

void nacre_unmap(nacre_file* file) {
  if (file == nullptr) return;
  nacre::unmap({static_cast<const std::byte*>(file->data), file->bytes});
  *file = {nullptr, 0};
}
