#include <cstdint>

#include "tests/support/stack.hpp"

namespace nacre::test {
namespace {

// Nothing interrupts here, so that what lies below the stack pointer is free; the linker script leaves far more.
constexpr std::size_t kRoom = 64 * 1024;
constexpr std::uint32_t kPaint = 0xa5a5a5a5;

/// The memory below the caller's frame. Not inlined: its own frame lies there.
__attribute__((noinline)) volatile std::uint32_t* below(std::size_t bytes) {
  return reinterpret_cast<volatile std::uint32_t*>(
      (reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0)) - bytes) & ~std::uintptr_t{3});
}

}  // namespace

__attribute__((noinline)) std::size_t stack_bytes(void (*work)(void*), void* argument) {
  constexpr std::size_t kOwn = 64;  // of below() and of this function itself
  volatile std::uint32_t* const top = below(kOwn);
  volatile std::uint32_t* const bottom = top - kRoom / sizeof *top;
  for (volatile std::uint32_t* word = bottom; word < top; ++word) *word = kPaint;
  work(argument);
  volatile std::uint32_t* lowest = bottom;
  while (lowest < top && *lowest == kPaint) ++lowest;
  return static_cast<std::size_t>(top - lowest) * sizeof *top + kOwn;
}

}  // namespace nacre::test
