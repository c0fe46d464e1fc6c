#include "runtime/strict_float.hpp"  // first

#include "nacre/network.hpp"
#include "runtime/kernels/shapes.hpp"

namespace nacre::reference {
namespace {

template <typename T>
void decode(const Layer& layer, std::uint32_t i, std::uint32_t label) {
  layer.output<T>(0)[i] = layer.input<T>(1)[label];
}

void decode_string(const Layer& layer, std::uint32_t i, std::uint32_t label) {
  const std::int32_t* offsets = layer.input<std::int32_t>(1) + label;
  layer.output<String>(0)[i] = {layer.input<char>(2) + offsets[0], static_cast<std::uint32_t>(offsets[1] - offsets[0])};
}

}  // namespace

Status label_decode(const Layer& layer) {
  const std::int32_t* index = layer.input<std::int32_t>(0);
  const bool is_text = layer.has_input(2);
  const std::uint32_t classes = layer.input_shape(1).size() - (is_text ? 1 : 0);
  for (std::uint32_t i = 0, count = count_of(layer); i < count; ++i) {
    const auto label = static_cast<std::uint32_t>(index[i]);
    if (label >= classes) return Status::index_out_of_range;
    if (is_text) decode_string(layer, i, label);
    else decode<std::int64_t>(layer, i, label);  // float64 labels are moved as their 64 bits
  }
  return Status::ok;
}

}  // namespace nacre::reference
