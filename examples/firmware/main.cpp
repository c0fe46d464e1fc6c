// Firmware that holds one model: loads it and predicts once. Build it with examples/firmware/build, which
// generates MODEL_HEADER. With SELF_TEST it runs the model's golden vectors instead, and ends with status 0
// where every bit is that of the workstation.

#include <nacre/load.hpp>
#include <nacre/self_test.hpp>

#include MODEL_HEADER

alignas(64) static std::byte memory[firmware::kMemoryBytes];

// Marks for instruction counts: the addresses of these two say where a measured part begins and ends.
extern "C" __attribute__((noinline, used)) void count_begin() { __asm__ volatile(""); }
extern "C" __attribute__((noinline, used)) void count_end() { __asm__ volatile(""); }

#if !defined(DIGEST)
#define DIGEST check
#endif

int main() {
  static nacre::Network network;
  volatile auto digest = nacre::Digest::DIGEST;  // a decision of the boot loader: both ways are linked
#if defined(COUNT_LOAD)
  count_begin();
#endif
  nacre::Status status = nacre::load(firmware::model(), firmware::kKernels, memory, &network, digest);
#if defined(COUNT_LOAD)
  count_end();
#endif
  if (status != nacre::Status::ok) return static_cast<int>(status);
#if defined(SELF_TEST)
  return static_cast<int>(nacre::self_test(firmware::model(), network));
#endif
  const nacre::Span<std::byte> input = network.input_bytes(0);
  for (std::size_t i = 0; i < input.size(); ++i) input[i] = static_cast<std::byte>(i);
#if defined(COUNT_LAYERS)
  for (unsigned i = 0; i < network.layers(); i += 1 + network.body(i)) {
    count_begin();
    status = network.run_layer(i);
    count_end();
  }
  return static_cast<int>(status);
#endif
#if !defined(COUNT_LOAD)
  count_begin();
#endif
  status = network.run();
#if !defined(COUNT_LOAD)
  count_end();
#endif
  return static_cast<int>(status);
}
