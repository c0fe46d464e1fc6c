#include "runtime/strict_float.hpp"  // first

#include "nacre/network.hpp"

namespace nacre::reference {
namespace {

template <typename T>
Status slice(const Layer& layer) {
  const auto& p = layer.parameters<parameters::Slice>();
  const Shape from = layer.input_shape(0), shape = layer.output_shape(0);
  const T* x = layer.input<T>(0);
  T* y = layer.output<T>(0);
  std::int32_t stride[8] = {};  // elements of x between neighbours along each axis of y
  for (unsigned axis = 0; axis < shape.rank(); ++axis) {
    const auto below = static_cast<std::int32_t>(from.product(axis + 1, from.rank()));
    x += p.begin[axis] * below;
    stride[axis] = shape[axis] == 1 ? 0 : p.stride[axis] * below;
  }
  for (std::uint32_t i = 0, count = shape.size(); i < count; ++i) {
    std::uint32_t rest = i;
    std::int32_t source = 0;
    for (unsigned axis = shape.rank(); axis-- > 0; rest /= shape[axis])
      source += static_cast<std::int32_t>(rest % shape[axis]) * stride[axis];
    y[i] = x[source];
  }
  return Status::ok;
}

}  // namespace

Status slice_f32(const Layer& layer) { return slice<float>(layer); }
Status slice_i32(const Layer& layer) { return slice<std::int32_t>(layer); }
Status slice_i8(const Layer& layer) { return slice<std::int8_t>(layer); }

}  // namespace nacre::reference
