#include "runtime/kernels/pad.hpp"

#include "nacre/network.hpp"

namespace nacre::reference {
namespace {

template <typename T>
Status pad(const Layer& layer, T value) {
  const auto& p = layer.parameters<Pad>();
  const Shape shape = layer.input_shape(0);
  const T* x = layer.input<T>(0);
  T* y = layer.output<T>(0);
  for (std::uint32_t i = 0, count = layer.output_shape(0).size(); i < count; ++i) y[i] = value;
  for (std::uint32_t i = 0, count = shape.size(); i < count; ++i) {
    std::uint32_t rest = i, target = p.start;
    for (unsigned axis = shape.rank(); axis-- > 0; rest /= shape[axis]) target += rest % shape[axis] * p.stride[axis];
    y[target] = x[i];
  }
  return Status::ok;
}

}  // namespace

Status pad_f32(const Layer& layer) { return pad(layer, layer.parameters<Pad>().value); }
Status pad_i8(const Layer& layer) {
  return pad(layer, static_cast<std::int8_t>(layer.parameters<Pad>().zero_point));
}

}  // namespace nacre::reference
