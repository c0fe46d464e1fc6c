#include <pthread.h>

#include <algorithm>
#include <cstdint>
#include <memory>

#include "tests/support/stack.hpp"

namespace nacre::test {
namespace {

constexpr unsigned char kPaint = 0xa5;
constexpr std::size_t kRoom = 1 << 18;

struct Call {
  void (*work)(void*);
  void* argument;
  const unsigned char* top;
};

void* start(void* given) {
  auto* call = static_cast<Call*>(given);
  call->top = static_cast<const unsigned char*>(__builtin_frame_address(0));
  call->work(call->argument);
  return nullptr;
}

}  // namespace

std::size_t stack_bytes(void (*work)(void*), void* argument) {
  constexpr std::size_t kPage = 4096;
  const std::unique_ptr<unsigned char[]> memory(new unsigned char[kRoom + kPage]);
  unsigned char* const stack = memory.get() + (kPage - reinterpret_cast<std::uintptr_t>(memory.get()) % kPage);
  std::fill_n(stack, kRoom, kPaint);
  Call call{work, argument, nullptr};
  pthread_attr_t attributes;
  pthread_t thread;
  pthread_attr_init(&attributes);
  pthread_attr_setstack(&attributes, stack, kRoom);
  const bool started = pthread_create(&thread, &attributes, start, &call) == 0;
  pthread_attr_destroy(&attributes);
  if (!started) return SIZE_MAX;
  pthread_join(thread, nullptr);
  const unsigned char* const lowest =
      std::find_if(stack, stack + kRoom, [](unsigned char byte) { return byte != kPaint; });
  return static_cast<std::size_t>(call.top - lowest);
}

}  // namespace nacre::test
