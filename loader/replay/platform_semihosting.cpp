#include "runtime/strict_float.hpp"  // first

#include <cstdint>
#include <cstring>

#include "loader/replay/platform.hpp"
#include "toolchains/bare-metal/semihosting.h"

// The same break that newlib's malloc moves, so that both may be used.
extern "C" void* _sbrk(std::ptrdiff_t bytes);

namespace nacre::platform {
namespace {

class File {
 public:
  File(const char* path, semihosting_mode mode) : handle_(semihosting_open(path, mode)) {}
  ~File() {
    if (is_open()) semihosting_close(handle_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  bool is_open() const { return handle_ >= 0; }
  int handle() const { return handle_; }

 private:
  int handle_;
};

void write_text(int handle, const char* text) {
  semihosting_write_bytes(handle, text, std::strlen(text));
}

}  // namespace

Span<const std::byte> contents(const char* path) {
  const File file(path, semihosting_read);
  const long length = file.is_open() ? semihosting_length(file.handle()) : 0;
  if (length <= 0) return {};
  const auto size = static_cast<std::size_t>(length);
  std::byte* const memory = allocate(size, 64);
  if (memory == nullptr || semihosting_read_bytes(file.handle(), memory, size) != size) return {};
  return {memory, size};
}

bool is_same_file(const char* a, const char* b) { return std::strcmp(a, b) == 0; }

bool write_file(const char* path, Span<const std::byte> bytes) {
  const File file(path, semihosting_write);
  return file.is_open() &&
         semihosting_write_bytes(file.handle(), bytes.data(), bytes.size()) == bytes.size();
}

std::byte* allocate(std::size_t bytes, std::size_t alignment) {
  const auto mask = static_cast<std::uintptr_t>(alignment - 1);
  const auto gap = (mask + 1 - (reinterpret_cast<std::uintptr_t>(_sbrk(0)) & mask)) & mask;
  if (bytes > PTRDIFF_MAX - gap) return nullptr;
  void* const block = _sbrk(static_cast<std::ptrdiff_t>(gap + bytes));
  if (block == reinterpret_cast<void*>(-1)) return nullptr;
  return static_cast<std::byte*>(block) + gap;
}

void print(const char* text) { write_text(semihosting_stdout(), text); }
void print_error(const char* text) { write_text(semihosting_stderr(), text); }

}  // namespace nacre::platform
