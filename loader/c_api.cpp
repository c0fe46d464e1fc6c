#include "runtime/strict_float.hpp"  // first

#include <cstring>

#include "nacre/kernels.hpp"
#include "nacre/load.hpp"
#include "nacre/nacre.h"
#include "nacre/self_test.hpp"

namespace {

static_assert(sizeof(nacre::Network) <= sizeof(nacre_network), "a network fits in its C storage");

const nacre::Network& network_of(const nacre_network* network) {
  return *reinterpret_cast<const nacre::Network*>(network);
}

nacre_status status_of(nacre::Status status) { return static_cast<nacre_status>(status); }

nacre::Span<const std::byte> bytes_of(const void* model, size_t bytes) {
  return {static_cast<const std::byte*>(model), bytes};
}

}  // namespace

nacre_kernels nacre_all_kernels(void) {
  const nacre::Kernels kernels = nacre::native_kernels();
  return {kernels.data(), kernels.size()};
}

nacre_status nacre_memory_needs(const void* model, size_t model_bytes, nacre_memory* needs) {
  nacre::MemoryNeeds found;
  if (needs == nullptr) return NACRE_NULL_ARGUMENT;
  const nacre::Status status = nacre::memory_needs(bytes_of(model, model_bytes), &found);
  if (status == nacre::Status::ok) *needs = {found.total_bytes, found.alignment};
  return status_of(status);
}

nacre_status nacre_load(const void* model, size_t model_bytes, nacre_kernels kernels, void* memory, size_t memory_bytes,
                        int check_digest, nacre_network* network) {
  if (network == nullptr || memory == nullptr) return NACRE_NULL_ARGUMENT;
  nacre::Network loaded;
  const nacre::Status status =
      nacre::load(bytes_of(model, model_bytes), {static_cast<const nacre::Kernel*>(kernels.rows), kernels.count},
                  {static_cast<std::byte*>(memory), memory_bytes}, &loaded,
                  check_digest ? nacre::Digest::check : nacre::Digest::decline);
  if (status == nacre::Status::ok) memcpy(network, &loaded, sizeof loaded);
  return status_of(status);
}

nacre_tensor nacre_input(const nacre_network* network, unsigned index) {
  if (network == nullptr || index >= network_of(network).inputs()) return {nullptr, 0, NACRE_FLOAT32};
  const nacre::Network& n = network_of(network);
  return {n.input_bytes(index).data(), n.input_shape(index).size(), static_cast<nacre_type>(n.input_type(index))};
}

unsigned nacre_input_flags(const nacre_network* network, unsigned index) {
  return network == nullptr || index >= network_of(network).inputs() ? 0 : network_of(network).input_port(index).flags;
}

nacre_status nacre_check_inputs(const nacre_network* network, unsigned* input, size_t* element) {
  nacre::InputPlace place{};
  if (network == nullptr) return NACRE_NULL_ARGUMENT;
  const nacre::Status status = network_of(network).check_inputs(&place);
  if (status == nacre::Status::not_finite) {
    if (input != nullptr) *input = place.input;
    if (element != nullptr) *element = place.element;
  }
  return status_of(status);
}

nacre_status nacre_run(const nacre_network* network) {
  return network == nullptr ? NACRE_NULL_ARGUMENT : status_of(network_of(network).run());
}

nacre_tensor nacre_output(const nacre_network* network, unsigned index) {
  if (network == nullptr || index >= network_of(network).outputs()) return {nullptr, 0, NACRE_FLOAT32};
  const nacre::Network& n = network_of(network);
  return {const_cast<std::byte*>(n.output_bytes(index).data()), n.output_shape(index).size(),
          static_cast<nacre_type>(n.output_type(index))};
}

void nacre_reset_state(const nacre_network* network) {
  if (network != nullptr) network_of(network).reset_state();
}

nacre_status nacre_self_test(const void* model, size_t model_bytes, const nacre_network* network) {
  return network == nullptr ? NACRE_NULL_ARGUMENT
                            : status_of(nacre::self_test(bytes_of(model, model_bytes), network_of(network)));
}

const char* nacre_status_name(nacre_status status) { return nacre::name(static_cast<nacre::Status>(status)); }
