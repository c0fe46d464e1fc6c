#include "runtime/strict_float.hpp"  // first

#include "nacre/network.hpp"
#include "runtime/kernels/shapes.hpp"

namespace nacre::reference {
namespace {

template <typename T>
Status select(const Layer& layer) {
  const std::uint32_t rows = rows_of(layer), from = width_of(layer), to = output_width_of(layer);
  const std::int32_t* indices = layer.input<std::int32_t>(1);
  const T* x = layer.input<T>(0);
  T* y = layer.output<T>(0);
  for (std::uint32_t row = 0; row < rows; ++row, x += from)
    for (std::uint32_t i = 0; i < to; ++i) *y++ = x[indices[i]];
  return Status::ok;
}

}  // namespace

Status select_f32(const Layer& layer) { return select<float>(layer); }
Status select_i32(const Layer& layer) { return select<std::int32_t>(layer); }
Status select_i8(const Layer& layer) { return select<std::int8_t>(layer); }

}  // namespace nacre::reference
