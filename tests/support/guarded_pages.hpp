#pragma once

#include <sanitizer/asan_interface.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <new>

#include "nacre/span.hpp"

namespace nacre::test {

/// Room between two pages that nobody may touch. What is placed in it begins at a multiple of 64 and ends
/// where the last page ends, so that a read past it ends the test; where its length is no multiple of 64, a
/// sanitizer guards what is left over.
class GuardedPages {
 public:
  explicit GuardedPages(std::size_t most)
      : page_(static_cast<std::size_t>(sysconf(_SC_PAGESIZE))), room_(round_up(most + kAlignment, page_)) {
    void* const pages = mmap(nullptr, room_ + 2 * page_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (pages == MAP_FAILED) throw std::bad_alloc();
    start_ = static_cast<std::byte*>(pages) + page_;
    if (mprotect(start_, room_, PROT_READ | PROT_WRITE) != 0) throw std::bad_alloc();
  }
  ~GuardedPages() {
    ASAN_UNPOISON_MEMORY_REGION(start_, room_);
    munmap(start_ - page_, room_ + 2 * page_);
  }
  GuardedPages(const GuardedPages&) = delete;
  GuardedPages& operator=(const GuardedPages&) = delete;

  /// The last `bytes` bytes; with `skew`, as many bytes further from a multiple of 64, towards the start.
  /// What was placed before is gone.
  Span<std::byte> place(std::size_t bytes, std::size_t skew = 0) {
    std::byte* const first = start_ + room_ - round_up(bytes + skew, kAlignment) + skew;
    ASAN_UNPOISON_MEMORY_REGION(start_, room_);
    ASAN_POISON_MEMORY_REGION(start_, static_cast<std::size_t>(first - start_));
    ASAN_POISON_MEMORY_REGION(first + bytes, static_cast<std::size_t>(start_ + room_ - first) - bytes);
    return {first, bytes};
  }
  /// A copy of `bytes` at their end.
  Span<std::byte> place(Span<const std::byte> bytes, std::size_t skew = 0) {
    const Span<std::byte> copy = place(bytes.size(), skew);
    std::copy(bytes.begin(), bytes.end(), copy.begin());
    return copy;
  }

 private:
  static constexpr std::size_t kAlignment = 64;
  static std::size_t round_up(std::size_t bytes, std::size_t to) { return (bytes + to - 1) / to * to; }

  std::size_t page_, room_;
  std::byte* start_;
};

}  // namespace nacre::test
