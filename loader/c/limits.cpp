#include "runtime/strict_float.hpp"  // first

#include <cstring>

#include "loader/c/convert.hpp"
#include "nacre/limits.hpp"

uint64_t nacre_operations(const nacre_network* network) {
  return network == nullptr ? 0 : nacre::operations(nacre::network_of(network));
}

nacre_status nacre_load_within(const void* model, size_t model_bytes, nacre_kernels kernels, void* memory,
                               size_t memory_bytes, int check_digest, uint64_t most, nacre_network* network) {
  if (network == nullptr || memory == nullptr) return NACRE_NULL_ARGUMENT;
  nacre::Network loaded;
  const nacre::Span<std::byte> blocks[] = {{static_cast<std::byte*>(memory), memory_bytes}};
  const nacre::Kernels rows(static_cast<const nacre::Kernel*>(kernels.rows), kernels.count);
  const nacre::Status status =
      nacre::load_within(nacre::bytes_of(model, model_bytes), rows, nacre::Blocks(blocks), most, &loaded,
                         check_digest ? nacre::Digest::check : nacre::Digest::decline);
  if (status == nacre::Status::ok) memcpy(network, &loaded, sizeof loaded);
  return nacre::status_of(status);
}
