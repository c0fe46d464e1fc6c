#include "runtime/strict_float.hpp"  // first

#include <sys/stat.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <utility>
#include <vector>

#include "loader/replay/platform.hpp"
#include "nacre/mapped_file.hpp"

namespace nacre::platform {
namespace {

struct Closer {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, Closer>;

}  // namespace

Span<const std::byte> contents(const char* path) {
  static std::vector<MappedFile> files;  // until the program ends
  MappedFile file;
  if (MappedFile::open(path, &file) != Status::ok) return {};
  files.push_back(std::move(file));
  return files.back().bytes();
}

bool is_same_file(const char* a, const char* b) {
  struct stat first, second;
  return stat(a, &first) == 0 && stat(b, &second) == 0 && first.st_dev == second.st_dev &&
         first.st_ino == second.st_ino;
}

bool write_file(const char* path, Span<const std::byte> bytes) {
  File file(std::fopen(path, "wb"));
  if (!file) return false;
  bool written = std::fwrite(bytes.data(), 1, bytes.size(), file.get()) == bytes.size();
  written = std::fclose(file.release()) == 0 && written;
  struct stat status;
  if (!written && stat(path, &status) == 0 && S_ISREG(status.st_mode)) std::remove(path);  // no half answer
  return written;
}

std::byte* allocate(std::size_t bytes, std::size_t alignment) {
  struct Free {
    void operator()(void* block) const { std::free(block); }
  };
  static std::vector<std::unique_ptr<void, Free>> blocks;  // until the program ends
  void* block = nullptr;
  if (alignment < sizeof(void*)) alignment = sizeof(void*);
  if (posix_memalign(&block, alignment, bytes) != 0) return nullptr;
  blocks.emplace_back(block);
  return static_cast<std::byte*>(block);
}

void print(const char* text) { std::fputs(text, stdout); }
void print_error(const char* text) { std::fputs(text, stderr); }

}  // namespace nacre::platform
