#include "runtime/strict_float.hpp"  // first

#include "loader/c/convert.hpp"
#include "nacre/signature.hpp"

namespace {

static_assert(sizeof(nacre::PublicKey) == sizeof(nacre_key) &&
                  offsetof(nacre::PublicKey, bytes) == offsetof(nacre_key, bytes),
              "a key is the same in C");

nacre::Trust trust_of(const nacre_trust& trust) {
  return {{reinterpret_cast<const nacre::PublicKey*>(trust.keys), trust.key_count}, trust.minimum_rollback,
          trust.verify, trust.context};
}

}  // namespace

nacre_status nacre_check_signature(const void* model, size_t model_bytes, const nacre_trust* trust,
                                   uint32_t* rollback) {
  if (trust == nullptr) return NACRE_NULL_ARGUMENT;
  return nacre::status_of(
      nacre::check_signature(nacre::bytes_of(model, model_bytes), trust_of(*trust), rollback));
}

nacre_status nacre_load_signed(const void* model, size_t model_bytes, nacre_kernels kernels, void* memory,
                               size_t memory_bytes, const nacre_trust* trust, nacre_network* network) {
  if (trust == nullptr || network == nullptr || memory == nullptr) return NACRE_NULL_ARGUMENT;
  const nacre_status status = nacre_check_signature(model, model_bytes, trust, nullptr);
  return status == NACRE_OK ? nacre_load(model, model_bytes, kernels, memory, memory_bytes, 1, network) : status;
}
