#pragma once

#include <cstddef>

#include "nacre/span.hpp"
#include "nacre/status.hpp"

namespace nacre {

/// A file mapped to be read, as load() takes it: at a multiple of 64, and paged in as it is used. Where there is
/// a file system (POSIX) only; a firmware gives load() the address of the model in flash.
///
/// Must outlive every network, Description and text made from it. Other processes must not change or truncate
/// the file meanwhile: what was verified would no longer be what is used, and a read past its new end is SIGBUS.
class MappedFile {
 public:
  /// Maps a regular file. Gives file_unreadable where it cannot be opened or mapped, and errno says why (ENODEV
  /// for what is no regular file). A file that `file` mapped before is unmapped once this one is mapped.
  static Status open(const char* path, MappedFile* file);

  MappedFile() = default;
  MappedFile(MappedFile&& other) noexcept : bytes_(other.bytes_) { other.bytes_ = {}; }
  MappedFile& operator=(MappedFile&& other) noexcept;
  ~MappedFile();

  /// Empty where nothing is mapped, and for an empty file.
  Span<const std::byte> bytes() const { return bytes_; }

 private:
  Span<const std::byte> bytes_;
};

}  // namespace nacre
