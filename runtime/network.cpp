#include "runtime/strict_float.hpp"  // first

#include "nacre/network.hpp"

namespace nacre {

Status Network::run() const {
  if (layers_ == nullptr) return Status::not_loaded;
  for (unsigned index = 0; index < layer_count_; ++index)
    if (const Status status = run_layer(index); status != Status::ok) return status;
  return Status::ok;
}

Status Network::run_layer(unsigned index) const {
  const LayerRecord& record = layers_[index];
  return kernels_[record.kernel].run(Layer(*this, record));
}

void Network::reset_state() const {
  std::byte* const state = memories_[static_cast<unsigned>(Memory::state)];
  for (std::uint32_t i = 0; i < state_bytes_; ++i) state[i] = std::byte{0};
}

}  // namespace nacre
