#include <sys/stat.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <vector>

#include "tools/replay/platform.hpp"

namespace nacre::platform {
namespace {

struct Closer {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, Closer>;

}  // namespace

bool file_size(const char* path, std::size_t* bytes) {
  struct stat status;
  if (stat(path, &status) != 0 || !S_ISREG(status.st_mode)) return false;
  *bytes = static_cast<std::size_t>(status.st_size);
  return true;
}

bool read_file(const char* path, Span<std::byte> into) {
  const File file(std::fopen(path, "rb"));
  return file && std::fread(into.data(), 1, into.size(), file.get()) == into.size();
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
