#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "nacre/kernels.hpp"
#include "nacre/load.hpp"

/// Whatever the bytes: a status, and no access outside them or outside the caller's block.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t kAlignment = 64;
  // An allocation of exactly this size, so that the sanitizer sees its edge.
  void* model = nullptr;
  if (posix_memalign(&model, kAlignment, size) != 0) return 0;
  if (size != 0) std::memcpy(model, data, size);
  alignas(kAlignment) static std::byte memory[1 << 20];
  nacre::Network network;
  const nacre::Status status =
      nacre::load({static_cast<const std::byte*>(model), size}, nacre::reference_kernels(),
                  {memory, sizeof memory}, &network, nacre::Digest::decline);
  if (status == nacre::Status::ok) static_cast<void>(network.run());
  std::free(model);
  return 0;
}
