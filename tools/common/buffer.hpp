#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace nacre::tools {

/// Immutable bytes with shared ownership: a view into a mapped file, a decompressed stream or a
/// vector. Copies share the bytes, so that slicing a 300 MB file costs nothing.
class Buffer {
 public:
  Buffer() = default;
  Buffer(std::shared_ptr<const void> owner, std::span<const std::byte> bytes)
      : owner_(std::move(owner)), bytes_(bytes) {}

  /// The bytes of numbers, which it takes over.
  template <typename T = std::byte>
  static Buffer from(std::vector<T> numbers) {
    auto owner = std::make_shared<const std::vector<T>>(std::move(numbers));
    return {owner, std::as_bytes(std::span(*owner))};
  }

  /// Maps a regular file read-only. Throws `Refusal` when it cannot be opened.
  static Buffer map_file(const std::string& path);

  const std::byte* data() const { return bytes_.data(); }
  std::size_t size() const { return bytes_.size(); }
  bool empty() const { return bytes_.empty(); }
  std::span<const std::byte> bytes() const { return bytes_; }

  /// `size` bytes from `offset`, sharing the owner. Requires offset + size <= size().
  Buffer slice(std::size_t offset, std::size_t size) const {
    return {owner_, bytes_.subspan(offset, size)};
  }

 private:
  std::shared_ptr<const void> owner_;
  std::span<const std::byte> bytes_;
};

}  // namespace nacre::tools
