#include "runtime/strict_float.hpp"  // first

#include <cstring>

#include "loader/c/convert.hpp"
#include "nacre/load.hpp"
#include "nacre/self_test.hpp"

using nacre::bytes_of, nacre::network_of, nacre::status_of;

namespace {

nacre::Status load(const void* model, size_t model_bytes, nacre_kernels kernels, void* memory, size_t memory_bytes,
                   int check_digest, nacre::Network* network, nacre::Place* place) {
  return nacre::load(bytes_of(model, model_bytes), {static_cast<const nacre::Kernel*>(kernels.rows), kernels.count},
                     {static_cast<std::byte*>(memory), memory_bytes}, network,
                     check_digest ? nacre::Digest::check : nacre::Digest::decline, place);
}

}  // namespace

nacre_status nacre_memory_needs(const void* model, size_t model_bytes, nacre_memory* needs) {
  nacre::MemoryNeeds found;
  if (needs == nullptr) return NACRE_NULL_ARGUMENT;
  const nacre::Status status = nacre::memory_needs(bytes_of(model, model_bytes), &found);
  if (status == nacre::Status::ok) *needs = {found.total_bytes, found.alignment};
  return status_of(status);
}

nacre_status nacre_digest(const void* model, size_t model_bytes, uint8_t digest[NACRE_DIGEST_BYTES]) {
  nacre::Span<const std::uint8_t> stated;
  if (digest == nullptr) return NACRE_NULL_ARGUMENT;
  const nacre::Status status = nacre::model_digest(bytes_of(model, model_bytes), &stated);
  if (status == nacre::Status::ok) memcpy(digest, stated.data(), NACRE_DIGEST_BYTES);
  return status_of(status);
}

nacre_status nacre_load(const void* model, size_t model_bytes, nacre_kernels kernels, void* memory, size_t memory_bytes,
                        int check_digest, nacre_network* network) {
  nacre::Network loaded;
  if (network == nullptr || memory == nullptr) return NACRE_NULL_ARGUMENT;
  const nacre::Status status =
      load(model, model_bytes, kernels, memory, memory_bytes, check_digest, &loaded, nullptr);
  if (status == nacre::Status::ok) memcpy(network, &loaded, sizeof loaded);
  return status_of(status);
}

nacre_status nacre_find_fault(const void* model, size_t model_bytes, nacre_kernels kernels, void* memory,
                              size_t memory_bytes, int check_digest, nacre_place* place) {
  nacre::Network loaded;
  nacre::Place found;
  if (place == nullptr || memory == nullptr) return NACRE_NULL_ARGUMENT;
  const nacre::Status status = load(model, model_bytes, kernels, memory, memory_bytes, check_digest, &loaded, &found);
  *place = {static_cast<nacre_part>(found.part), found.field, found.index, found.offset};
  return status_of(status);
}

nacre_status nacre_self_test(const void* model, size_t model_bytes, const nacre_network* network) {
  return network == nullptr ? NACRE_NULL_ARGUMENT
                            : status_of(nacre::self_test(bytes_of(model, model_bytes), network_of(network)));
}
