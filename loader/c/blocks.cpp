#include "runtime/strict_float.hpp"  // first

#include <cstring>

#include "loader/c/convert.hpp"
#include "nacre/load.hpp"

static_assert(NACRE_MAX_BLOCKS == nacre::kMaxBlocks, "as many blocks in C as in C++");

nacre_status nacre_block_needs(const void* model, size_t model_bytes, unsigned index, nacre_memory* needs) {
  nacre::MemoryNeeds found;
  if (needs == nullptr) return NACRE_NULL_ARGUMENT;
  const nacre::Status status = nacre::memory_needs(nacre::bytes_of(model, model_bytes), &found);
  if (status == nacre::Status::ok)
    *needs = {index < found.blocks ? found.block_bytes[index] : 0, found.alignment};
  return nacre::status_of(status);
}

nacre_status nacre_load_blocks(const void* model, size_t model_bytes, nacre_kernels kernels, const nacre_block* blocks,
                               size_t count, int check_digest, nacre_network* network) {
  if (network == nullptr || blocks == nullptr) return NACRE_NULL_ARGUMENT;
  nacre::Network loaded;
  nacre::Span<std::byte> given[NACRE_MAX_BLOCKS];
  const size_t used = count < NACRE_MAX_BLOCKS ? count : NACRE_MAX_BLOCKS;
  for (size_t i = 0; i < used; ++i) given[i] = {static_cast<std::byte*>(blocks[i].data), blocks[i].bytes};
  const nacre::Status status =
      nacre::load(nacre::bytes_of(model, model_bytes), {static_cast<const nacre::Kernel*>(kernels.rows), kernels.count},
                  nacre::Blocks(given, used), &loaded, check_digest ? nacre::Digest::check : nacre::Digest::decline);
  if (status == nacre::Status::ok) memcpy(network, &loaded, sizeof loaded);
  return nacre::status_of(status);
}
