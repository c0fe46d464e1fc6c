#include "runtime/strict_float.hpp"  // first

#include "loader/c/convert.hpp"

using nacre::network_of, nacre::Network, nacre::status_of;

namespace {

bool has_input(const nacre_network* network, unsigned index) { return index < nacre_input_count(network); }
bool has_output(const nacre_network* network, unsigned index) { return index < nacre_output_count(network); }

nacre_quantization quantization(const nacre::PortRecord& port) { return {port.scale, port.zero_point}; }
nacre_shape shape(const nacre::Shape& shape) { return {shape.dimensions(), shape.rank()}; }

}  // namespace

size_t nacre_element_bytes(nacre_type type) {
  return static_cast<unsigned>(type) < sizeof nacre::kElementBytes ? nacre::kElementBytes[type] : 0;
}

unsigned nacre_input_count(const nacre_network* network) {
  return network == nullptr ? 0 : network_of(network).inputs();
}

unsigned nacre_output_count(const nacre_network* network) {
  return network == nullptr ? 0 : network_of(network).outputs();
}

nacre_tensor nacre_input(const nacre_network* network, unsigned index) {
  if (!has_input(network, index)) return {};
  const Network& n = network_of(network);
  return {n.input_bytes(index).data(), n.input_shape(index).size(), static_cast<nacre_type>(n.input_type(index))};
}

nacre_tensor nacre_output(const nacre_network* network, unsigned index) {
  if (!has_output(network, index)) return {};
  const Network& n = network_of(network);
  return {const_cast<std::byte*>(n.output_bytes(index).data()), n.output_shape(index).size(),
          static_cast<nacre_type>(n.output_type(index))};
}

nacre_shape nacre_input_shape(const nacre_network* network, unsigned index) {
  return has_input(network, index) ? shape(network_of(network).input_shape(index)) : nacre_shape{};
}

nacre_shape nacre_output_shape(const nacre_network* network, unsigned index) {
  return has_output(network, index) ? shape(network_of(network).output_shape(index)) : nacre_shape{};
}

nacre_quantization nacre_input_quantization(const nacre_network* network, unsigned index) {
  return has_input(network, index) ? quantization(network_of(network).input_port(index)) : nacre_quantization{};
}

nacre_quantization nacre_output_quantization(const nacre_network* network, unsigned index) {
  return has_output(network, index) ? quantization(network_of(network).output_port(index)) : nacre_quantization{};
}

unsigned nacre_input_flags(const nacre_network* network, unsigned index) {
  return has_input(network, index) ? network_of(network).input_port(index).flags : 0;
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

unsigned nacre_layer_count(const nacre_network* network) {
  return network == nullptr ? 0 : network_of(network).layers();
}

nacre_status nacre_run_layers(const nacre_network* network, nacre_layer_done done, void* context) {
  if (network == nullptr || done == nullptr) return NACRE_NULL_ARGUMENT;
  const Network& n = network_of(network);
  if (n.layers() == 0) return NACRE_NOT_LOADED;
  for (unsigned layer = 0; layer < n.layers(); layer += 1 + n.body(layer)) {
    const nacre::Status status = n.run_layer(layer);
    if (status != nacre::Status::ok) return status_of(status);
    done(context, layer);
  }
  return NACRE_OK;
}

const char* nacre_layer_operator(const nacre_network* network, unsigned layer) {
  if (layer >= nacre_layer_count(network)) return "unknown";
  return nacre::name(network_of(network).kernel(layer).name.op);
}

void nacre_reset_state(const nacre_network* network) {
  if (network != nullptr) network_of(network).reset_state();
}
