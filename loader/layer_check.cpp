#include "loader/layer_check.hpp"

namespace nacre {

bool LayerCheck::has_arguments(unsigned inputs, unsigned outputs, unsigned temporaries) {
  const schema::Layer& actual = layer();
  if (actual.inputs() == inputs && actual.outputs() == outputs && actual.temporaries() == temporaries)
    return true;
  return loader_.fail(Status::bad_arguments, Part::layers, 1, index_, &actual);
}

void* LayerCheck::reserve(std::uint32_t bytes) {
  if (!ok()) return nullptr;
  const std::uint32_t start = loader_.network_used_;
  if (bytes > loader_.header_->network_bytes() - start) {
    loader_.fail(Status::bad_memory_size, Part::header, 6, index_, loader_.header_);
    return nullptr;
  }
  loader_.network_used_ = (start + bytes + 7) & ~7u;
  return loader_.memory_.data() + start;
}

}  // namespace nacre
