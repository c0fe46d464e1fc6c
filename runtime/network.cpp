#include "runtime/strict_float.hpp"  // first

#include "nacre/network.hpp"

namespace nacre {

Status Network::run() const {
  if (layers_ == nullptr) return Status::not_loaded;
  return run_layers(0, layer_count_);
}

Status Network::run_layers(unsigned first, unsigned end) const {
  for (unsigned index = first; index < end; index += 1u + layers_[index].body)
    if (const Status status = run_layer(index); status != Status::ok) return status;
  return Status::ok;
}

Status Network::run_layer(unsigned index) const {
  return kernel(index).run(Layer(*this, index));
}

void Network::reset_state() const {
  for (std::size_t m = 0; m < memory_records_.size(); ++m)
    if (memory_records_[m].kind == MemoryKind::state)
      for (std::uint32_t i = 0; i < memory_records_[m].bytes; ++i) memories_[m][i] = std::byte{0};
}

}  // namespace nacre
