#include "runtime/strict_float.hpp"  // first

#include "nacre/network.hpp"

namespace nacre::reference {
namespace {

template <typename T>
Status permute(const Layer& layer) {
  const auto& p = layer.parameters<parameters::Permute>();
  const Shape from = layer.input_shape(0), shape = layer.output_shape(0);
  const T* x = layer.input<T>(0);
  T* y = layer.output<T>(0);
  std::uint32_t stride[8] = {};  // elements of x between neighbours along each axis of y
  for (unsigned axis = 0; axis < shape.rank(); ++axis)
    stride[axis] = from.product(p.permutation[axis] + 1u, from.rank());
  for (std::uint32_t i = 0, count = shape.size(); i < count; ++i) {
    std::uint32_t rest = i, source = 0;
    for (unsigned axis = shape.rank(); axis-- > 0; rest /= shape[axis]) source += rest % shape[axis] * stride[axis];
    y[i] = x[source];
  }
  return Status::ok;
}

}  // namespace

Status permute_f32(const Layer& layer) { return permute<float>(layer); }
Status permute_i32(const Layer& layer) { return permute<std::int32_t>(layer); }
Status permute_i8(const Layer& layer) { return permute<std::int8_t>(layer); }

}  // namespace nacre::reference
