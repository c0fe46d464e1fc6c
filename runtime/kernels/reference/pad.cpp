#include "runtime/strict_float.hpp"  // first

#include "nacre/network.hpp"

namespace nacre::reference {
namespace {

using parameters::Pad;

template <typename T>
Status pad(const Layer& layer, T value) {
  const auto& p = layer.parameters<Pad>();
  const Shape shape = layer.input_shape(0), padded = layer.output_shape(0);
  const T* x = layer.input<T>(0);
  T* y = layer.output<T>(0);
  for (std::uint32_t i = 0, count = padded.size(); i < count; ++i) y[i] = value;
  std::uint32_t stride[8] = {}, start = 0;  // elements of y between neighbours along each axis; where x starts
  for (unsigned axis = 0; axis < shape.rank(); ++axis) {
    stride[axis] = padded.product(axis + 1, padded.rank());
    start += p.before[axis] * stride[axis];
  }
  for (std::uint32_t i = 0, count = shape.size(); i < count; ++i) {
    std::uint32_t rest = i, target = start;
    for (unsigned axis = shape.rank(); axis-- > 0; rest /= shape[axis]) target += rest % shape[axis] * stride[axis];
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
