#include "runtime/strict_float.hpp"  // first

#include "nacre/network.hpp"
#include "runtime/kernels/shapes.hpp"
#include "runtime/numerics/bits.hpp"

namespace nacre::reference {
namespace {

using numerics::is_nan;

template <typename T>
Status arg_max(const Layer& layer) {
  const std::uint32_t rows = rows_of(layer), width = width_of(layer);
  const T* x = layer.input<T>(0);
  std::int32_t* y = layer.output<std::int32_t>(0);
  for (std::uint32_t row = 0; row < rows; ++row, x += width) {
    std::uint32_t best = 0;
    for (std::uint32_t i = 1; i < width && !is_nan(x[best]); ++i)
      if (x[i] > x[best] || is_nan(x[i])) best = i;
    y[row] = static_cast<std::int32_t>(best);
  }
  return Status::ok;
}

}  // namespace

Status arg_max_f32(const Layer& layer) { return arg_max<float>(layer); }
Status arg_max_f64(const Layer& layer) { return arg_max<double>(layer); }
Status arg_max_i8(const Layer& layer) { return arg_max<std::int8_t>(layer); }

}  // namespace nacre::reference
