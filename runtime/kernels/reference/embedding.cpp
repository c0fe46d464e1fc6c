#include "runtime/strict_float.hpp"  // first

#include "nacre/network.hpp"
#include "runtime/kernels/shapes.hpp"

namespace nacre::reference {

Status embedding_f32(const Layer& layer) {
  const std::uint32_t* const shape = dimensions_of(layer, 1);
  const std::uint32_t vocabulary = shape[0], width = shape[1];
  const std::int32_t* indices = layer.input<std::int32_t>(0);
  const float* table = layer.input<float>(1);
  float* y = layer.output<float>(0);
  for (std::uint32_t i = 0, count = count_of(layer); i < count; ++i, y += width) {
    if (indices[i] < 0 || static_cast<std::uint32_t>(indices[i]) >= vocabulary) return Status::index_out_of_range;
    const float* row = table + static_cast<std::uint32_t>(indices[i]) * width;
    for (std::uint32_t j = 0; j < width; ++j) y[j] = row[j];
  }
  return Status::ok;
}

}  // namespace nacre::reference
