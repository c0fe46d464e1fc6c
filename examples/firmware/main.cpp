// Firmware that holds one model: loads it, proves it with the first golden input's shape, predicts once.
// Build it with examples/firmware/build, which generates MODEL_HEADER.

#include <nacre/load.hpp>

#include MODEL_HEADER

alignas(64) static std::byte memory[firmware::kMemoryBytes];

// Marks for instruction counts: the addresses of these two say where a measured part begins and ends.
extern "C" __attribute__((noinline, used)) void count_begin() { __asm__ volatile(""); }
extern "C" __attribute__((noinline, used)) void count_end() { __asm__ volatile(""); }

#if !defined(DIGEST)
#define DIGEST check
#endif

int main() {
  nacre::Network network;
  volatile auto digest = nacre::Digest::DIGEST;  // a decision of the boot loader: both ways are linked
#if defined(COUNT_LOAD)
  count_begin();
#endif
  nacre::Status status = nacre::load(firmware::model(), firmware::kKernels, memory, &network, digest);
#if defined(COUNT_LOAD)
  count_end();
#endif
  if (status != nacre::Status::ok) return static_cast<int>(status);
  const nacre::Span<std::byte> input = network.input_bytes(0);
  for (std::size_t i = 0; i < input.size(); ++i) input[i] = static_cast<std::byte>(i);
#if !defined(COUNT_LOAD)
  count_begin();
#endif
  status = network.run();
#if !defined(COUNT_LOAD)
  count_end();
#endif
  return static_cast<int>(status);
}
