#include "runtime/kernels/embedding.hpp"

#include "nacre/network.hpp"

namespace nacre::reference {
Status embedding_f32(const Layer& layer) {
  const auto& p = layer.parameters<Embedding>();
  const std::int32_t* indices = layer.input<std::int32_t>(0);
  const float* table = layer.input<float>(1);
  float* y = layer.output<float>(0);
  for (std::uint32_t i = 0; i < p.count; ++i, y += p.width) {
    if (indices[i] < 0 || static_cast<std::uint32_t>(indices[i]) >= p.vocabulary) return Status::index_out_of_range;
    const float* row = table + static_cast<std::uint32_t>(indices[i]) * p.width;
    for (std::uint32_t j = 0; j < p.width; ++j) y[j] = row[j];
  }
  return Status::ok;
}

}  // namespace nacre::reference
