// open MODEL.nacre: maps the file, loads it with full verification and the digest declined, and prints the
// seconds that took.

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "nacre/kernels.hpp"
#include "nacre/load.hpp"

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const auto begin = std::chrono::steady_clock::now();
  const int file = ::open(argv[1], O_RDONLY | O_CLOEXEC);
  struct stat about{};
  if (file < 0 || fstat(file, &about) != 0) return 1;
  const auto size = static_cast<std::size_t>(about.st_size);
  void* const map = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file, 0);
  if (map == MAP_FAILED) return 1;
  const nacre::Span<const std::byte> model(static_cast<const std::byte*>(map), size);
  nacre::MemoryNeeds needs;
  if (nacre::memory_needs(model, &needs) != nacre::Status::ok) return 1;
  const std::size_t bytes = (needs.total_bytes + 63) / 64 * 64;
  auto* const memory = static_cast<std::byte*>(std::aligned_alloc(64, bytes));
  nacre::Network network;
  const nacre::Status status =
      nacre::load(model, nacre::native_kernels(), {memory, bytes}, &network, nacre::Digest::decline);
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
  std::printf("%.6f\n", seconds.count());
  return status == nacre::Status::ok ? 0 : 1;
}
